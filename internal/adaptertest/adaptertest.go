// Package adaptertest holds the laws that every adapter keeps, over generated
// policies. An adapter's test runs them all in one line.
package adaptertest

import (
	"errors"
	"flag"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/corslate/corslate/policy"
)

// Adapter is an adapter's verbs with its options filled in. F is the native
// fragment, O the whole object.
type Adapter[F, O any] struct {
	// Render is the adapter's Render with the given tolerance, and every
	// danger accepted.
	Render  func(*policy.Policy, policy.Tolerance) (F, policy.Report, error)
	Parse   func(F) (*policy.Policy, policy.Report, error)
	Apply   func(O, *policy.Policy, policy.Tolerance) (O, policy.Report, error)
	Extract func(O) (*policy.Policy, policy.Report, error)
	Remove  func(O) O
	// Objects are whole objects without CORS that hold as much else as the
	// kind can; the laws put a policy onto them, read it and take it off.
	Objects []O
	// Clone copies an object deeply.
	Clone func(O) O
	// Compare says how fragments and objects are compared, for those that
	// cmp.Diff cannot compare field by field.
	Compare cmp.Options
}

// diff describes how two fragments or objects differ.
func (a Adapter[F, O]) diff(x, y any) string {
	if a.Compare == nil {
		return cmp.Diff(x, y, cmp.Exporter(func(reflect.Type) bool { return true }))
	}
	return cmp.Diff(x, y, a.Compare)
}

// Dangers accepts everything that an audit may call dangerous, so that laws
// reach the policies that render only under protest.
var Dangers = policy.Dangers()

// Laws runs the laws of the adapter.
func Laws[F, O any](t *testing.T, a Adapter[F, O]) {
	t.Helper()
	t.Run("render then parse", func(t *testing.T) {
		Check(t, func(t *rapid.T) { renderThenParse(t, a) })
	})
	t.Run("apply extract remove", func(t *testing.T) {
		Check(t, func(t *rapid.T) { applyExtractRemove(t, a) })
	})
}

// checks is how many generated cases each law sees, unless -rapid.checks says
// otherwise.
const checks = "250"

// Check is rapid.Check with more cases than its default.
func Check(t *testing.T, law func(*rapid.T)) {
	t.Helper()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set(checks); err != nil {
			t.Fatal(err)
		}
		defer f.Value.Set(f.DefValue)
	}
	rapid.Check(t, law)
}

func tolerances() *rapid.Generator[policy.Tolerance] {
	return rapid.SampledFrom([]policy.Tolerance{policy.RequireExact, policy.AllowNarrower, policy.DangerouslyAllowWider})
}

func renderThenParse[F, O any](t *rapid.T, a Adapter[F, O]) {
	p := Policies().Draw(t, "policy")
	tolerance := tolerances().Draw(t, "tolerance")
	f, report, err := a.Render(p, tolerance)
	if err != nil {
		checkRefusal(t, f, report, err)
		return
	}
	again, _, _ := a.Render(p, tolerance)
	if diff := a.diff(f, again); diff != "" {
		t.Fatalf("rendering twice differs:\n%s", diff)
	}
	back, _, err := a.Parse(f)
	if err != nil {
		t.Fatalf("Parse(Render(%+v)): %v", p.Spec(), err)
	}
	checkRelation(t, p, back, report, tolerance)

	f2, report2, err := a.Render(back, policy.RequireExact)
	if err != nil {
		t.Fatalf("what a fragment means cannot be written again: %v\nfragment %+v", err, f)
	}
	back2, _, err := a.Parse(f2)
	if err != nil {
		t.Fatalf("Parse(Render(Parse(f))): %v", err)
	}
	if c := policy.Compare(back, back2); c.Relation != policy.Equal {
		t.Fatalf("Render(Parse(f)) means something else than f: %s %v\nreport %v", c.Relation, c.Witnesses, report2)
	}
}

// checkRefusal checks that an error comes with nothing that looks like a
// result, and with the reasons in the report.
func checkRefusal(t *rapid.T, fragment any, report policy.Report, err error) {
	if v := reflect.ValueOf(fragment); v.IsValid() && !v.IsZero() {
		t.Fatalf("error %v with a fragment %+v", err, fragment)
	}
	var refused *policy.Error
	if !errors.As(err, &refused) || len(refused.Findings) == 0 {
		t.Fatalf("error is no *policy.Error with findings: %v", err)
	}
	for _, f := range refused.Findings {
		if !report.Has(f.Code) {
			t.Fatalf("refused for %s, which is not in the report %v", f.Code, report)
		}
	}
}

// checkRelation checks the promise: exact, or reported; never silently wider.
func checkRelation(t *rapid.T, asked, got *policy.Policy, report policy.Report, tolerance policy.Tolerance) {
	c := policy.Compare(asked, got)
	narrower := c.Relation == policy.NarrowerThan || c.Relation == policy.IncomparableTo
	wider := c.Relation == policy.WiderThan || c.Relation == policy.IncomparableTo
	if n := len(report.With(policy.Narrower)); narrower != (n > 0) {
		t.Fatalf("relation %s with %d narrower findings: %v\nwitnesses %v", c.Relation, n, report, c.Witnesses)
	}
	if n := len(report.With(policy.Wider)); wider != (n > 0) {
		t.Fatalf("relation %s with %d wider findings: %v\nwitnesses %v", c.Relation, n, report, c.Witnesses)
	}
	if wider && tolerance < policy.DangerouslyAllowWider || narrower && tolerance < policy.AllowNarrower {
		t.Fatalf("relation %s under tolerance %d: %v", c.Relation, tolerance, c.Witnesses)
	}
	for _, f := range report.With(policy.Narrower, policy.Wider) {
		if f.Witness == nil {
			t.Fatalf("no witness for %v", f)
		}
		if b, a := asked.Check(f.Witness.Request), got.Check(f.Witness.Request); !cmp.Equal(b, f.Witness.Before) || !cmp.Equal(a, f.Witness.After) || cmp.Equal(a, b) {
			t.Fatalf("the witness of %v does not show the difference: %+v %+v", f, b, a)
		}
	}
}

func applyExtractRemove[F, O any](t *rapid.T, a Adapter[F, O]) {
	object := rapid.SampledFrom(a.Objects).Draw(t, "object")
	p := Policies().Draw(t, "policy")
	tolerance := tolerances().Draw(t, "tolerance")

	untouched := a.Clone(object)
	if _, _, err := a.Extract(object); !errors.Is(err, policy.ErrNoPolicy) {
		t.Fatalf("Extract of an object without CORS: %v", err)
	}
	applied, report, err := a.Apply(object, p, tolerance)
	if diff := a.diff(untouched, object); diff != "" {
		t.Fatalf("Apply changed its input:\n%s", diff)
	}
	if err != nil {
		checkRefusal(t, applied, report, err)
		return
	}
	got, _, err := a.Extract(applied)
	if err != nil {
		t.Fatalf("Extract(Apply(%+v)): %v", p.Spec(), err)
	}
	checkRelation(t, p, got, report, tolerance)
	before := a.Clone(applied)
	removed := a.Remove(applied)
	if diff := a.diff(before, applied); diff != "" {
		t.Fatalf("Remove changed its input:\n%s", diff)
	}
	if diff := a.diff(untouched, removed); diff != "" {
		t.Fatalf("Remove(Apply(object)) is not the object:\n%s", diff)
	}
}
