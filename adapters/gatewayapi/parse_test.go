package gatewayapi_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/policy"
)

type cors = gatewayv1.HTTPCORSFilter

func filter(c *cors) *gatewayv1.HTTPRouteFilter {
	return &gatewayv1.HTTPRouteFilter{Type: gatewayv1.HTTPRouteFilterCORS, CORS: c}
}

func yes() *bool { b := true; return &b }

func seconds(n int64) *int64 { return &n }

func parse(t testing.TB, c *cors, impl gatewayapi.Implementation) *policy.Policy {
	t.Helper()
	p, _, err := gatewayapi.Parse(filter(c), &gatewayapi.Options{Implementation: impl})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// place is what tests look at in a finding.
type place struct {
	Code   policy.Code
	Effect policy.Effect
	Field  policy.Field
	Path   string
	Value  string
}

// places lists the findings, without those that every filter has.
func places(r policy.Report) []place {
	var out []place
	for _, f := range r {
		switch f.Code {
		case policy.CodeNoVary, policy.CodePreflightAnswered, policy.CodeApplicationHeaders:
			continue
		}
		out = append(out, place{f.Code, f.Effect, f.Field, f.Path, f.Value})
	}
	return out
}

var parseCases = []struct {
	name string
	impl gatewayapi.Implementation
	cors cors
	want policy.Spec // MaxAgeSeconds nil stands for 5
	find []place
}{
	{
		name: "nothing set allows nothing and is remembered for 5 seconds",
	},
	{
		name: "lists are what they say",
		cors: cors{
			AllowOrigins:     []gatewayv1.CORSOrigin{"https://a.example", "http://localhost:3000", "http://127.0.0.1"},
			AllowMethods:     []gatewayv1.HTTPMethodWithWildcard{"GET", "PUT"},
			AllowHeaders:     []gatewayv1.HTTPHeaderName{"X-B", "x-b", "Authorization"},
			ExposeHeaders:    []gatewayv1.HTTPHeaderName{"ETag"},
			AllowCredentials: yes(),
			MaxAge:           3600,
		},
		want: policy.Spec{
			AllowOrigins:     []string{"https://a.example", "http://localhost:3000", "http://127.0.0.1"},
			AllowMethods:     []string{"GET", "PUT"},
			AllowHeaders:     []string{"Authorization", "X-B"},
			ExposeHeaders:    []string{"ETag"},
			AllowCredentials: true,
			MaxAgeSeconds:    seconds(3600),
		},
	},
	{
		name: "a wildcard takes any number of labels and never the apex",
		cors: cors{AllowOrigins: []gatewayv1.CORSOrigin{"https://*.bar.com", "https://*.bar.com:8443"}},
		want: policy.Spec{AllowOrigins: []string{"https://**.bar.com", "https://**.bar.com:8443"}},
		find: []place{
			{gatewayapi.CodeWildcardDiffers, policy.Note, policy.FieldOrigins, "cors.allowOrigins[0]", "https://*.bar.com"},
			{gatewayapi.CodeWildcardDiffers, policy.Note, policy.FieldOrigins, "cors.allowOrigins[1]", "https://*.bar.com:8443"},
		},
	},
	{
		name: "https://* is any host on the default port",
		cors: cors{AllowOrigins: []gatewayv1.CORSOrigin{"https://*", "http://*:8080"}},
		want: policy.Spec{AllowOrigins: []string{"https://**", "http://**:8080"}},
		find: []place{
			{gatewayapi.CodePortsDiffer, policy.Advice, policy.FieldOrigins, "cors.allowOrigins[0]", "https://*"},
			{gatewayapi.CodeWildcardDiffers, policy.Note, policy.FieldOrigins, "cors.allowOrigins[1]", "http://*:8080"},
		},
	},
	{
		name: "spelling does not matter to the specification",
		cors: cors{AllowOrigins: []gatewayv1.CORSOrigin{"https://A.com", "http://b.com:80", "https://c.com:08443", "https://*.D.com:443"}},
		want: policy.Spec{AllowOrigins: []string{"https://a.com", "http://b.com", "https://c.com:8443", "https://**.d.com"}},
		find: []place{
			{gatewayapi.CodeOriginSpelling, policy.Advice, policy.FieldOrigins, "cors.allowOrigins[0]", "https://A.com"},
			{gatewayapi.CodeOriginSpelling, policy.Advice, policy.FieldOrigins, "cors.allowOrigins[1]", "http://b.com:80"},
			{gatewayapi.CodeOriginSpelling, policy.Advice, policy.FieldOrigins, "cors.allowOrigins[2]", "https://c.com:08443"},
			{gatewayapi.CodeOriginSpelling, policy.Advice, policy.FieldOrigins, "cors.allowOrigins[3]", "https://*.D.com:443"},
			{gatewayapi.CodeWildcardDiffers, policy.Note, policy.FieldOrigins, "cors.allowOrigins[3]", "https://*.D.com:443"},
		},
	},
	{
		name: "spelling matters to those who compare bytes",
		impl: gatewayapi.EnvoyGateway,
		cors: cors{AllowOrigins: []gatewayv1.CORSOrigin{"https://A.com", "https://b.com:443", "https://c.com:08443"}},
		find: []place{
			{policy.CodeOriginNeverSent, policy.Advice, policy.FieldOrigins, "cors.allowOrigins[0]", "https://A.com"},
			{policy.CodeOriginNeverSent, policy.Advice, policy.FieldOrigins, "cors.allowOrigins[1]", "https://b.com:443"},
			{policy.CodeOriginNeverSent, policy.Advice, policy.FieldOrigins, "cors.allowOrigins[2]", "https://c.com:08443"},
		},
	},
	{
		name: "agentgateway reads origins as URLs",
		impl: gatewayapi.Agentgateway,
		cors: cors{AllowOrigins: []gatewayv1.CORSOrigin{"https://A.com:443"}},
		want: policy.Spec{AllowOrigins: []string{"https://a.com"}},
		find: []place{{gatewayapi.CodeOriginSpelling, policy.Advice, policy.FieldOrigins, "cors.allowOrigins[0]", "https://A.com:443"}},
	},
	{
		name: "the schema takes origins that no browser sends",
		cors: cors{AllowOrigins: []gatewayv1.CORSOrigin{"https://a.com:0", "https://a.com:99999", "https://1.2.3", "https://-a.com"}},
		want: policy.Spec{AllowOrigins: []string{"https://-a.com"}},
		find: []place{
			{policy.CodeOriginNeverSent, policy.Advice, policy.FieldOrigins, "cors.allowOrigins[0]", "https://a.com:0"},
			{policy.CodeOriginNeverSent, policy.Advice, policy.FieldOrigins, "cors.allowOrigins[1]", "https://a.com:99999"},
			{policy.CodeOriginNeverSent, policy.Advice, policy.FieldOrigins, "cors.allowOrigins[2]", "https://1.2.3"},
		},
	},
	{
		name: "a lone * with credentials reflects everyone, and headers are echoed",
		cors: cors{
			AllowOrigins:     []gatewayv1.CORSOrigin{"*"},
			AllowMethods:     []gatewayv1.HTTPMethodWithWildcard{"*"},
			AllowHeaders:     []gatewayv1.HTTPHeaderName{"*"},
			AllowCredentials: yes(),
		},
		want: policy.Spec{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*", "Authorization"}, AllowCredentials: true},
		find: []place{
			{gatewayapi.CodeNullDiffers, policy.Note, policy.FieldOrigins, "cors.allowOrigins[0]", "*"},
			{policy.CodeReflectsAny, policy.Danger, policy.FieldOrigins, "cors.allowOrigins[0]", "*"},
		},
	},
	{
		name: "headers * without credentials covers Authorization for those who echo",
		cors: cors{AllowHeaders: []gatewayv1.HTTPHeaderName{"*"}},
		want: policy.Spec{AllowHeaders: []string{"*", "Authorization"}},
		find: []place{{gatewayapi.CodeAuthorizationDiffers, policy.Note, policy.FieldHeaders, "cors.allowHeaders[0]", "*"}},
	},
	{
		name: "headers * without credentials is literal in Traefik",
		impl: gatewayapi.Traefik,
		cors: cors{AllowHeaders: []gatewayv1.HTTPHeaderName{"*"}},
		want: policy.Spec{AllowHeaders: []string{"*"}},
		find: []place{{gatewayapi.CodeAuthorizationDiffers, policy.Note, policy.FieldHeaders, "cors.allowHeaders[0]", "*"}},
	},
	{
		name: "expose * needs no credentials",
		cors: cors{ExposeHeaders: []gatewayv1.HTTPHeaderName{"*", "X-A"}},
		want: policy.Spec{ExposeHeaders: []string{"*", "X-A"}},
	},
	{
		name: "expose * with credentials is taken at its widest",
		cors: cors{ExposeHeaders: []gatewayv1.HTTPHeaderName{"X-A", "*"}, AllowCredentials: yes()},
		want: policy.Spec{ExposeHeaders: []string{"*", "X-A"}, AllowCredentials: true},
		find: []place{{gatewayapi.CodeExposeAnyDiffers, policy.Advice, policy.FieldExposeHeaders, "cors.exposeHeaders[1]", "*"}},
	},
	{
		name: "agentgateway exposes * without the names beside it",
		impl: gatewayapi.Agentgateway,
		cors: cors{ExposeHeaders: []gatewayv1.HTTPHeaderName{"X-A", "*"}, AllowCredentials: yes()},
		want: policy.Spec{ExposeHeaders: []string{"*"}, AllowCredentials: true},
		find: []place{{gatewayapi.CodeExposeAnyDiffers, policy.Advice, policy.FieldExposeHeaders, "cors.exposeHeaders[1]", "*"}},
	},
	{
		name: "Traefik exposes nothing with * and credentials",
		impl: gatewayapi.Traefik,
		cors: cors{ExposeHeaders: []gatewayv1.HTTPHeaderName{"X-A", "*"}, AllowCredentials: yes()},
		want: policy.Spec{AllowCredentials: true},
		find: []place{{gatewayapi.CodeExposeAnyDiffers, policy.Advice, policy.FieldExposeHeaders, "cors.exposeHeaders[1]", "*"}},
	},
	{
		name: "scripts cannot send CONNECT and TRACE",
		cors: cors{AllowMethods: []gatewayv1.HTTPMethodWithWildcard{"TRACE", "PUT", "CONNECT"}},
		want: policy.Spec{AllowMethods: []string{"PUT"}},
		find: []place{
			{policy.CodeMethodNeverSent, policy.Note, policy.FieldMethods, "cors.allowMethods[0]", "TRACE"},
			{policy.CodeMethodNeverSent, policy.Note, policy.FieldMethods, "cors.allowMethods[2]", "CONNECT"},
		},
	},
}

func TestParse(t *testing.T) {
	for _, c := range parseCases {
		t.Run(c.name, func(t *testing.T) {
			p, report, err := gatewayapi.Parse(filter(&c.cors), &gatewayapi.Options{Implementation: c.impl})
			if err != nil {
				t.Fatal(err)
			}
			if c.want.MaxAgeSeconds == nil {
				c.want.MaxAgeSeconds = seconds(5)
			}
			if diff := cmp.Diff(policy.MustNew(c.want).Spec(), p.Spec()); diff != "" {
				t.Errorf("policy (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.find, places(report)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWildcardOrigins is the table of what implementations make of `*`.
func TestWildcardOrigins(t *testing.T) {
	all := []gatewayapi.Implementation{
		gatewayapi.Specification, gatewayapi.Istio, gatewayapi.EnvoyGateway, gatewayapi.Kgateway,
		gatewayapi.NGINXGatewayFabric, gatewayapi.Cilium, gatewayapi.Agentgateway, gatewayapi.Traefik,
	}
	tests := []struct {
		allowed, origin string
		by              string // one letter for each of all, in order: y or n
	}{
		{"*", "https://evil.example", "yyyyyyyy"},
		{"*", "null", "ynynyyyy"},
		{"*", "chrome-extension://abc", "yyyyyyyy"},
		{"https://*", "https://a.example", "yyyyyyyy"},
		{"https://*", "https://a.example:8443", "nyyyynny"},
		{"https://*", "http://a.example", "nnnnnnnn"},
		{"https://*", "null", "nnnnnnnn"},
		{"https://*", "https://[::1]", "yyyyynny"},
		{"https://*:8443", "https://a.example:8443", "yyyyyyyy"},
		{"https://*:8443", "https://a.example", "nnnnnnnn"},
		{"https://*.bar.com", "https://a.bar.com", "yyyyyyyy"},
		{"https://*.bar.com", "https://a.b.bar.com", "yyyyyyyy"},
		{"https://*.bar.com", "https://bar.com", "nnnnnnnn"},
		{"https://*.bar.com", "https://foobar.com", "nnnnnnnn"},
		{"https://*.bar.com", "https://a.bar.com.evil.example", "nnnnnnnn"},
		{"https://*.bar.com", "https://a.barxcom", "nnnnnnnn"},
		{"https://*.bar.com", "https://a.bar.com:8443", "nnnnnnnn"},
		{"https://*.bar.com", "http://a.bar.com", "nnnnnnnn"},
		{"https://*.bar.com", "https://a_b.bar.com", "nyyyynyy"},
		{"https://*.BAR.com:443", "https://a.bar.com", "ynnnnnyn"},
		{"https://*.2.3", "https://10.1.2.3", "yyyyyyyy"},
	}
	for _, test := range tests {
		for i, impl := range all {
			p := parse(t, &cors{AllowOrigins: []gatewayv1.CORSOrigin{gatewayv1.CORSOrigin(test.allowed)}}, impl)
			if got, want := p.AllowsOrigin(test.origin), test.by[i] == 'y'; got != want {
				t.Errorf("%s: %s allows %s: %t, want %t", impl, test.allowed, test.origin, got, want)
			}
		}
	}
}

func TestParseRefused(t *testing.T) {
	many := func(n int, format string) []gatewayv1.HTTPHeaderName {
		var out []gatewayv1.HTTPHeaderName
		for i := range n {
			out = append(out, gatewayv1.HTTPHeaderName(fmt.Sprintf(format, i)))
		}
		return out
	}
	long := gatewayv1.HTTPHeaderName(strings.Repeat("x", 257))
	tests := []struct {
		name   string
		filter gatewayv1.HTTPRouteFilter
		want   []place
	}{
		{"type without cors", gatewayv1.HTTPRouteFilter{Type: "CORS"}, []place{{gatewayapi.CodeFilterType, policy.Malformed, "", "cors", ""}}},
		{"cors with another type", gatewayv1.HTTPRouteFilter{Type: "URLRewrite", CORS: &cors{}}, []place{{gatewayapi.CodeFilterType, policy.Malformed, "", "type", "URLRewrite"}}},
		{"every problem at once", *filter(&cors{
			AllowOrigins:  []gatewayv1.CORSOrigin{"*", "null", "https://a.com", "https://a.com"},
			AllowMethods:  []gatewayv1.HTTPMethodWithWildcard{"put", "*"},
			AllowHeaders:  []gatewayv1.HTTPHeaderName{"*", "Authorization", "a b", long},
			ExposeHeaders: []gatewayv1.HTTPHeaderName{"", "*", "X-A"},
			MaxAge:        -1,
		}), []place{
			{gatewayapi.CodeOriginSyntax, policy.Malformed, policy.FieldOrigins, "cors.allowOrigins[1]", "null"},
			{gatewayapi.CodeDuplicate, policy.Malformed, policy.FieldOrigins, "cors.allowOrigins[3]", "https://a.com"},
			{gatewayapi.CodeWildcardBeside, policy.Malformed, policy.FieldOrigins, "cors.allowOrigins[0]", "*"},
			{gatewayapi.CodeMethodUnknown, policy.Malformed, policy.FieldMethods, "cors.allowMethods[0]", "put"},
			{gatewayapi.CodeWildcardBeside, policy.Malformed, policy.FieldMethods, "cors.allowMethods[1]", "*"},
			{gatewayapi.CodeHeaderSyntax, policy.Malformed, policy.FieldHeaders, "cors.allowHeaders[2]", "a b"},
			{gatewayapi.CodeTooLong, policy.Malformed, policy.FieldHeaders, "cors.allowHeaders[3]", string(long)},
			{gatewayapi.CodeWildcardBeside, policy.Malformed, policy.FieldHeaders, "cors.allowHeaders[0]", "*"},
			{gatewayapi.CodeHeaderSyntax, policy.Malformed, policy.FieldExposeHeaders, "cors.exposeHeaders[0]", ""},
			{gatewayapi.CodeMaxAge, policy.Malformed, policy.FieldMaxAge, "cors.maxAge", "-1"},
		}},
		{"too many headers", *filter(&cors{AllowHeaders: many(65, "x-%d"), ExposeHeaders: many(64, "x-%d")}), []place{
			{gatewayapi.CodeTooMany, policy.Malformed, policy.FieldHeaders, "cors.allowHeaders", "65"},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, report, err := gatewayapi.Parse(&test.filter, nil)
			var refused *policy.Error
			if p != nil || !errors.As(err, &refused) {
				t.Fatalf("%v, %v", p, err)
			}
			if diff := cmp.Diff(test.want, places(refused.Findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(places(refused.Findings), places(report)); diff != "" {
				t.Errorf("report and error differ:\n%s", diff)
			}
		})
	}
}

func TestOriginPattern(t *testing.T) {
	valid := []string{"*", "https://*", "https://*:8443", "https://*.com", "https://A.com", "https://a.com:443", "https://a.com:0",
		"https://a.com:99999", "https://-a.example", "http://127.0.0.1", "http://localhost", "https://" + strings.Repeat("a", 245)}
	invalid := []string{"", "null", "https://h:*", "https://*x.com", "https://foo.*.com", "https://*.*.com", "https://a.com.", "https://a.com/", "https://a_b.com",
		"http://[::1]", "https://bücher.example", "HTTPS://a.com", "https://u@a.com", "capacitor://localhost", "a.com", "https://a.com:", "https://a.com:123456",
		"https://a.com\n", "https://" + strings.Repeat("a", 246)}
	check := func(origin string) error {
		_, _, err := gatewayapi.Parse(filter(&cors{AllowOrigins: []gatewayv1.CORSOrigin{gatewayv1.CORSOrigin(origin)}}), nil)
		return err
	}
	for _, o := range valid {
		if err := check(o); err != nil {
			t.Error(err)
		}
	}
	for _, o := range invalid {
		if check(o) == nil {
			t.Errorf("%q is accepted", o)
		}
	}
}

func TestParseNoPolicy(t *testing.T) {
	for _, f := range []*gatewayv1.HTTPRouteFilter{nil, {}, {Type: gatewayv1.HTTPRouteFilterURLRewrite, URLRewrite: &gatewayv1.HTTPURLRewriteFilter{}}} {
		if p, _, err := gatewayapi.Parse(f, nil); p != nil || !errors.Is(err, policy.ErrNoPolicy) {
			t.Errorf("%+v: %v, %v", f, p, err)
		}
	}
}
