package policy

import (
	"slices"
	"strings"
	"sync"

	"github.com/corslate/corslate/internal/origins"
)

// The codes of [New]'s errors; their effect is [Malformed].
const (
	CodeOriginSyntax    Code = "origin-syntax"    // an entry of AllowOrigins is no pattern
	CodeMethodSyntax    Code = "method-syntax"    // a method is no token
	CodeMethodForbidden Code = "method-forbidden" // CONNECT, TRACE, TRACK: scripts cannot send them
	CodeMethodCase      Code = "method-case"      // browsers send the method in upper case
	CodeHeaderSyntax    Code = "header-syntax"    // a header name is no token
	CodeMaxAgeNegative  Code = "max-age-negative" // MaxAgeSeconds is below zero
)

// DefaultMaxAgeSeconds is how long browsers remember a preflight's answer when
// the server does not say: https://fetch.spec.whatwg.org/#http-access-control-max-age.
const DefaultMaxAgeSeconds = 5

// Policy is a [Spec] that [New] has accepted: immutable, and safe for
// concurrent use. Its zero value is not valid.
type Policy struct {
	spec    Spec // canonical
	origins *origins.Set
	methods grants // case-sensitive
	headers grants // lower case
	expose  grants // lower case
	maxAge  int64
	audit   func() Report
}

// grants is a list of names, or all names.
type grants struct {
	all   bool
	names map[string]struct{}
}

func (g grants) lists(name string) bool {
	_, ok := g.names[name]
	return ok
}

// New compiles a policy. Its error is an [*Error] with every malformed entry
// of the Spec, each under the field and index where it stands and with the
// corrected spelling where there is one.
func New(s Spec) (*Policy, error) {
	var problems Report
	patterns := readOrigins(s.AllowOrigins, &problems)
	methods := readMethods(s.AllowMethods, &problems)
	headers := readHeaders(FieldHeaders, s.AllowHeaders, &problems)
	expose := readHeaders(FieldExposeHeaders, s.ExposeHeaders, &problems)
	p := &Policy{maxAge: DefaultMaxAgeSeconds}
	if s.MaxAgeSeconds != nil {
		if p.maxAge = *s.MaxAgeSeconds; p.maxAge < 0 {
			problems = append(problems, malformed(CodeMaxAgeNegative, FieldMaxAge, -1, formatInt(p.maxAge),
				"a preflight cannot be remembered for less than no time; write 0 to turn remembering off, or leave the field out for the browser's 5 seconds"))
		}
	}
	if len(problems) > 0 {
		return nil, &Error{Op: "policy", Findings: problems}
	}

	p.origins = origins.NewSet(patterns)
	p.methods = grantsOf(methods, func(s string) string { return s })
	p.headers = grantsOf(headers, strings.ToLower)
	p.expose = grantsOf(expose, strings.ToLower)
	p.spec = canonical(p, methods, headers, expose)
	p.spec.AllowCredentials = s.AllowCredentials
	if s.MaxAgeSeconds != nil {
		seconds := *s.MaxAgeSeconds
		p.spec.MaxAgeSeconds = &seconds
	}
	p.audit = sync.OnceValue(func() Report { return audit(p) })
	return p, nil
}

// MustNew is [New] for policies that are written in the program. It panics on
// a malformed one.
func MustNew(s Spec) *Policy {
	p, err := New(s)
	if err != nil {
		panic(err)
	}
	return p
}

// Spec returns the policy as plain data, in canonical form: every list sorted,
// without duplicates and without entries that a "*" beside them covers. The
// result is a copy.
func (p *Policy) Spec() Spec {
	s := p.spec
	s.AllowOrigins = slices.Clone(s.AllowOrigins)
	s.AllowMethods = slices.Clone(s.AllowMethods)
	s.AllowHeaders = slices.Clone(s.AllowHeaders)
	s.ExposeHeaders = slices.Clone(s.ExposeHeaders)
	if s.MaxAgeSeconds != nil {
		seconds := *s.MaxAgeSeconds
		s.MaxAgeSeconds = &seconds
	}
	return s
}

// MaxAgeSeconds returns how long a browser may remember a preflight's answer:
// what the Spec says, or [DefaultMaxAgeSeconds].
func (p *Policy) MaxAgeSeconds() int64 { return p.maxAge }

// AllowsOrigin reports whether pages of the origin may read responses. The
// origin is compared as a browser sends it, byte by byte. It does not allocate,
// and its cost does not depend on how many origins are listed.
func (p *Policy) AllowsOrigin(origin string) bool { return p.origins.Contains(origin) }

func canonical(p *Policy, methods, headers, expose []string) Spec {
	var s Spec
	if p.origins.IsAny() {
		s.AllowOrigins = []string{"*"}
	} else {
		s.AllowOrigins = append(s.AllowOrigins, p.origins.Texts()...)
	}
	s.AllowMethods = tidy(methods, func(a string) string { return a })
	if p.methods.all {
		s.AllowMethods = []string{"*"}
	}
	s.AllowHeaders = tidy(headers, strings.ToLower)
	if p.headers.all {
		s.AllowHeaders = slices.DeleteFunc(s.AllowHeaders, func(h string) bool {
			return h != "*" && !strings.EqualFold(h, authorization)
		})
	}
	s.ExposeHeaders = tidy(expose, strings.ToLower)
	return s
}

// tidy sorts names and removes duplicates by their key; of several spellings
// the first in byte order stays. An empty list is nil.
func tidy(names []string, key func(string) string) []string {
	names = append([]string(nil), names...)
	slices.SortFunc(names, func(a, b string) int {
		if c := strings.Compare(key(a), key(b)); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return slices.CompactFunc(names, func(a, b string) bool { return key(a) == key(b) })
}

func grantsOf(names []string, key func(string) string) grants {
	g := grants{names: make(map[string]struct{}, len(names))}
	for _, n := range names {
		if n == "*" {
			g.all = true
		}
		g.names[key(n)] = struct{}{}
	}
	return g
}
