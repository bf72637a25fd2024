package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Witness is a request on which two policies differ, and how. The witness of
// an audit's Danger has one policy on both sides.
type Witness struct {
	Effect  Effect  `json:"effect"`          // Narrower or Wider, of after against before; Danger
	Field   Field   `json:"field"`           // the field of the Spec that makes the difference
	Value   string  `json:"value,omitempty"` // the origin, method, header or number of seconds in question
	Request Request `json:"request"`
	Before  Verdict `json:"before"`
	After   Verdict `json:"after"`
}

// String writes the request and what becomes of it on either side.
func (w Witness) String() string {
	var b strings.Builder
	method := w.Request.Method
	if method == "" {
		method = "GET"
	}
	fmt.Fprintf(&b, "%s from %s", method, w.Request.Origin)
	if w.Request.Credentials {
		b.WriteString(" with credentials")
	}
	if len(w.Request.Headers) > 0 {
		fmt.Fprintf(&b, " and %s", strings.Join(w.Request.Headers, ", "))
	}
	if w.Effect == Danger {
		fmt.Fprintf(&b, ": %s", w.outcome(w.After))
		return b.String()
	}
	fmt.Fprintf(&b, ": %s before, %s after", w.outcome(w.Before), w.outcome(w.After))
	return b.String()
}

func (w Witness) outcome(v Verdict) string {
	switch {
	case !v.Allowed:
		return "refused (" + string(v.Reason) + ")"
	case w.Field == FieldMaxAge:
		return fmt.Sprintf("allowed (preflight remembered for %d s)", v.MaxAgeSeconds)
	case w.Field == FieldExposeHeaders && !v.exposes(w.Value):
		return "allowed (" + w.Value + " hidden)"
	case w.Field == FieldExposeHeaders:
		return "allowed (" + w.Value + " readable)"
	}
	return "allowed"
}

func (v Verdict) exposes(name string) bool {
	return slices.Contains(v.ExposeHeaders, "*") || slices.Contains(v.ExposeHeaders, strings.ToLower(name))
}
