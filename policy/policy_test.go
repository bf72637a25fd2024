package policy

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"
)

func seconds(n int64) *int64 { return &n }

// places lists code and path of every finding: what programs act on.
func places(findings Report) []string {
	out := []string{}
	for _, f := range findings {
		out = append(out, string(f.Code)+" "+f.Path)
	}
	return out
}

func problems(t *testing.T, err error) Report {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *Error", err)
	}
	for _, f := range e.Findings {
		if f.Effect != Malformed || f.Detail == "" {
			t.Errorf("incomplete finding %+v", f)
		}
	}
	return e.Findings
}

func TestNewReportsEveryProblem(t *testing.T) {
	_, err := New(Spec{
		AllowOrigins:  []string{"https://a.example", "https://A.example", "a.example", "~("},
		AllowMethods:  []string{"GET", "get", "Put", "TRACE", "connect", "Track", "a b", ""},
		AllowHeaders:  []string{"X-A", "X-B, X-C", ""},
		ExposeHeaders: []string{"X:"},
		MaxAgeSeconds: seconds(-1),
	})
	want := []string{
		"origin-syntax allowOrigins[1]", "origin-syntax allowOrigins[2]", "origin-syntax allowOrigins[3]",
		"method-case allowMethods[1]", "method-case allowMethods[2]", "method-forbidden allowMethods[3]",
		"method-forbidden allowMethods[4]", "method-forbidden allowMethods[5]", "method-syntax allowMethods[6]", "method-syntax allowMethods[7]",
		"header-syntax allowHeaders[1]", "header-syntax allowHeaders[2]", "header-syntax exposeHeaders[0]",
		"max-age-negative maxAgeSeconds",
	}
	if diff := cmp.Diff(want, places(problems(t, err))); diff != "" {
		t.Error(diff)
	}
}

func TestSpecIsCanonical(t *testing.T) {
	for _, test := range []struct{ in, want Spec }{
		{Spec{}, Spec{}},
		{
			Spec{AllowOrigins: []string{"https://b.example", "https://a.example", "https://b.example"}, AllowMethods: []string{"PUT", "GET", "PUT"}, AllowHeaders: []string{"x-a", "Authorization", "X-A"}},
			Spec{AllowOrigins: []string{"https://a.example", "https://b.example"}, AllowMethods: []string{"GET", "PUT"}, AllowHeaders: []string{"Authorization", "X-A"}},
		},
		{
			Spec{AllowOrigins: []string{"null", "*", "https://a.example"}, AllowMethods: []string{"PUT", "*"}, AllowHeaders: []string{"X-A", "authorization", "*"}, ExposeHeaders: []string{"X-A", "*"}},
			Spec{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*", "authorization"}, ExposeHeaders: []string{"*", "X-A"}},
		},
		{Spec{MaxAgeSeconds: seconds(0)}, Spec{MaxAgeSeconds: seconds(0)}},
	} {
		if diff := cmp.Diff(test.want, MustNew(test.in).Spec()); diff != "" {
			t.Errorf("%+v:\n%s", test.in, diff)
		}
	}
}

func TestSpecIsACopy(t *testing.T) {
	in := Spec{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"X-A"}, ExposeHeaders: []string{"X-B"}, MaxAgeSeconds: seconds(7)}
	p := MustNew(in)
	want := p.Spec()
	for _, s := range []Spec{in, p.Spec()} {
		s.AllowOrigins[0], s.AllowMethods[0], s.AllowHeaders[0], s.ExposeHeaders[0], *s.MaxAgeSeconds = "x", "x", "x", "x", 1
		if diff := cmp.Diff(want, p.Spec()); diff != "" {
			t.Errorf("the policy changed:\n%s", diff)
		}
	}
}

func TestCanonicalSpecIsAFixedPointWithTheSameMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := MustNew(drawSpec.Draw(t, "spec"))
		again := MustNew(p.Spec())
		if diff := cmp.Diff(p.Spec(), again.Spec()); diff != "" {
			t.Fatalf("not canonical:\n%s", diff)
		}
		if c := Compare(p, again); c.Relation != Equal {
			t.Fatalf("another meaning: %s %v", c.Relation, c.Witnesses)
		}
	})
}

func TestCheck(t *testing.T) {
	p := MustNew(Spec{
		AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"PUT", "patch"}, AllowHeaders: []string{"X-A", "*"},
		ExposeHeaders: []string{"X-Total", "*", "Content-Type", "Set-Cookie"}, AllowCredentials: true, MaxAgeSeconds: seconds(60),
	})
	anonymous := MustNew(Spec{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}})
	for _, test := range []struct {
		name   string
		policy *Policy
		r      Request
		want   Verdict
	}{
		{"simple", p, Request{Origin: "https://a.example"}, Verdict{Allowed: true, ExposeHeaders: []string{"*"}}},
		{"credentialed, * is a name", p, Request{Origin: "https://a.example", Credentials: true}, Verdict{Allowed: true, ExposeHeaders: []string{"x-total"}}},
		{"preflighted", p, Request{Origin: "https://a.example", Method: "PUT", Headers: []string{"x-a", "X-Other"}}, Verdict{Allowed: true, Preflight: true, ExposeHeaders: []string{"*"}, MaxAgeSeconds: 60}},
		{"origin", p, Request{Origin: "https://b.example", Method: "DELETE"}, Verdict{Preflight: true, Reason: ReasonOrigin}},
		{"method", p, Request{Origin: "https://a.example", Method: "PATCH", Headers: []string{"Authorization"}}, Verdict{Preflight: true, Reason: ReasonMethod}},
		{"* is not Authorization", p, Request{Origin: "https://a.example", Headers: []string{"Authorization"}}, Verdict{Preflight: true, Reason: ReasonHeader}},
		{"forbidden names are never sent", p, Request{Origin: "https://a.example", Headers: []string{"Cookie", "Sec-Fetch-Mode", "proxy-x"}}, Verdict{Allowed: true, ExposeHeaders: []string{"*"}}},
		{"forbidden method", anonymous, Request{Origin: "null", Method: "TRACE"}, Verdict{Preflight: true, Reason: ReasonMethod}},
		{"any method", anonymous, Request{Origin: "null", Method: "PURGE"}, Verdict{Allowed: true, Preflight: true, MaxAgeSeconds: 5}},
		{"credentials", anonymous, Request{Origin: "https://a.example", Credentials: true}, Verdict{Reason: ReasonCredentials}},
	} {
		if diff := cmp.Diff(test.want, test.policy.Check(test.r)); diff != "" {
			t.Errorf("%s:\n%s", test.name, diff)
		}
	}
}

func TestParseSpec(t *testing.T) {
	want := Spec{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"PUT"}, AllowCredentials: true, MaxAgeSeconds: seconds(3600)}
	for _, text := range []string{
		"allowOrigins: [https://a.example]\nallowMethods:\n- PUT\nallowCredentials: true\nmaxAgeSeconds: 3600\n",
		"# a comment\n---\nallowOrigins: &o [https://a.example]\nallowMethods: [PUT]\nallowCredentials: yes\nmaxAgeSeconds: 3600\nexposeHeaders: null\n---\n",
		`{"allowOrigins": ["https://a.example"], "allowMethods": ["PUT"], "allowCredentials": true, "maxAgeSeconds": 3600}`,
		"allowOrigins: [https://a.example]\r\nallowMethods: [PUT]\r\nallowCredentials: true\r\nmaxAgeSeconds: 3600\r\n",
	} {
		got, err := ParseSpec([]byte(text))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
	}
}

func TestParseSpecRefuses(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"", []string{"spec-documents "}},
		{"---\n---\n# nothing\n", []string{"spec-documents "}},
		{"allowMethods: [PUT]\n---\nallowMethods: [GET]\n", []string{"spec-documents "}},
		{"- https://a.example", []string{"spec-syntax "}},
		{"a: [", []string{"spec-syntax "}},
		{"\tx", []string{"spec-syntax "}},
		{"allowMethods: [PUT]\nallowMethods: [GET]\n", []string{"spec-syntax "}},
		{`{"allowMethods": ["PUT"], "allowMethods": ["GET"]}`, []string{"spec-syntax "}},
		{"allowedOrigins: []\nAllowMethods: []\nallowHeaders: X-A\nmaxAgeSeconds: 1h\nallowCredentials: \"true\"\n",
			[]string{"spec-unknown-field ", "spec-field-type allowCredentials", "spec-field-type allowHeaders", "spec-unknown-field ", "spec-field-type maxAgeSeconds"}},
		{string(make([]byte, MaxSpecBytes+1)), []string{"spec-too-large "}},
	} {
		s, err := ParseSpec([]byte(test.text))
		got := places(problems(t, err))
		slices.Sort(got)
		slices.Sort(test.want)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%.60q:\n%s", test.text, diff)
		}
		if diff := cmp.Diff(Spec{}, s); diff != "" {
			t.Errorf("%.60q: an error beside a Spec:\n%s", test.text, diff)
		}
	}
}

func TestSpecSurvivesJSONAndYAML(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := MustNew(drawSpec.Draw(t, "spec")).Spec()
		for _, encode := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal} {
			text, err := encode(want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseSpec(text)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if diff := cmp.Diff(want, MustNew(got).Spec()); diff != "" {
				t.Fatalf("%s:\n%s", text, diff)
			}
		}
	})
}

func FuzzParseSpec(f *testing.F) {
	for _, s := range []string{"allowOrigins: ['*']", `{"maxAgeSeconds": 5}`, "a: &a [*a]", "---\n---", "allowOrigins: [~]", "? x", "!!binary x", "maxAgeSeconds: 1e3"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := ParseSpec(text)
		if err != nil {
			problems(t, err)
			return
		}
		if _, err := New(s); err != nil {
			problems(t, err)
		}
	})
}

func TestEffectText(t *testing.T) {
	for e := Note; e <= Malformed; e++ {
		text, err := e.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back Effect
		if err := back.UnmarshalText(text); err != nil || back != e {
			t.Errorf("%s: %v %v", text, back, err)
		}
	}
	if _, err := Effect(0).MarshalText(); err == nil {
		t.Error("the zero Effect has a text")
	}
	if err := new(Effect).UnmarshalText(nil); err == nil {
		t.Error("an empty text is an Effect")
	}
}

func TestReport(t *testing.T) {
	r := Report{{Code: "a", Effect: Note}, {Code: "b", Effect: Danger}, {Code: "c", Effect: Narrower}}
	if !r.Has("b") || r.Has("d") {
		t.Error("Has")
	}
	if diff := cmp.Diff([]string{"a ", "c "}, places(r.With(Narrower, Note))); diff != "" {
		t.Error(diff)
	}
	if r.Exact() || !r[:2].Exact() || !Report(nil).Exact() {
		t.Error("Exact")
	}
}
