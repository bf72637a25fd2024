package istio_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/policy"
)

func service(t testing.TB, http string) object {
	t.Helper()
	vs := new(networkingv1.VirtualService)
	if err := yaml.Unmarshal([]byte("metadata: {name: web}\nspec:\n  hosts: [a.example]\n  http:\n"+http), vs); err != nil {
		t.Fatal(err)
	}
	return vs
}

func places(report policy.Report, codes ...policy.Code) []string {
	var out []string
	for _, f := range report {
		for _, c := range codes {
			if f.Code == c {
				out = append(out, fmt.Sprintf("%s %s %s", f.Effect, f.Path, f.Value))
			}
		}
	}
	return out
}

var ordinary = policy.MustNew(policy.Spec{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"PUT"}})

func TestApplyPicksRoutes(t *testing.T) {
	const http = `
  - {name: one, corsPolicy: {allowOrigins: [{exact: https://old.example}]}}
  - {name: two}
  - {name: one}
  - {}
`
	for _, c := range []struct {
		opts *istio.Options
		want []bool
	}{
		{nil, []bool{true, true, true, true}},
		{&istio.Options{RouteNames: []string{"two"}}, []bool{false, true, false, false}},
		{&istio.Options{RouteNames: []string{"one"}, RouteIndexes: []int{3}}, []bool{true, false, true, true}},
		{&istio.Options{RouteNames: []string{""}}, []bool{false, false, false, true}},
	} {
		before := service(t, http)
		after, _, err := istio.Apply(before, ordinary, c.opts)
		if err != nil {
			t.Fatal(err)
		}
		for i, h := range after.Spec.Http {
			if h.CorsPolicy.GetAllowMethods() != nil != c.want[i] {
				t.Errorf("%+v: route %d: %v", c.opts, i, h.CorsPolicy)
			}
		}
		if !c.want[0] && !cmp.Equal(before.Spec.Http[0], after.Spec.Http[0], protocmp.Transform()) {
			t.Errorf("%+v: a route that is not picked has changed", c.opts)
		}
		p, _, err := istio.Extract(after, &istio.Options{RouteIndexes: []int{3}})
		if c.want[3] != (err == nil) {
			t.Errorf("%+v: Extract: %v, %v", c.opts, p, err)
		}
		removed := istio.Remove(after, c.opts)
		for i, h := range removed.Spec.Http {
			if c.want[i] && h.CorsPolicy != nil {
				t.Errorf("%+v: route %d still has a policy", c.opts, i)
			}
		}
	}
}

func TestRoutesThatAreNotThere(t *testing.T) {
	vs := service(t, "  - {name: one}\n")
	opts := &istio.Options{RouteNames: []string{"one", "two"}, RouteIndexes: []int{0, 1, -1}}
	want := []string{"inexpressible spec.http two", "inexpressible spec.http[1] ", "inexpressible spec.http[-1] "}
	var refused *policy.Error

	applied, report, err := istio.Apply(vs, ordinary, opts)
	if applied != nil || !errors.As(err, &refused) {
		t.Fatalf("got %v, %v", applied, err)
	}
	if diff := cmp.Diff(want, places(refused.Findings, policy.CodeNoRule)); diff != "" || !report.Has(policy.CodeNoRule) {
		t.Errorf("Apply (-want +got):\n%s", diff)
	}
	if _, _, err := istio.Extract(vs, opts); !errors.As(err, &refused) || len(refused.Findings) != len(want) {
		t.Errorf("Extract: %v", err)
	}
	if diff := cmp.Diff(vs, istio.Remove(vs, opts), protocmp.Transform()); diff != "" {
		t.Errorf("Remove:\n%s", diff)
	}
	// Every reason is there, not just the missing route.
	_, report, err = istio.Apply(vs, policy.MustNew(policy.Spec{AllowOrigins: []string{"*"}, AllowCredentials: true}), opts)
	if !errors.As(err, &refused) || !refused.Findings.Has(policy.CodeAnyOriginCredentials) || !refused.Findings.Has(policy.CodeNoRule) || !report.Has(policy.CodeAnyOriginCredentials) {
		t.Errorf("Apply of a danger: %v", err)
	}
	for _, http := range []string{"", "  - {redirect: {uri: /x}}\n"} {
		if applied, _, err := istio.Apply(service(t, http), ordinary, nil); applied != nil || !errors.As(err, &refused) || !refused.Findings.Has(policy.CodeNoRule) {
			t.Errorf("%q: %v", http, err)
		}
	}
}

func TestExtract(t *testing.T) {
	t.Run("routes that agree in meaning", func(t *testing.T) {
		p, _, err := istio.Extract(service(t, `
  - corsPolicy: {allowOrigins: [{exact: https://a.example}], allowMethods: [GET, PUT], maxAge: 5s}
  - corsPolicy: {allowOrigins: [{regex: 'https://a\.example'}], allowMethods: [PUT]}
`), nil)
		if err != nil || policy.Compare(p, ordinary).Relation != policy.Equal {
			t.Errorf("got %v, %v", p, err)
		}
	})
	t.Run("routes that disagree", func(t *testing.T) {
		p, report, err := istio.Extract(service(t, `
  - corsPolicy: {allowOrigins: [{exact: https://a.example}]}
  - {}
  - redirect: {uri: /x}
  - corsPolicy: {allowOrigins: [{exact: https://b.example}], maxAge: 60s}
`), nil)
		var refused *policy.Error
		if p != nil || !errors.As(err, &refused) {
			t.Fatalf("got %v, %v", p, err)
		}
		want := []string{`inexpressible spec.http[0] {"allowOrigins":["https://a.example"]}`, "inexpressible spec.http[1] ",
			`inexpressible spec.http[3] {"allowOrigins":["https://b.example"],"maxAgeSeconds":60}`}
		if diff := cmp.Diff(want, places(refused.Findings, policy.CodeRulesDisagree)); diff != "" || !report.Has(policy.CodeRulesDisagree) {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("a route without a policy is a disagreement", func(t *testing.T) {
		_, _, err := istio.Extract(service(t, "  - corsPolicy: {}\n  - {}\n"), nil)
		var refused *policy.Error
		if !errors.As(err, &refused) || len(refused.Findings) != 2 || refused.Findings[0].Value != "{}" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("what validation refuses, of all routes", func(t *testing.T) {
		_, _, err := istio.Extract(service(t, "  - corsPolicy: {allowMethods: [get]}\n  - corsPolicy: {maxAge: 1500ms}\n"), nil)
		var refused *policy.Error
		if !errors.As(err, &refused) {
			t.Fatal(err)
		}
		want := []string{"malformed spec.http[0].corsPolicy.allowMethods[0] get", "malformed spec.http[1].corsPolicy.maxAge 1.5s"}
		if diff := cmp.Diff(want, places(refused.Findings, istio.CodeMethodUnknown, istio.CodeMaxAge)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("nothing", func(t *testing.T) {
		for _, vs := range []object{nil, {}, service(t, "  - {}\n"), service(t, "  - {redirect: {uri: /x}, corsPolicy: {}}\n")} {
			if p, _, err := istio.Extract(vs, nil); p != nil || !errors.Is(err, policy.ErrNoPolicy) {
				t.Errorf("got %v, %v", p, err)
			}
		}
	})
	t.Run("the empty policy", func(t *testing.T) {
		p, _, err := istio.Extract(service(t, "  - corsPolicy: {}\n"), nil)
		if err != nil || len(p.Spec().AllowOrigins) != 0 {
			t.Errorf("got %v, %v", p, err)
		}
	})
}

func TestRoutesThatBypassTheFilter(t *testing.T) {
	vs := service(t, `
  - corsPolicy: {allowOrigins: [{exact: https://a.example}], allowMethods: [PUT]}
  - redirect: {uri: /x}
    corsPolicy: {allowOrigins: [{exact: https://b.example}]}
  - directResponse: {status: 200}
    corsPolicy: {}
`)
	p, report, err := istio.Extract(vs, nil)
	if err != nil || policy.Compare(p, ordinary).Relation != policy.Equal {
		t.Errorf("got %v, %v", p, err)
	}
	want := []string{"advice spec.http[1].corsPolicy ", "advice spec.http[2].corsPolicy "}
	if diff := cmp.Diff(want, places(report, istio.CodeRouteBypasses)); diff != "" {
		t.Errorf("Extract (-want +got):\n%s", diff)
	}
	applied, report, err := istio.Apply(vs, ordinary, nil)
	if err != nil {
		t.Fatal(err)
	}
	want = []string{"note spec.http[1].redirect ", "note spec.http[2].directResponse "}
	if diff := cmp.Diff(want, places(report, istio.CodeRouteBypasses)); diff != "" {
		t.Errorf("Apply (-want +got):\n%s", diff)
	}
	if applied.Spec.Http[1].CorsPolicy != nil || applied.Spec.Http[2].CorsPolicy != nil || applied.Spec.Http[0].CorsPolicy == nil {
		t.Errorf("got %v", applied.Spec.Http)
	}
}

func TestMatchesThatKeepPreflightsOut(t *testing.T) {
	const cors = "corsPolicy: {allowOrigins: [{exact: https://a.example}], allowMethods: [PUT]}"
	for _, c := range []struct {
		name string
		http string
		want []string
	}{
		{"no match", "- {" + cors + "}", nil},
		{"only a path", "- {" + cors + ", match: [{uri: {prefix: /a}}]}", nil},
		{"method", "- {" + cors + ", match: [{method: {exact: PUT}}, {method: {prefix: P}}, {method: {regex: GET|PUT}}]}",
			[]string{"note spec.http[0].match[0].method PUT", "note spec.http[0].match[1].method P", "note spec.http[0].match[2].method GET|PUT"}},
		{"methods that take OPTIONS", "- {" + cors + ", match: [{uri: {exact: /1}, method: {exact: OPTIONS}}, {uri: {exact: /2}, method: {prefix: O}}, {uri: {exact: /3}, method: {regex: GET|OPTIONS}}, {uri: {exact: /4}, method: {}}, {uri: {exact: /5}, method: {regex: '*'}}]}", nil},
		{"method in lower case", "- {" + cors + ", match: [{method: {exact: options}}]}", []string{"note spec.http[0].match[0].method options"}},
		{"header", "- {" + cors + ", match: [{headers: {x-a: {exact: '1'}, origin: {exact: x}}}]}", []string{"note spec.http[0].match[0].headers[x-a] 1"}},
		{"header that a preflight has", "- {" + cors + ", match: [{headers: {origin: {exact: x}, user-agent: {prefix: Moz}, ':method': {exact: OPTIONS}}}]}", nil},
		{"a match for preflights", "- {" + cors + ", match: [{uri: {prefix: /a}, method: {exact: PUT}}, {uri: {prefix: /a}, method: {exact: OPTIONS}}]}", nil},
		{"a match for preflights elsewhere", "- {" + cors + ", match: [{uri: {prefix: /a}, method: {exact: PUT}}, {uri: {prefix: /b}, method: {exact: OPTIONS}}]}",
			[]string{"note spec.http[0].match[0].method PUT"}},
		{"a route for preflights", "- {" + cors + ", match: [{uri: {prefix: /a}, method: {exact: PUT}}]}\n  - {" + cors + ", match: [{method: {exact: OPTIONS}}]}", nil},
		{"a last route for everything", "- {" + cors + ", match: [{uri: {prefix: /a}, method: {exact: PUT}}]}\n  - {" + cors + "}", nil},
		{"a last route that redirects", "- {" + cors + ", match: [{uri: {prefix: /a}, method: {exact: PUT}}]}\n  - {redirect: {uri: /x}}", []string{"note spec.http[0].match[0].method PUT"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			vs := service(t, "  "+c.http+"\n")
			_, report, err := istio.Extract(vs, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, places(report, policy.CodePreflightNotRouted)); diff != "" {
				t.Errorf("Extract (-want +got):\n%s", diff)
			}
			_, report, err = istio.Apply(istio.Remove(vs, nil), ordinary, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, places(report, policy.CodePreflightNotRouted)); diff != "" {
				t.Errorf("Apply (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRoutesThatWriteHeadersThemselves(t *testing.T) {
	vs := service(t, `
  - corsPolicy: {}
    headers:
      response: {set: {Access-Control-Allow-Origin: '*', x-a: b}, remove: [access-control-allow-credentials]}
      request: {set: {access-control-allow-origin: '*'}}
    route:
    - destination: {host: a}
      headers: {response: {add: {access-control-allow-credentials: 'true', access-control-max-age: '1'}}}
  - delegate: {name: x}
    corsPolicy: {}
`)
	_, report, err := istio.Extract(vs, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"danger spec.http[0].headers.response.set[Access-Control-Allow-Origin] *",
		"danger spec.http[0].route[0].headers.response.add[access-control-allow-credentials] true",
		"note spec.http[1].delegate "}
	if diff := cmp.Diff(want, places(report, istio.CodeResponseHeaders, istio.CodeDelegate)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A list made in a program may have holes.
func TestExtractPassesOverNilRoutes(t *testing.T) {
	vs := service(t, "  - corsPolicy: {allowOrigins: [{exact: https://a.example}], allowMethods: [PUT]}\n")
	vs.Spec.Http = append([]*networkingv1alpha3.HTTPRoute{nil}, vs.Spec.Http...)
	if p, _, err := istio.Extract(vs, nil); err != nil || policy.Compare(p, ordinary).Relation != policy.Equal {
		t.Errorf("got %v, %v", p, err)
	}
	var refused *policy.Error
	if _, _, err := istio.Extract(vs, &istio.Options{RouteIndexes: []int{0}}); !errors.As(err, &refused) || !refused.Findings.Has(policy.CodeNoRule) {
		t.Errorf("got %v", err)
	}
}

// What is applied to several routes is not shared between them.
func TestApplySharesNothing(t *testing.T) {
	applied, _, err := istio.Apply(service(t, "  - {}\n  - {}\n"), ordinary, nil)
	if err != nil {
		t.Fatal(err)
	}
	applied.Spec.Http[0].CorsPolicy.AllowMethods[0] = "GET"
	if got := applied.Spec.Http[1].CorsPolicy.AllowMethods[0]; got != "PUT" {
		t.Errorf("got %s", got)
	}
	if _, err := json.Marshal(applied); err != nil {
		t.Error(err)
	}
}
