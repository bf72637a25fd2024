package policy

import (
	"errors"
	"fmt"
	"strings"
)

// Code is the stable name of one kind of finding, in lower-case words joined
// by hyphens. Programs and tests act on codes, never on the text of a message.
// The codes of this package are the constants Code…; an adapter adds those of
// its own data plane.
type Code string

// Effect says what a finding does to the meaning of a policy. Its zero value
// is invalid, so that a finding whose effect was forgotten cannot pass as
// harmless.
type Effect uint8

const (
	Note          Effect = iota + 1 // behaviour worth knowing; no grant differs
	Advice                          // legal and probably not meant
	Danger                          // legal and exploitable
	Narrower                        // the output grants less than the input
	Wider                           // the output grants more than the input
	Inexpressible                   // the target has no words for it
	Malformed                       // it cannot mean anything
)

var effectNames = [...]string{
	Note: "note", Advice: "advice", Danger: "danger", Narrower: "narrower",
	Wider: "wider", Inexpressible: "inexpressible", Malformed: "malformed",
}

// String returns the effect's name in lower case, the form that reports carry.
func (e Effect) String() string {
	if e == 0 || int(e) >= len(effectNames) {
		return fmt.Sprintf("Effect(%d)", uint8(e))
	}
	return effectNames[e]
}

// MarshalText writes the name that String returns. It fails on an invalid
// effect, the zero value included.
func (e Effect) MarshalText() ([]byte, error) {
	if e == 0 || int(e) >= len(effectNames) {
		return nil, fmt.Errorf("policy: invalid effect %d", uint8(e))
	}
	return []byte(effectNames[e]), nil
}

// UnmarshalText reads a name that MarshalText wrote and refuses all others.
func (e *Effect) UnmarshalText(text []byte) error {
	for i, name := range effectNames {
		if name != "" && name == string(text) {
			*e = Effect(i)
			return nil
		}
	}
	return fmt.Errorf("policy: unknown effect %q", text)
}

// Field names a field of a [Spec] by its JSON name. The empty Field stands for
// the policy as a whole.
type Field string

const (
	FieldOrigins       Field = "allowOrigins"
	FieldMethods       Field = "allowMethods"
	FieldHeaders       Field = "allowHeaders"
	FieldExposeHeaders Field = "exposeHeaders"
	FieldCredentials   Field = "allowCredentials"
	FieldMaxAge        Field = "maxAgeSeconds"
)

// Finding is one thing to know about a policy, a native configuration or a
// translation.
type Finding struct {
	Code    Code     `json:"code"`              // what kind of thing; never empty
	Effect  Effect   `json:"effect"`            // what it does to the meaning; never zero
	Field   Field    `json:"field,omitempty"`   // the field of the Spec that it concerns
	Value   string   `json:"value,omitempty"`   // the offending value, as it was written
	Path    string   `json:"path,omitempty"`    // its place in the native object, e.g. spec.headers.accessControlAllowOriginListRegex[0]
	Detail  string   `json:"detail"`            // one English sentence; free to change
	Witness *Witness `json:"witness,omitempty"` // for Narrower and Wider: a request on which input and output disagree; for Danger: a request that should not be allowed
}

// String writes the finding on one line: effect, code, place, value, sentence.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", f.Effect, f.Code)
	if place := f.place(); place != "" {
		fmt.Fprintf(&b, " %s", place)
	}
	if f.Value != "" {
		fmt.Fprintf(&b, " %q", f.Value)
	}
	fmt.Fprintf(&b, ": %s", f.Detail)
	if f.Witness != nil {
		fmt.Fprintf(&b, " (%s)", f.Witness)
	}
	return b.String()
}

func (f Finding) place() string {
	if f.Path != "" {
		return f.Path
	}
	return string(f.Field)
}

// Report is what an operation has to say beside its result, in the order of
// the configuration that it read. A report is not an error: an operation that
// refuses returns an [*Error] as well.
type Report []Finding

// Has reports whether the report holds a finding of that code.
func (r Report) Has(code Code) bool {
	for _, f := range r {
		if f.Code == code {
			return true
		}
	}
	return false
}

// With returns the findings of the given effects, in order.
func (r Report) With(effects ...Effect) Report {
	var out Report
	for _, f := range r {
		for _, e := range effects {
			if f.Effect == e {
				out = append(out, f)
				break
			}
		}
	}
	return out
}

// Exact reports whether nothing in the report is [Narrower], [Wider],
// [Inexpressible] or [Malformed]: the operation kept every grant.
func (r Report) Exact() bool {
	return len(r.With(Narrower, Wider, Inexpressible, Malformed)) == 0
}

// Error is why an operation refused. It carries every problem, not the first.
// [New] and [ParseSpec] return it with [Malformed] findings; the adapters'
// Render with the findings that the options do not accept.
type Error struct {
	Op       string // what refused, e.g. "policy" or "adapters/nginx: render"
	Findings Report // why; never empty
}

// Error writes one line per finding.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if len(e.Findings) == 1 {
		fmt.Fprintf(&b, ": %s", e.Findings[0])
		return b.String()
	}
	fmt.Fprintf(&b, ": %d problems", len(e.Findings))
	for _, f := range e.Findings {
		fmt.Fprintf(&b, "\n\t%s", f)
	}
	return b.String()
}

// ErrNoPolicy is returned (wrapped) by the adapters' Parse and Extract when the
// object carries no CORS policy at all. That is not the same as a policy that
// allows no origin.
var ErrNoPolicy = errors.New("the object carries no CORS policy")

// Tolerance is how far a translation may stray from its input. The zero value
// is the strictest.
type Tolerance uint8

const (
	// RequireExact refuses every translation that changes a grant.
	RequireExact Tolerance = iota
	// AllowNarrower accepts a translation that leaves out what the target
	// cannot say, and reports each omission.
	AllowNarrower
	// DangerouslyAllowWider accepts a translation that grants more than its
	// input, and reports each addition with a request that proves it.
	DangerouslyAllowWider
)
