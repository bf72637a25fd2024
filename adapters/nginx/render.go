package nginx

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/internal/proof"
	"github.com/corslate/corslate/policy"
)

// Render returns the annotations of the policy: all seven, none left to its
// default, and none that the controller would repair. They mean the same on
// every release of ingress-nginx from v1.0.5 on, but for origins of other
// schemes than http and https, which are understood from v1.12 on.
//
// ingress-nginx cannot say: IPv6 hosts and hosts with _, any port, wildcards of
// any depth, schemes that are not [a-z]+, regular expressions other than those
// that are proved to be a list of origins, any method, any header, methods
// beyond [A-Z]+, names of headers beyond [A-Za-z0-9_-]+, and credentials
// together with every origin; Traefik's provider has no wildcards either. Under
// AllowNarrower these are left out and reported as Narrower. The origin null,
// and origins whose scheme is the end of another, also allow further origins:
// they are written under DangerouslyAllowWider only. Lists that are longer than
// nginx can load are refused whatever the tolerance.
//
// The error is a *[policy.Error] with the findings that the options do not
// accept; the annotations are then nil and the report is complete.
func Render(p *policy.Policy, opts *Options) (map[string]string, policy.Report, error) {
	o := settings(opts)
	w := writing{Options: o}
	fragment := w.annotations(p)
	r := reading{Options: o, annotations: fragment, schemes: w.schemes, unproved: w.unproved}
	parsed, report, err := r.policy()
	if err != nil {
		report = append(w.found, policy.Finding{Code: codeNotRendering, Effect: policy.Inexpressible, Detail: err.Error()})
		return nil, report, &policy.Error{Op: "adapters/nginx: render", Findings: report}
	}
	report, err = proof.Check("adapters/nginx: render", p, parsed, append(w.found, report.With(policy.Note)...),
		proof.Terms{Tolerance: o.Tolerance, Accept: o.Accept})
	if err != nil {
		return nil, report, err
	}
	return fragment, report, nil
}

// writing collects what Render has to report while it writes.
type writing struct {
	Options
	found policy.Report
	// schemes lists the schemes of the policy, and unproved is true if it may
	// have others: with both, the proof sees what the missing start anchor adds.
	schemes  []string
	unproved bool
	matches  *matcher
}

func (w *writing) add(code policy.Code, effect policy.Effect, field policy.Field, value, detail string) {
	w.found = append(w.found, policy.Finding{Code: code, Effect: effect, Field: field, Value: value, Detail: detail})
}

func (w *writing) annotations(p *policy.Policy) map[string]string {
	spec := p.Spec()
	list := w.origins(spec.AllowOrigins)
	credentials := spec.AllowCredentials
	if credentials && list == "*" {
		credentials = false
		w.add(policy.CodeInexpressible, policy.Narrower, policy.FieldCredentials, "*",
			"ingress-nginx cannot allow credentials to every origin; list the origins, or do without credentials")
	}
	fragment := map[string]string{
		w.key(enableCORS):       "true",
		w.key(allowOrigin):      list,
		w.key(allowMethods):     w.names(policy.FieldMethods, spec.AllowMethods, writableMethod, policy.CodeInexpressible, "GET"),
		w.key(allowHeaders):     w.names(policy.FieldHeaders, spec.AllowHeaders, writableHeader, policy.CodeInexpressible, "Origin"),
		w.key(allowCredentials): strconv.FormatBool(credentials),
		w.key(exposeHeaders):    w.names(policy.FieldExposeHeaders, spec.ExposeHeaders, writableExpose, policy.CodeInexpressible, ""),
		w.key(maxAge):           strconv.FormatInt(p.MaxAgeSeconds(), 10),
	}
	w.lengths(fragment)
	return fragment
}

var (
	writableMethod = regexp.MustCompile(`^[A-Z]+$`) // nginx answers 400 to any other
	writableHeader = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	writableExpose = regexp.MustCompile(`^([A-Za-z0-9_-]+|\*)$`)
)

// names writes a list. none is what grants nothing: of an empty list the
// controller would make its default.
func (w *writing) names(field policy.Field, list []string, writable *regexp.Regexp, code policy.Code, none string) string {
	kept := make([]string, 0, len(list))
	for _, name := range list {
		switch {
		case writable.MatchString(name):
			kept = append(kept, name)
		case name == "*":
			w.add(code, policy.Narrower, field, name, "ingress-nginx cannot allow all names; list them")
		default:
			w.add(code, policy.Narrower, field, name, "ingress-nginx can serve names that match "+writable.String()+" only; rename it or leave it out")
		}
	}
	if len(kept) == 0 {
		return none
	}
	return strings.Join(kept, ",")
}

// noOrigin is an item that no origin matches. A lone comma would say the same,
// but to some releases every origin: see [CodeEmptyItem].
const noOrigin = "https://"

// origins writes the list of origins.
func (w *writing) origins(entries []string) string {
	patterns := make([][]origins.Pattern, len(entries))
	var all []string
	for i, entry := range entries {
		patterns[i] = w.read(entry)
		for _, p := range patterns[i] {
			if p.Kind == origins.Any {
				return "*"
			}
			if p.Scheme != "" {
				w.schemes = append(w.schemes, p.Scheme)
			}
		}
	}
	w.matches = newMatcher(nil, w.schemes)
	for i, entry := range entries {
		written := make([]string, 0, len(patterns[i]))
		for _, p := range patterns[i] {
			item, ok := w.item(entry, p)
			if !ok {
				written = nil
				break
			}
			written = append(written, item)
		}
		all = append(all, written...)
	}
	if len(all) == 0 {
		return noOrigin
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ",")
}

// read returns the patterns that an entry of the policy stands for: more than
// one if it is a regular expression that is proved to be as many.
func (w *writing) read(entry string) []origins.Pattern {
	p, err := origins.Parse(entry)
	if err != nil {
		return nil // the policy would not have been valid
	}
	if p.Kind != origins.Regexp {
		return []origins.Pattern{p}
	}
	if _, ok := unwritten(p.Expr); ok {
		return []origins.Pattern{p}
	}
	lifted, err := origins.Lift(p.Expr, origins.InFull)
	if err != nil {
		lifted = []origins.Pattern{p}
	}
	w.unproved = w.unproved || slices.ContainsFunc(lifted, func(p origins.Pattern) bool { return p.Kind == origins.Regexp })
	return lifted
}

// item writes one pattern of an entry, or reports that it cannot.
func (w *writing) item(entry string, p origins.Pattern) (item string, ok bool) {
	leaveOut := func(detail string) (string, bool) {
		w.add(policy.CodeInexpressible, policy.Narrower, policy.FieldOrigins, entry, detail)
		return "", false
	}
	if w.Controller == TraefikProvider && p.Kind != origins.Exact && p.Kind != origins.Null {
		return leaveOut("Traefik compares origins byte by byte; use a Middleware with accessControlAllowOriginListRegex")
	}
	switch p.Kind {
	case origins.Regexp:
		if item, ok = unwritten(p.Expr); !ok {
			return leaveOut("ingress-nginx has no regular expressions; list the origins, or use a wildcard for one label")
		}
	case origins.AnyDepth, origins.AnyHost:
		return leaveOut("a wildcard of ingress-nginx is exactly one label; write https://*.example.com for each depth")
	case origins.Null:
		item = "null"
	default:
		item = p.String()
		if p.Port == origins.AnyPort {
			return leaveOut("ingress-nginx cannot allow any port; list the ports")
		}
		if !originRecheck.MatchString(item) {
			return leaveOut("ingress-nginx takes schemes of letters and hosts of letters, digits, hyphens and dots only, and replaces the whole list by every origin otherwise")
		}
	}
	if w.Release == BeforeV112 && !webOriginRecheck.MatchString(item) {
		return leaveOut("ingress-nginx before v1.12 takes no other schemes than http and https")
	}
	if p.Kind == origins.Regexp || p.Kind != origins.Null && w.matches.standsAlone(p.Scheme) {
		return item, true
	}
	effect := policy.Narrower
	if w.Tolerance == policy.DangerouslyAllowWider && w.Controller == IngressNGINX {
		effect = policy.Wider
	}
	w.add(CodeUnanchored, effect, policy.FieldOrigins, entry,
		"the expression of ingress-nginx has no start anchor, so this would also allow longer origins that end in it")
	return item, effect == policy.Wider
}

// lengths refuses what nginx cannot load.
func (w *writing) lengths(fragment map[string]string) {
	check := func(field policy.Field, name string, n, bound int, what string) {
		if n > bound {
			w.found = append(w.found, policy.Finding{Code: CodeTooLong, Effect: policy.Inexpressible, Field: field, Value: strconv.Itoa(n), Path: w.key(name),
				Detail: what + " of more than " + strconv.Itoa(bound) + " bytes is not loaded by nginx, and every later reload of the controller fails; shorten the list"})
		}
	}
	check(policy.FieldOrigins, allowOrigin, expressionLength(items(fragment[w.key(allowOrigin)])), maxToken, "an expression for the origins")
	check(policy.FieldMethods, allowMethods, len(fragment[w.key(allowMethods)]), maxMethods, "a list of methods")
	check(policy.FieldHeaders, allowHeaders, len(fragment[w.key(allowHeaders)]), maxHeaders, "a list of headers")
	check(policy.FieldExposeHeaders, exposeHeaders, len(fragment[w.key(exposeHeaders)]), maxExpose, "a list of headers")
}
