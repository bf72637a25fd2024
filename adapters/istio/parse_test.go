package istio_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/durationpb"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"

	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/policy"
)

func decode(t testing.TB, text string) fragment {
	t.Helper()
	f := new(networkingv1alpha3.CorsPolicy)
	if err := json.Unmarshal([]byte(text), f); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return f
}

// brief writes the findings that are not on every policy of this data plane.
func brief(report policy.Report) []string {
	var out []string
	for _, f := range report {
		switch f.Code {
		case policy.CodeNoVary, policy.CodeApplicationHeaders, istio.CodePreflightsForwarded:
			continue
		}
		out = append(out, fmt.Sprintf("%s %s %s %s", f.Effect, f.Code, strings.TrimPrefix(f.Path, "corsPolicy."), f.Value))
	}
	return out
}

func equal(t *testing.T, got *policy.Policy, want policy.Spec) {
	t.Helper()
	if c := policy.Compare(policy.MustNew(want), got); c.Relation != policy.Equal {
		t.Errorf("got %+v, want %+v: %s %v", got.Spec(), want, c.Relation, c.Witnesses)
	}
}

const evil = "https://evil.example"

func TestParseOrigins(t *testing.T) {
	long := strings.Repeat("a", 5000)
	for _, c := range []struct {
		name     string
		fragment string
		want     []string
		report   []string
	}{
		{"exact", `{"allowOrigins":[{"exact":"https://a.example"},{"exact":"null"},{"exact":"http://[::1]:3000"},{"exact":"ionic://localhost"}]}`,
			[]string{"https://a.example", "null", "http://[::1]:3000", "ionic://localhost"}, nil},
		{"no origins", `{}`, nil, nil},
		{"exact star", `{"allowOrigins":[{"exact":"https://a.example"},{"exact":"*"}]}`, []string{"*"}, nil},
		{"exact star with credentials", `{"allowOrigins":[{"exact":"*"}],"allowCredentials":true}`, []string{"*"},
			[]string{"danger reflects-every-origin allowOrigins[0].exact *"}},
		{"exact texts that no browser sends",
			`{"allowOrigins":[{"exact":"https://a.example/"},{"exact":"https://A.example"},{"exact":"https://a.example:443"},{"exact":"a.example"},{"exact":"https://*.a.example"},{"exact":"~https://a"},{"exact":"not an origin"}]}`, nil,
			[]string{
				"advice origin-never-sent allowOrigins[0].exact https://a.example/",
				"advice origin-never-sent allowOrigins[1].exact https://A.example",
				"advice origin-never-sent allowOrigins[2].exact https://a.example:443",
				"advice origin-never-sent allowOrigins[3].exact a.example",
				"advice origin-never-sent allowOrigins[4].exact https://*.a.example",
				"advice origin-never-sent allowOrigins[5].exact ~https://a",
				"advice origin-never-sent allowOrigins[6].exact not an origin",
			}},
		{"deprecated list", `{"allowOrigin":["https://a.example","","https://B.example"]}`, []string{"https://a.example"},
			[]string{"advice origin-never-sent allowOrigin[1] ", "advice origin-never-sent allowOrigin[2] https://B.example", "advice allow-origin-deprecated allowOrigin "}},
		{"deprecated star", `{"allowOrigin":["*"]}`, []string{"*"}, []string{"advice allow-origin-deprecated allowOrigin "}},
		{"deprecated list beside the new one", `{"allowOrigins":[{"exact":"https://y.example"}],"allowOrigin":["https://x.example","*"]}`, []string{"https://y.example"},
			[]string{"advice allow-origin-ignored allowOrigin https://x.example,*"}},
		{"deprecated list beside an empty one", `{"allowOrigins":[],"allowOrigin":["https://x.example"]}`, []string{"https://x.example"},
			[]string{"advice allow-origin-deprecated allowOrigin "}},

		{"prefix of a scheme", `{"allowOrigins":[{"prefix":"https://"}]}`, []string{"~https://.*"}, nil},
		{"prefix of several schemes", `{"allowOrigins":[{"prefix":"http"}]}`, []string{"~http.*"}, []string{"advice prefix-in-scheme allowOrigins[0].prefix http"}},
		{"prefix before any port", `{"allowOrigins":[{"prefix":"http://localhost:"}]}`, []string{`~http://localhost:[0-9]+`}, nil},
		{"prefix within a host", `{"allowOrigins":[{"prefix":"https://a.example"}]}`, []string{`~https://a\.example.*`},
			[]string{"danger prefix-in-host allowOrigins[0].prefix https://a.example"}},
		{"prefix within a port", `{"allowOrigins":[{"prefix":"http://a.example:80"}]}`, []string{`~http://a\.example:80.+`},
			[]string{"advice prefix-in-port allowOrigins[0].prefix http://a.example:80"}},
		{"prefix with a complete port", `{"allowOrigins":[{"prefix":"http://a.example:30001"}]}`, []string{"http://a.example:30001"}, nil},
		{"prefix with an address", `{"allowOrigins":[{"prefix":"http://[::1]"},{"prefix":"http://[::1]:"},{"prefix":"http://[::1]:3"},{"prefix":"http://[::1"}]}`, []string{`~http://\[::1.*`},
			[]string{"advice prefix-in-port allowOrigins[2].prefix http://[::1]:3", "danger prefix-in-host allowOrigins[3].prefix http://[::1"}},
		{"prefix of nothing", `{"allowOrigins":[{"prefix":"https://A.example"},{"prefix":"https://a.example/"},{"prefix":"` + long + `"}]}`, nil,
			[]string{"advice origin-never-sent allowOrigins[0].prefix https://A.example", "advice origin-never-sent allowOrigins[1].prefix https://a.example/", "advice origin-never-sent allowOrigins[2].prefix " + long}},
		{"prefix with what a regular expression would read", `{"allowOrigins":[{"prefix":"https://.*"},{"prefix":"https://a.example:\\"}]}`, nil,
			[]string{"advice origin-never-sent allowOrigins[0].prefix https://.*", `advice origin-never-sent allowOrigins[1].prefix https://a.example:\`}},
		{"prefix star", `{"allowOrigins":[{"prefix":"*"}]}`, []string{"*"}, []string{"danger matcher-opens-all allowOrigins[0].prefix *"}},

		{"regex", `{"allowOrigins":[{"regex":"https://[a-z0-9-]+\\.a\\.example"},{"regex":"https://([a-z0-9-]+\\.)+b\\.example"},{"regex":"https://(c|d)\\.example"}]}`,
			[]string{"https://*.a.example", "https://**.b.example", "https://c.example", "https://d.example"}, nil},
		{"regex matches in full", `{"allowOrigins":[{"regex":"https://a\\.example"}]}`, []string{"https://a.example"}, nil},
		{"regex anchors change nothing", `{"allowOrigins":[{"regex":"^https://a\\.example$|https://b\\.example"}]}`, []string{"https://a.example", "https://b.example"}, nil},
		{"regex with an open dot", `{"allowOrigins":[{"regex":"https://a.example"}]}`, []string{`~https://a[a-z0-9._!$&'()+,;=~-]example`}, nil},
		{"regex of nothing", `{"allowOrigins":[{"regex":"https://A\\.example"}]}`, nil, []string{`advice origin-never-sent allowOrigins[0].regex https://A\.example`}},
		{"regex for everything", `{"allowOrigins":[{"regex":".*"}]}`, []string{"*"}, nil},
		{"regex for everything with credentials", `{"allowOrigins":[{"regex":".*"}],"allowCredentials":true}`, []string{"*"}, []string{"danger reflects-every-origin allowOrigins[0].regex .*"}},
		{"regex for an optional origin", `{"allowOrigins":[{"regex":"(https://a\\.com)?"}]}`, []string{"https://a.com"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, report, err := istio.Parse(decode(t, c.fragment), nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.report, brief(report)); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
			before, after := policy.MustNew(policy.Spec{AllowOrigins: c.want}), policy.MustNew(policy.Spec{AllowOrigins: p.Spec().AllowOrigins})
			if cmp := policy.Compare(before, after); cmp.Relation != policy.Equal {
				t.Errorf("got %q: %s %v", p.Spec().AllowOrigins, cmp.Relation, cmp.Witnesses)
			}
		})
	}
}

// Envoy tries every matcher on the text "*" before it tries the origin.
func TestParseMatcherThatMatchesStar(t *testing.T) {
	for _, expr := range []string{".", `\*`, `[^/]+`, `[^:]*`, `\W`, `https://x\.com|.`, `\Q*`, `(?i)[^a-z]`} {
		f := &networkingv1alpha3.CorsPolicy{AllowOrigins: []*networkingv1alpha3.StringMatch{
			{MatchType: &networkingv1alpha3.StringMatch_Exact{Exact: "https://a.example"}},
			{MatchType: &networkingv1alpha3.StringMatch_Regex{Regex: expr}},
		}}
		p, report, err := istio.Parse(f, nil)
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		if !p.AllowsOrigin(evil) || !p.AllowsOrigin("null") {
			t.Errorf("%s: does not allow every origin", expr)
		}
		i := slices.IndexFunc(report, func(f policy.Finding) bool { return f.Code == istio.CodeMatcherOpensAll })
		if i < 0 || report[i].Effect != policy.Danger || report[i].Path != "corsPolicy.allowOrigins[1].regex" || report[i].Value != expr {
			t.Errorf("%s: report %v", expr, report)
		} else if w := report[i].Witness; w == nil || w.Before.Allowed || !w.After.Allowed {
			t.Errorf("%s: witness %v", expr, w)
		}
	}
	for _, expr := range []string{`https?://.*`, `.*\.example\.com`, `(https://a\.com)?`, `^[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s?#]+$`, `\Q*a`, `**?`} {
		f := &networkingv1alpha3.CorsPolicy{AllowOrigins: []*networkingv1alpha3.StringMatch{{MatchType: &networkingv1alpha3.StringMatch_Regex{Regex: expr}}}}
		if p, report, err := istio.Parse(f, nil); err == nil && (p.AllowsOrigin("null") || report.Has(istio.CodeMatcherOpensAll)) {
			t.Errorf("%s: allows every origin", expr)
		}
	}
	for _, expr := range []string{".*", ".+", `\S+`, `^.*$`} {
		f := &networkingv1alpha3.CorsPolicy{AllowOrigins: []*networkingv1alpha3.StringMatch{{MatchType: &networkingv1alpha3.StringMatch_Regex{Regex: expr}}}}
		p, report, err := istio.Parse(f, nil)
		if err != nil || !p.AllowsOrigin("null") || report.Has(istio.CodeMatcherOpensAll) {
			t.Errorf("%s means every origin and is no trap: %v %v", expr, report, err)
		}
	}
}

// A prefix that ends within a host is shown with an origin of somebody else.
func TestParsePrefixWitness(t *testing.T) {
	for prefix, want := range map[string]string{
		"https://a.example":   "https://a.example.evil.com",
		"https://a.":          "https://a.evil.com",
		"https://a-":          "https://a-x.evil.com",
		"http://10.0.0.1":     "http://10.0.0.1.evil.com",
		"capacitor://local":   "capacitor://local.evil.com",
		"http://[2001:db8:1:": "http://[2001:db8:1::1]",
	} {
		f := &networkingv1alpha3.CorsPolicy{AllowOrigins: []*networkingv1alpha3.StringMatch{{MatchType: &networkingv1alpha3.StringMatch_Prefix{Prefix: prefix}}}}
		_, report, err := istio.Parse(f, nil)
		if err != nil {
			t.Fatal(err)
		}
		danger := report.With(policy.Danger)
		if len(danger) != 1 || danger[0].Code != istio.CodePrefixInHost || danger[0].Witness == nil || danger[0].Witness.Request.Origin != want {
			t.Errorf("%s: want %s, got %v", prefix, want, danger)
		}
	}
}

func TestParseRest(t *testing.T) {
	const origin = `"allowOrigins":[{"exact":"https://a.example"}]`
	seconds := func(n int64) *int64 { return &n }
	for _, c := range []struct {
		name     string
		fragment string
		want     policy.Spec
		report   []string
	}{
		{"all", `{` + origin + `,"allowMethods":["PUT","GET"],"allowHeaders":["x-a","Authorization"],"exposeHeaders":["x-b"],"maxAge":"24h","allowCredentials":true}`,
			policy.Spec{AllowMethods: []string{"PUT"}, AllowHeaders: []string{"x-a", "authorization"}, ExposeHeaders: []string{"x-b"}, MaxAgeSeconds: seconds(86400), AllowCredentials: true}, nil},
		{"none", `{` + origin + `}`, policy.Spec{}, nil},
		{"lone star in methods", `{` + origin + `,"allowMethods":["*"],"allowCredentials":true}`, policy.Spec{AllowMethods: []string{"*"}, AllowCredentials: true},
			[]string{"note releases-differ allowMethods[0] *"}},
		{"lone star in headers is an echo", `{` + origin + `,"allowHeaders":["*"],"allowCredentials":true}`, policy.Spec{AllowHeaders: []string{"*", "Authorization"}, AllowCredentials: true},
			[]string{"note releases-differ allowHeaders[0] *"}},
		{"star beside methods", `{` + origin + `,"allowMethods":["*","GET"]}`, policy.Spec{AllowMethods: []string{"*"}}, []string{"note star-is-literal allowMethods *"}},
		{"star twice is literal", `{` + origin + `,"allowHeaders":["*","*"]}`, policy.Spec{AllowHeaders: []string{"*"}}, []string{"note star-is-literal allowHeaders *"}},
		{"star beside headers", `{` + origin + `,"allowHeaders":["*","x-a"]}`, policy.Spec{AllowHeaders: []string{"*"}}, []string{"note star-is-literal allowHeaders *"}},
		{"star beside headers in one entry", `{` + origin + `,"allowHeaders":["*,"]}`, policy.Spec{AllowHeaders: []string{"*"}},
			[]string{"advice header-name-has-comma allowHeaders[0] *,", "note star-is-literal allowHeaders *"}},
		{"star beside methods with credentials", `{` + origin + `,"allowMethods":["*","PUT"],"allowCredentials":true}`, policy.Spec{AllowMethods: []string{"*"}, AllowCredentials: true},
			[]string{"wider star-is-literal allowMethods *"}},
		{"star beside headers with credentials", `{` + origin + `,"allowHeaders":["x-a","*"],"allowCredentials":true}`, policy.Spec{AllowHeaders: []string{"*"}, AllowCredentials: true},
			[]string{"wider star-is-literal allowHeaders *"}},
		{"star beside headers with credentials for nobody", `{"allowHeaders":["x-a","*"],"allowCredentials":true}`, policy.Spec{}, []string{"note star-is-literal allowHeaders *"}},
		{"methods that no page sends", `{` + origin + `,"allowMethods":["CONNECT","TRACE","PATCH"]}`, policy.Spec{AllowMethods: []string{"PATCH"}},
			[]string{"note method-never-sent allowMethods[0] CONNECT", "note method-never-sent allowMethods[1] TRACE"}},
		{"expose star", `{` + origin + `,"exposeHeaders":["*","x-a"],"allowCredentials":true}`, policy.Spec{ExposeHeaders: []string{"*", "x-a"}, AllowCredentials: true}, nil},
		{"commas", `{` + origin + `,"allowHeaders":["x-a,x-b"],"exposeHeaders":[",x-c,"]}`, policy.Spec{AllowHeaders: []string{"x-a", "x-b"}, ExposeHeaders: []string{"x-c"}},
			[]string{"advice header-name-has-comma allowHeaders[0] x-a,x-b", "advice header-name-has-comma exposeHeaders[0] ,x-c,"}},
		{"credentials off", `{` + origin + `,"allowCredentials":false}`, policy.Spec{}, nil},
		{"unmatched preflights kept", `{` + origin + `,"unmatchedPreflights":"IGNORE"}`, policy.Spec{}, []string{"note releases-differ unmatchedPreflights IGNORE"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, report, err := istio.Parse(decode(t, c.fragment), nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.report, brief(report)); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
			if strings.Contains(c.fragment, origin) {
				c.want.AllowOrigins = []string{"https://a.example"}
			}
			equal(t, p, c.want)
			for _, f := range report.With(policy.Wider) {
				if f.Witness == nil || !f.Witness.Request.Credentials || f.Witness.Before.Allowed || !f.Witness.After.Allowed {
					t.Errorf("witness of %v", f)
				}
			}
			if ignores, forwards := strings.Contains(c.fragment, "IGNORE"), report.Has(istio.CodePreflightsForwarded); ignores == forwards {
				t.Errorf("preflights forwarded: %v", forwards)
			}
			if !report.Has(policy.CodeNoVary) || !report.Has(policy.CodeApplicationHeaders) {
				t.Errorf("constant notes are missing: %v", report)
			}
		})
	}
}

// Everything that Istio's validation refuses is reported at once.
func TestParseRefused(t *testing.T) {
	f := decode(t, `{
		"allowOrigins": [{"regex":"*"}, {}, {"exact":""}, {"prefix":""}, {"regex":"`+strings.Repeat("a", 1025)+`"}, {"regex":"a{1001}"}, {"exact":"https://a.example"}],
		"allowMethods": ["GET","get","PROPFIND","CONNECT",""],
		"allowHeaders": ["x a",""], "exposeHeaders": ["x:y"], "maxAge": "1500ms"}`)
	f.UnmatchedPreflights = 9
	p, report, err := istio.Parse(f, nil)
	var refused *policy.Error
	if p != nil || !errors.As(err, &refused) {
		t.Fatalf("got %v, %v", p, err)
	}
	want := []string{"allowOrigins[0].regex", "allowOrigins[1]", "allowOrigins[2]", "allowOrigins[3]", "allowOrigins[4].regex", "allowOrigins[5].regex",
		"allowMethods[1]", "allowMethods[2]", "allowMethods[4]", "allowHeaders[0]", "allowHeaders[1]", "exposeHeaders[0]", "maxAge", "unmatchedPreflights"}
	var got []string
	for _, f := range refused.Findings {
		if f.Effect != policy.Malformed || !report.Has(f.Code) {
			t.Errorf("%v", f)
		}
		got = append(got, strings.TrimPrefix(f.Path, "corsPolicy."))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseMaxAge(t *testing.T) {
	for _, c := range []struct {
		d  *durationpb.Duration
		ok bool
	}{
		{&durationpb.Duration{Seconds: 1}, true},
		{&durationpb.Duration{Seconds: 9223372036}, true},
		{&durationpb.Duration{Seconds: 9223372037}, false},
		{&durationpb.Duration{}, false},
		{&durationpb.Duration{Seconds: -1}, false},
		{&durationpb.Duration{Seconds: 1, Nanos: 1}, false},
		{&durationpb.Duration{Nanos: 500e6}, false},
	} {
		p, report, err := istio.Parse(&networkingv1alpha3.CorsPolicy{MaxAge: c.d}, nil)
		if c.ok != (err == nil) || !c.ok && !report.Has(istio.CodeMaxAge) {
			t.Errorf("%v: %v", c.d, err)
		} else if c.ok && p.MaxAgeSeconds() != c.d.Seconds {
			t.Errorf("%v: got %d s", c.d, p.MaxAgeSeconds())
		}
	}
}

func TestParseNothing(t *testing.T) {
	if p, _, err := istio.Parse(nil, nil); p != nil || !errors.Is(err, policy.ErrNoPolicy) {
		t.Errorf("got %v, %v", p, err)
	}
}
