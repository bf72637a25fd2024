package proof

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corslate/corslate/policy"
)

func spec(origins ...string) policy.Spec { return policy.Spec{AllowOrigins: origins} }

func lines(report policy.Report) []string {
	var out []string
	for _, f := range report {
		line := fmt.Sprintf("%s %s %s", f.Effect, f.Code, f.Value)
		if f.Witness != nil {
			line += " " + f.Witness.Request.Origin
		}
		out = append(out, line)
	}
	return out
}

func TestCheck(t *testing.T) {
	left := func(effect policy.Effect, value string) policy.Finding {
		return policy.Finding{Code: "left-out", Effect: effect, Field: policy.FieldOrigins, Value: value, Detail: "…"}
	}
	zero, five := int64(0), int64(5)
	for _, test := range []struct {
		name            string
		asked, rendered policy.Spec
		found           policy.Report
		terms           Terms
		report, refused []string
	}{
		{name: "exact", asked: spec("https://a.example"), rendered: spec("https://a.example")},
		{
			name: "each value left out has its own witness", asked: spec("https://a.example", "https://b.example", "https://c.example"), rendered: spec("https://c.example"),
			found:   policy.Report{left(policy.Narrower, "https://a.example"), left(policy.Narrower, "https://b.example")},
			report:  []string{"narrower left-out https://a.example https://a.example", "narrower left-out https://b.example https://b.example"},
			refused: []string{"narrower left-out https://a.example https://a.example", "narrower left-out https://b.example https://b.example"},
		},
		{
			name: "narrower is tolerated", asked: spec("https://a.example"), rendered: spec(),
			found: policy.Report{left(policy.Narrower, "https://a.example")}, terms: Terms{Tolerance: policy.AllowNarrower},
			report: []string{"narrower left-out https://a.example https://a.example"},
		},
		{
			name: "what makes no difference is a note", asked: spec("https://**.a.example", "https://b.a.example"), rendered: spec("https://**.a.example"),
			found:  policy.Report{left(policy.Narrower, "https://b.a.example")},
			report: []string{"note left-out https://b.a.example"},
		},
		{
			name: "what the adapter did not say is found", asked: spec("https://a.example"), rendered: spec("*"), terms: Terms{Tolerance: policy.AllowNarrower},
			report:  []string{"wider translation-differs https://evil.example https://evil.example"},
			refused: []string{"wider translation-differs https://evil.example https://evil.example"},
		},
		{
			name: "wider by permission", asked: spec("https://a.example"), rendered: spec("*"), terms: Terms{Tolerance: policy.DangerouslyAllowWider},
			report: []string{"wider translation-differs https://evil.example https://evil.example"},
		},
		{
			name:     "what cannot be written at all is said once, and refused under every tolerance",
			asked:    policy.Spec{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"PUT"}, MaxAgeSeconds: &zero},
			rendered: policy.Spec{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"PUT"}, MaxAgeSeconds: &five},
			found:    policy.Report{{Code: "max-age", Effect: policy.Inexpressible, Field: policy.FieldMaxAge, Value: "0", Detail: "…"}},
			terms:    Terms{Tolerance: policy.DangerouslyAllowWider},
			report:   []string{"inexpressible max-age 0 https://a.example"},
			refused:  []string{"inexpressible max-age 0 https://a.example"},
		},
		{
			name: "dangers of the policy", asked: spec("null"), rendered: spec("null"),
			report: []string{"danger null-origin null null"}, refused: []string{"danger null-origin null null"},
		},
		{
			name: "accepted dangers", asked: spec("null"), rendered: spec("null"), terms: Terms{Accept: []policy.Code{policy.CodeNullOrigin}},
			report: []string{"danger null-origin null null"},
		},
		{
			name:  "undecided is refused",
			asked: spec(`~https://([ab]*b[ab]{14}|x)\.example`, `~https://[ab]*a[ab]{14}\.exampl[e]`), rendered: spec(`~https://([ab]*a[ab]{14}|x)\.example`),
			terms:   Terms{Tolerance: policy.AllowNarrower, Accept: policy.Dangers()},
			report:  []string{"wider translation-unproven "},
			refused: []string{"wider translation-unproven "},
		},
	} {
		report, err := Check("test", policy.MustNew(test.asked), policy.MustNew(test.rendered), test.found, test.terms)
		if test.name == "undecided is refused" {
			report = report.With(policy.Wider)
		}
		if diff := cmp.Diff(test.report, lines(report)); diff != "" {
			t.Errorf("%s: report\n%s", test.name, diff)
		}
		var refused *policy.Error
		if errors.As(err, &refused) != (test.refused != nil) {
			t.Errorf("%s: error %v", test.name, err)
			continue
		}
		if refused != nil {
			if diff := cmp.Diff(test.refused, lines(refused.Findings)); diff != "" {
				t.Errorf("%s: refused\n%s", test.name, diff)
			}
		}
	}
}

// A finding for each of many values costs one comparison each, not more.
func TestCheckGivesEveryMethodItsWitness(t *testing.T) {
	asked := policy.Spec{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"PUT", "LINK", "UNLINK"}, AllowHeaders: []string{"X-A", "X-B"}}
	rendered := policy.Spec{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"PUT"}}
	var found policy.Report
	for _, value := range []string{"LINK", "UNLINK"} {
		found = append(found, policy.Finding{Code: "left-out", Effect: policy.Narrower, Field: policy.FieldMethods, Value: value})
	}
	for _, value := range []string{"X-A", "X-B"} {
		found = append(found, policy.Finding{Code: "left-out", Effect: policy.Narrower, Field: policy.FieldHeaders, Value: value})
	}
	report, err := Check("test", policy.MustNew(asked), policy.MustNew(rendered), found, Terms{Tolerance: policy.AllowNarrower})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report {
		if f.Witness == nil || f.Witness.Request.Method != f.Value && (len(f.Witness.Request.Headers) != 1 || f.Witness.Request.Headers[0] != f.Value) {
			t.Errorf("%v is not about %s", f.Witness, f.Value)
		}
	}
}
