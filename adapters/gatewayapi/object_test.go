package gatewayapi_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/policy"
)

const plainRoute = `
metadata: {name: plain, namespace: shop}
spec:
  rules:
  - backendRefs: [{name: shop, port: 8080}]
`

// richRoute has everything but CORS on its rules.
const richRoute = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: rich
  namespace: shop
  labels: {app: shop}
  annotations: {note: "kept"}
  creationTimestamp: "2026-01-02T03:04:05Z"
spec:
  parentRefs: [{name: public, sectionName: https}]
  hostnames: [shop.example.com]
  rules:
  - name: api
    matches:
    - path: {type: PathPrefix, value: /api}
    filters:
    - type: RequestHeaderModifier
      requestHeaderModifier: {set: [{name: x-env, value: prod}], remove: [x-debug]}
    - type: URLRewrite
      urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}
    backendRefs:
    - {name: api, port: 8080, weight: 9}
    - {name: api-canary, port: 8080, weight: 1}
    timeouts: {request: 10s}
  - name: files
    matches:
    - path: {type: Exact, value: /files}
      queryParams: [{name: v, value: "2"}]
    backendRefs: [{name: files, port: 80}]
status:
  parents:
  - parentRef: {name: public}
    controllerName: example.com/gateway
    conditions: []
`

func route(t testing.TB, text string) *gatewayv1.HTTPRoute {
	t.Helper()
	var r gatewayv1.HTTPRoute
	if err := yaml.UnmarshalStrict([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

// one is a policy that every filter can say.
func one(origin string) *policy.Policy {
	return policy.MustNew(policy.Spec{AllowOrigins: []string{origin}, AllowMethods: []string{"PUT"}})
}

func apply(t *testing.T, r *gatewayv1.HTTPRoute, p *policy.Policy, opts *gatewayapi.Options) (*gatewayv1.HTTPRoute, policy.Report) {
	t.Helper()
	out, report, err := gatewayapi.Apply(r, p, opts)
	if err != nil {
		t.Fatal(err)
	}
	return out, report
}

func types(r *gatewayv1.HTTPRoute, rule int) []gatewayv1.HTTPRouteFilterType {
	var out []gatewayv1.HTTPRouteFilterType
	for _, f := range r.Spec.Rules[rule].Filters {
		out = append(out, f.Type)
	}
	return out
}

func TestApplyPlacesTheFilter(t *testing.T) {
	const rewrite, headers, cors = gatewayv1.HTTPRouteFilterURLRewrite, gatewayv1.HTTPRouteFilterRequestHeaderModifier, gatewayv1.HTTPRouteFilterCORS
	out, report := apply(t, route(t, richRoute), one("https://a.example"), nil)
	if diff := cmp.Diff([]gatewayv1.HTTPRouteFilterType{headers, rewrite, cors}, types(out, 0)); diff != "" {
		t.Errorf("a new filter goes last:\n%s", diff)
	}
	if !report.Exact() || len(places(report)) != 0 {
		t.Errorf("report: %v", report)
	}

	// One between others is replaced where it stands.
	f := out.Spec.Rules[0].Filters
	f[0], f[2] = f[2], f[0]
	again, _ := apply(t, out, one("https://b.example"), nil)
	if diff := cmp.Diff([]gatewayv1.HTTPRouteFilterType{cors, rewrite, headers}, types(again, 0)); diff != "" {
		t.Errorf("order of filters:\n%s", diff)
	}
	if got := again.Spec.Rules[0].Filters[0].CORS.AllowOrigins; len(got) != 1 || got[0] != "https://b.example" {
		t.Errorf("origins %v", got)
	}
	if f[0].CORS.AllowOrigins[0] != "https://a.example" {
		t.Error("the input was changed")
	}
	if a, b := again.Spec.Rules[0].Filters[0].CORS, again.Spec.Rules[1].Filters[0].CORS; a == b || &a.AllowOrigins[0] == &b.AllowOrigins[0] {
		t.Error("two rules share a filter")
	}

	// A second one, which no API server stores, goes.
	out.Spec.Rules[0].Filters = append(out.Spec.Rules[0].Filters, *f[0].DeepCopy())
	again, _ = apply(t, out, one("https://b.example"), nil)
	if diff := cmp.Diff([]gatewayv1.HTTPRouteFilterType{cors, rewrite, headers}, types(again, 0)); diff != "" {
		t.Errorf("a repeated filter:\n%s", diff)
	}
}

func TestPickRules(t *testing.T) {
	p := one("https://a.example")
	tests := []struct {
		opts gatewayapi.Options
		want [2]bool
	}{
		{gatewayapi.Options{}, [2]bool{true, true}},
		{gatewayapi.Options{RuleNames: []string{"files"}}, [2]bool{false, true}},
		{gatewayapi.Options{RuleIndexes: []int{0}}, [2]bool{true, false}},
		{gatewayapi.Options{RuleIndexes: []int{0}, RuleNames: []string{"files"}}, [2]bool{true, true}},
	}
	for _, test := range tests {
		out, _ := apply(t, route(t, richRoute), p, &test.opts)
		for i, want := range test.want {
			if got := len(types(out, i)) > len(types(route(t, richRoute), i)); got != want {
				t.Errorf("%+v: rule %d has a filter: %t", test.opts, i, got)
			}
		}
		if got, _, err := gatewayapi.Extract(out, &test.opts); err != nil || policy.Compare(p, got).Relation != policy.Equal {
			t.Errorf("%+v: Extract: %v", test.opts, err)
		}
		if diff := cmp.Diff(route(t, richRoute), gatewayapi.Remove(out, &test.opts)); diff != "" {
			t.Errorf("%+v: Remove:\n%s", test.opts, diff)
		}
	}
}

func TestNoRule(t *testing.T) {
	none := &gatewayapi.Options{RuleNames: []string{"api", "other"}, RuleIndexes: []int{2, -1}}
	want := []place{
		{policy.CodeNoRule, policy.Inexpressible, "", "spec.rules", "other"},
		{policy.CodeNoRule, policy.Inexpressible, "", "spec.rules[2]", "2"},
		{policy.CodeNoRule, policy.Inexpressible, "", "spec.rules[-1]", "-1"},
	}
	out, report, err := gatewayapi.Apply(route(t, richRoute), one("https://a.example"), none)
	if diff := cmp.Diff(want, places(findings(t, err))); diff != "" || out != nil || len(report) != len(want) {
		t.Errorf("Apply: %v %v\n%s", out, report, diff)
	}
	p, _, err := gatewayapi.Extract(route(t, richRoute), none)
	if diff := cmp.Diff(want, places(findings(t, err))); diff != "" || p != nil {
		t.Errorf("Extract: %v\n%s", p, diff)
	}
	for _, empty := range []*gatewayv1.HTTPRoute{nil, {}} {
		_, _, err = gatewayapi.Apply(empty, one("https://a.example"), nil)
		if diff := cmp.Diff([]place{{policy.CodeNoRule, policy.Inexpressible, "", "spec.rules", ""}}, places(findings(t, err))); diff != "" {
			t.Errorf("Apply without rules:\n%s", diff)
		}
		if _, _, err := gatewayapi.Extract(empty, nil); !errors.Is(err, policy.ErrNoPolicy) {
			t.Errorf("Extract without rules: %v", err)
		}
		if diff := cmp.Diff(empty, gatewayapi.Remove(empty, nil)); diff != "" {
			t.Errorf("Remove without rules:\n%s", diff)
		}
	}
}

func findings(t *testing.T, err error) policy.Report {
	t.Helper()
	var refused *policy.Error
	if !errors.As(err, &refused) {
		t.Fatalf("no *policy.Error: %v", err)
	}
	return refused.Findings
}

func TestRulesDisagree(t *testing.T) {
	a, b := one("https://a.example"), one("https://b.example")
	both, _ := apply(t, route(t, richRoute), a, nil)
	both, _ = apply(t, both, b, &gatewayapi.Options{RuleIndexes: []int{1}})
	first, _ := apply(t, route(t, richRoute), a, &gatewayapi.Options{RuleIndexes: []int{0}})
	text := func(r *gatewayv1.HTTPRoute, rule int) string {
		p, _, err := gatewayapi.Extract(r, &gatewayapi.Options{RuleIndexes: []int{rule}})
		if err != nil {
			t.Fatal(err)
		}
		value, err := json.Marshal(p.Spec())
		if err != nil {
			t.Fatal(err)
		}
		return string(value)
	}
	for _, test := range []struct {
		route  *gatewayv1.HTTPRoute
		values [2]string
	}{
		{both, [2]string{text(both, 0), text(both, 1)}},
		{first, [2]string{text(first, 0), ""}},
	} {
		p, report, err := gatewayapi.Extract(test.route, nil)
		want := []place{
			{policy.CodeRulesDisagree, policy.Inexpressible, "", "spec.rules[0]", test.values[0]},
			{policy.CodeRulesDisagree, policy.Inexpressible, "", "spec.rules[1]", test.values[1]},
		}
		if diff := cmp.Diff(want, places(findings(t, err))); diff != "" || p != nil || !report.Has(policy.CodeRulesDisagree) {
			t.Errorf("%v %v\n%s", p, report, diff)
		}
	}
	// Other words for the same policy do not disagree.
	same, _ := apply(t, route(t, richRoute), a, nil)
	same.Spec.Rules[1].Filters[0].CORS.AllowMethods = []gatewayv1.HTTPMethodWithWildcard{"GET", "PUT"}
	if _, report, err := gatewayapi.Extract(same, nil); err != nil || len(places(report)) != 0 || len(report) != 3 {
		t.Errorf("%v %v", report, err)
	}
}

func TestExtractMalformed(t *testing.T) {
	r, _ := apply(t, route(t, richRoute), one("https://a.example"), nil)
	rules := r.Spec.Rules
	rules[0].Filters[2].CORS.AllowOrigins = []gatewayv1.CORSOrigin{"null"}
	rules[1].Filters = append(rules[1].Filters, *rules[1].Filters[0].DeepCopy())
	p, _, err := gatewayapi.Extract(r, nil)
	want := []place{
		{gatewayapi.CodeOriginSyntax, policy.Malformed, policy.FieldOrigins, "spec.rules[0].filters[2].cors.allowOrigins[0]", "null"},
		{gatewayapi.CodeFilterRepeated, policy.Malformed, "", "spec.rules[1].filters[1]", ""},
	}
	if diff := cmp.Diff(want, places(findings(t, err))); diff != "" || p != nil {
		t.Errorf("%v\n%s", p, diff)
	}
}

func TestTooManyFilters(t *testing.T) {
	r := route(t, richRoute)
	for len(r.Spec.Rules[0].Filters) < 16 {
		r.Spec.Rules[0].Filters = append(r.Spec.Rules[0].Filters, gatewayv1.HTTPRouteFilter{Type: gatewayv1.HTTPRouteFilterRequestMirror})
	}
	out, report, err := gatewayapi.Apply(r, one("https://a.example"), nil)
	want := []place{{gatewayapi.CodeTooManyFilters, policy.Malformed, "", "spec.rules[0].filters", "17"}}
	if diff := cmp.Diff(want, places(findings(t, err))); diff != "" || out != nil || !report.Has(gatewayapi.CodeTooManyFilters) {
		t.Errorf("%v\n%s", out, diff)
	}
}

func TestRulesThatPreflightsMiss(t *testing.T) {
	const text = `
spec:
  rules:
  - matches:
    - method: GET
    - {path: {value: /a}, method: PUT}
    - {path: {value: /a}, method: OPTIONS}
    - {path: {value: /b}, headers: [{name: Origin, value: x}, {name: X-Version, value: "2"}]}
  - matches:
    - {path: {value: /c}, method: GET, headers: [{name: X-Version, value: "2"}]}
    - method: OPTIONS
    filters:
    - {type: RequestRedirect, requestRedirect: {scheme: https}}
    backendRefs:
    - {name: b, filters: [{type: CORS, cors: {allowOrigins: ["*"]}}]}
`
	note := func(code policy.Code, path, value string) place { return place{code, policy.Note, "", path, value} }
	method := note(policy.CodePreflightNotRouted, "spec.rules[0].matches[0].method", "GET")
	rest := []place{
		note(policy.CodePreflightNotRouted, "spec.rules[0].matches[3].headers[1]", "X-Version"),
		note(gatewayapi.CodeRedirect, "spec.rules[1].filters[0]", ""),
		{gatewayapi.CodeBackendFilter, policy.Advice, "", "spec.rules[1].backendRefs[0].filters[0]", ""},
	}
	for _, test := range []struct {
		impl gatewayapi.Implementation
		want []place
	}{
		{gatewayapi.Specification, append([]place{method}, rest...)},
		{gatewayapi.EnvoyGateway, rest}, // which adds a route for preflights
	} {
		opts := &gatewayapi.Options{Implementation: test.impl}
		r, report := apply(t, route(t, text), one("https://a.example"), opts)
		if diff := cmp.Diff(test.want, places(report)); diff != "" {
			t.Errorf("%s: Apply:\n%s", test.impl, diff)
		}
		_, report, err := gatewayapi.Extract(r, opts)
		if diff := cmp.Diff(test.want, places(report)); diff != "" || err != nil {
			t.Errorf("%s: Extract: %v\n%s", test.impl, err, diff)
		}
	}
	_, report, err := gatewayapi.Extract(route(t, text), nil)
	if !errors.Is(err, policy.ErrNoPolicy) || !report.Has(gatewayapi.CodeBackendFilter) {
		t.Errorf("a filter of a backend is none of the rule: %v %v", report, err)
	}
}
