package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/corslate/corslate/internal/origins"
)

// Relation is how the grants of one policy relate to those of another. Its
// zero value is invalid.
type Relation uint8

const (
	Equal          Relation = iota + 1 // the same grants
	NarrowerThan                       // after grants less than before
	WiderThan                          // after grants more than before
	IncomparableTo                     // both: some grants are lost and others won
)

var relationNames = [...]string{Equal: "equal", NarrowerThan: "narrower", WiderThan: "wider", IncomparableTo: "incomparable"}

// String returns equal, narrower, wider or incomparable.
func (r Relation) String() string {
	if r == 0 || int(r) >= len(relationNames) {
		return fmt.Sprintf("Relation(%d)", uint8(r))
	}
	return relationNames[r]
}

// Comparison is the outcome of [Compare].
type Comparison struct {
	Relation Relation
	// Witnesses holds a request for every field and direction in which the two
	// policies differ, in the order of the fields of a Spec.
	Witnesses []Witness
	// Unproven is true if regular expressions were too complex to decide
	// (see Limits in the package comment). The relation then supposes the
	// difference that could not be excluded, without a witness for it.
	Unproven bool
}

// Compare tells how the grants of after relate to those of before. Two
// policies are equal when browsers let the same requests through, show pages
// the same response headers and remember preflights for the same time; what
// can make no such difference (a listed GET, a forbidden header name, methods
// of a policy without origins) is not compared.
func Compare(before, after *Policy) Comparison {
	c := comparison{before: before, after: after}
	lost, lostAnswer := before.origins.Minus(after.origins)
	won, wonAnswer := after.origins.Minus(before.origins)
	c.undecided(lostAnswer, Narrower)
	c.undecided(wonAnswer, Wider)
	if lostAnswer == origins.Yes {
		c.add(FieldOrigins, lost, Request{Origin: lost, Method: "GET"})
	}
	if wonAnswer == origins.Yes {
		c.add(FieldOrigins, won, Request{Origin: won, Method: "GET"})
	}
	c.pickOrigins(lost, won)
	if c.unpicked {
		c.supposeShared()
		return c.result()
	}
	c.methods()
	c.headers()
	c.exposed()
	c.credentials()
	c.maxAge()
	return c.result()
}

type comparison struct {
	before, after *Policy
	witnesses     []Witness
	narrower      bool
	wider         bool
	unproven      bool
	// An origin that before allows, one that after allows; the same where both
	// share one. Empty where the policy allows none.
	inBefore, inAfter string
	unpicked          bool // it is not known whether they share one
}

func (c *comparison) undecided(a origins.Answer, e Effect) {
	if a != origins.Unknown {
		return
	}
	c.unproven = true
	c.narrower = c.narrower || e == Narrower
	c.wider = c.wider || e == Wider
}

// pickOrigins chooses the origins with which the other fields are compared.
func (c *comparison) pickOrigins(lost, won string) {
	shared, answer := c.before.origins.Common(c.after.origins)
	if answer == origins.Yes {
		c.inBefore, c.inAfter = shared, shared
		return
	}
	c.inBefore, c.inAfter = lost, won
	c.unpicked = answer == origins.Unknown
}

// supposeShared compares the other fields as if both policies allowed one
// origin, and supposes each difference that this shows.
func (c *comparison) supposeShared() {
	alike := func(p *Policy) *Policy {
		s := p.Spec()
		s.AllowOrigins = []string{"https://a.example"}
		return MustNew(s)
	}
	switch Compare(alike(c.before), alike(c.after)).Relation {
	case NarrowerThan:
		c.unproven, c.narrower = true, true
	case WiderThan:
		c.unproven, c.wider = true, true
	case IncomparableTo:
		c.unproven, c.narrower, c.wider = true, true, true
	}
}

// add records the difference that both policies' verdicts on the request show,
// if they show one.
func (c *comparison) add(field Field, value string, r Request) {
	w := Witness{Field: field, Value: value, Request: r, Before: c.before.Check(r), After: c.after.Check(r)}
	if w.Effect = w.direction(); w.Effect == 0 {
		return
	}
	c.witnesses = append(c.witnesses, w)
	c.narrower = c.narrower || w.Effect == Narrower
	c.wider = c.wider || w.Effect == Wider
}

// direction compares the verdicts in what the field is about.
func (w Witness) direction() Effect {
	had, has := grant(w.Before, w), grant(w.After, w)
	switch {
	case had > has:
		return Narrower
	case had < has:
		return Wider
	}
	return 0
}

// grant measures what the verdict grants in the witness's field.
func grant(v Verdict, w Witness) int64 {
	switch {
	case !v.Allowed:
		return -1
	case w.Field == FieldMaxAge:
		return v.MaxAgeSeconds
	case w.Field == FieldExposeHeaders && !v.exposes(w.Value):
		return 0
	}
	return 1
}

// both records the difference, in either direction, that a value of a list
// makes: the first of the values that only one policy grants.
func (c *comparison) both(field Field, onlyBefore, onlyAfter string, request func(origin, value string) Request) {
	if onlyBefore != "" && c.inBefore != "" {
		c.add(field, onlyBefore, request(c.inBefore, onlyBefore))
	}
	if onlyAfter != "" && c.inAfter != "" {
		c.add(field, onlyAfter, request(c.inAfter, onlyAfter))
	}
}

func (c *comparison) methods() {
	b, a := c.before, c.after
	c.both(FieldMethods, firstOnly(b.methods, a.methods, a.allowsMethod, "PURGE"), firstOnly(a.methods, b.methods, b.allowsMethod, "PURGE"),
		func(origin, method string) Request { return Request{Origin: origin, Method: method} })
}

func (c *comparison) headers() {
	b, a := c.before, c.after
	c.both(FieldHeaders, firstOnly(b.headers, a.headers, a.allowsHeader, "x-other"), firstOnly(a.headers, b.headers, b.allowsHeader, "x-other"),
		func(origin, name string) Request {
			return Request{Origin: origin, Method: "GET", Headers: []string{name}}
		})
}

// firstOnly returns the first name, in byte order, that has grants and other,
// which allows tells, does not. If has grants all names, one that neither list
// holds is made from stem.
func firstOnly(has, other grants, allows func(string) bool, stem string) string {
	first := ""
	for name := range has.names {
		if name != "*" && (first == "" || name < first) && !allows(name) {
			first = name
		}
	}
	if first == "" && has.all && !other.all {
		first = unlisted(stem, has, other)
	}
	return first
}

// unlisted makes a name from stem that no list holds.
func unlisted(stem string, lists ...grants) string {
	name := stem
	for n := 1; slices.ContainsFunc(lists, func(g grants) bool { return g.lists(name) }); n++ {
		name = stem + "-" + formatInt(int64(n))
	}
	return name
}

// exposed compares what anonymous and what credentialed requests may read.
func (c *comparison) exposed() {
	b, a := c.before, c.after
	for _, credentials := range []bool{false, true} {
		if credentials && !(b.spec.AllowCredentials && a.spec.AllowCredentials) {
			continue
		}
		request := func(origin, _ string) Request {
			return Request{Origin: origin, Method: "GET", Credentials: credentials}
		}
		before, after := b.exposure(credentials), a.exposure(credentials)
		c.once(FieldExposeHeaders, Narrower, func() {
			c.both(FieldExposeHeaders, firstOnly(before, after, after.has, "x-other"), "", request)
		})
		c.once(FieldExposeHeaders, Wider, func() {
			c.both(FieldExposeHeaders, "", firstOnly(after, before, before.has, "x-other"), request)
		})
	}
}

// once calls f unless the field already has a witness of that effect.
func (c *comparison) once(field Field, e Effect, f func()) {
	if !slices.ContainsFunc(c.witnesses, func(w Witness) bool { return w.Field == field && w.Effect == e }) {
		f()
	}
}

func (g grants) has(name string) bool { return g.all || g.lists(name) }

// exposure is what exposed lists, as grants.
func (p *Policy) exposure(credentials bool) grants {
	return grantsOf(p.exposed(credentials), strings.ToLower)
}

func (c *comparison) credentials() {
	origin := c.inBefore
	if c.after.spec.AllowCredentials {
		origin = c.inAfter
	}
	if c.before.spec.AllowCredentials != c.after.spec.AllowCredentials && origin != "" {
		c.add(FieldCredentials, origin, Request{Origin: origin, Method: "GET", Credentials: true})
	}
}

// maxAge compares with a request that is preflighted wherever one can be that
// both policies allow.
func (c *comparison) maxAge() {
	if c.before.maxAge == c.after.maxAge || c.inBefore == "" || c.inBefore != c.inAfter {
		return
	}
	for _, r := range c.preflighted() {
		if n := len(c.witnesses); c.before.Check(r).Allowed && c.after.Check(r).Allowed {
			c.add(FieldMaxAge, formatInt(c.after.maxAge), r)
			if len(c.witnesses) > n {
				return
			}
		}
	}
}

// preflighted lists requests of the shared origin that need a preflight and
// that before may allow.
func (c *comparison) preflighted() []Request {
	var out []Request
	method := func(m string) { out = append(out, Request{Origin: c.inBefore, Method: m}) }
	header := func(h string) { out = append(out, Request{Origin: c.inBefore, Method: "GET", Headers: []string{h}}) }
	for _, p := range []*Policy{c.before, c.after} {
		for _, m := range p.spec.AllowMethods {
			if m != "*" {
				method(m)
			}
		}
		for _, h := range p.spec.AllowHeaders {
			if h != "*" {
				header(strings.ToLower(h))
			}
		}
	}
	method("DELETE")
	header("x-other")
	return out
}

func (c *comparison) result() Comparison {
	out := Comparison{Relation: Equal, Witnesses: c.witnesses, Unproven: c.unproven}
	switch {
	case c.narrower && c.wider:
		out.Relation = IncomparableTo
	case c.narrower:
		out.Relation = NarrowerThan
	case c.wider:
		out.Relation = WiderThan
	}
	return out
}
