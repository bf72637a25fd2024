package gatewayapi_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/internal/proof"
	"github.com/corslate/corslate/policy"
)

// outcome is what Render makes of a policy under one tolerance: the filter's
// cors as JSON, or "refused".
type outcome struct {
	cors string
	find []place
}

func render(t *testing.T, s policy.Spec, opts gatewayapi.Options) outcome {
	t.Helper()
	opts.Accept = adaptertest.Dangers
	f, report, err := gatewayapi.Render(policy.MustNew(s), &opts)
	var found policy.Report
	for _, r := range report.With(policy.Narrower, policy.Wider, policy.Inexpressible) {
		if r.Code == proof.CodeDiffers {
			continue // the request that proves an Inexpressible finding
		}
		if found = append(found, r); r.Effect != policy.Inexpressible && r.Witness == nil {
			t.Errorf("no witness: %v", r)
		}
	}
	if err != nil {
		var refused *policy.Error
		if !errors.As(err, &refused) || f != nil {
			t.Fatalf("%v with %v", err, f)
		}
		return outcome{"refused", places(found)}
	}
	text, err := json.Marshal(f.CORS)
	if err != nil {
		t.Fatal(err)
	}
	return outcome{string(text), places(found)}
}

func lost(code policy.Code, field policy.Field, value string) place {
	return place{Code: code, Effect: policy.Narrower, Field: field, Value: value}
}

func won(code policy.Code, field policy.Field, value string) place {
	return place{Code: code, Effect: policy.Wider, Field: field, Value: value}
}

func TestRender(t *testing.T) {
	const (
		exact   = policy.RequireExact
		less    = policy.AllowNarrower
		more    = policy.DangerouslyAllowWider
		origins = policy.FieldOrigins
		plain   = `"allowCredentials":false,"maxAge":5`
	)
	listed := func(origins string) string {
		return `{"allowOrigins":[` + origins + `],"allowCredentials":false,"allowMethods":["PUT"],"maxAge":5}`
	}
	from := func(texts ...string) policy.Spec {
		return policy.Spec{AllowOrigins: texts, AllowMethods: []string{"PUT"}}
	}
	asking := func(names ...string) policy.Spec {
		return policy.Spec{AllowOrigins: []string{"https://a.example"}, AllowHeaders: names}
	}
	tests := []struct {
		name      string
		spec      policy.Spec
		tolerance policy.Tolerance
		impl      gatewayapi.Implementation
		want      outcome
	}{
		{"settings are written out, empty lists are not", policy.Spec{}, exact, 0, outcome{"{" + plain + "}", nil}},
		{"everything", policy.Spec{
			AllowOrigins: []string{"https://a.example:8443", "http://localhost"}, AllowMethods: []string{"PUT", "GET", "OPTIONS"},
			AllowHeaders: []string{"X-B", "Authorization"}, ExposeHeaders: []string{"ETag"}, AllowCredentials: true, MaxAgeSeconds: seconds(600),
		}, exact, 0, outcome{`{"allowOrigins":["http://localhost","https://a.example:8443"],"allowCredentials":true,"allowMethods":["GET","OPTIONS","PUT"],` +
			`"allowHeaders":["Authorization","X-B"],"exposeHeaders":["ETag"],"maxAge":600}`, nil}},
		{"every origin", from("*", "https://a.example"), exact, 0, outcome{listed(`"*"`), nil}},
		{"wildcards", from("https://**.a.example", "https://**", "http://**:8080"), exact, 0, outcome{listed(`"http://*:8080","https://*","https://*.a.example"`), nil}},
		{"expressions that are lists", from(`~https://(a|b)\.example`), exact, 0, outcome{listed(`"https://a.example","https://b.example"`), nil}},
		{"an origin that another covers is no loss", from(`https://*.a.example`, `https://**.a.example`), exact, 0, outcome{listed(`"https://*.a.example"`), nil}},

		{"one label", from("https://*.a.example"), exact, 0, outcome{"refused", []place{lost(policy.CodeInexpressible, origins, "https://*.a.example")}}},
		{"one label", from("https://*.a.example"), less, 0, outcome{`{"allowCredentials":false,"allowMethods":["PUT"],"maxAge":5}`, []place{lost(policy.CodeInexpressible, origins, "https://*.a.example")}}},
		{"one label", from("https://*.a.example"), more, 0, outcome{listed(`"https://*.a.example"`), []place{won(policy.CodeInexpressible, origins, "https://*.a.example")}}},
		{"what a filter cannot say", from("null", "http://[::1]", "https://a_b.example", "capacitor://localhost", "https://a.example"), less, 0,
			outcome{listed(`"https://a.example"`), []place{
				lost(policy.CodeInexpressible, origins, "capacitor://localhost"),
				lost(policy.CodeInexpressible, origins, "http://[::1]"),
				lost(policy.CodeInexpressible, origins, "https://a_b.example"),
				lost(policy.CodeInexpressible, origins, "null"),
			}}},
		{"what a filter cannot say is never widened", from("null", "http://[::1]"), more, 0, outcome{`{"allowCredentials":false,"allowMethods":["PUT"],"maxAge":5}`, []place{
			lost(policy.CodeInexpressible, origins, "http://[::1]"), lost(policy.CodeInexpressible, origins, "null"),
		}}},
		{"of any port the default remains", from("http://localhost:*", "https://**.a.example:*"), less, 0, outcome{listed(`"http://localhost","https://*.a.example"`), []place{
			lost(policy.CodeInexpressible, origins, "http://localhost:*"), lost(policy.CodeInexpressible, origins, "https://**.a.example:*"),
		}}},
		{"an expression", from(`~https://x[0-9]+\.example`), less, 0, outcome{`{"allowCredentials":false,"allowMethods":["PUT"],"maxAge":5}`, []place{
			lost(policy.CodeInexpressible, origins, `~https://x[0-9]+\.example`),
		}}},
		{"an origin that is too long", from("https://" + long(60) + ".example"), less, 0, outcome{`{"allowCredentials":false,"allowMethods":["PUT"],"maxAge":5}`, []place{
			lost(gatewayapi.CodeTooLong, origins, "https://"+long(60)+".example"),
		}}},

		{"Istio's wildcard is wider than labels", from("https://**.a.example"), exact, gatewayapi.Istio, outcome{"refused", []place{lost(policy.CodeInexpressible, origins, "https://**.a.example")}}},
		{"Istio's wildcard is an expression", from(`~https://.*\.a\.example`), exact, gatewayapi.Istio, outcome{listed(`"https://*.a.example"`), nil}},
		{"Istio does not take null", from("*"), less, gatewayapi.Istio, outcome{listed(`"*"`), []place{lost(policy.CodeInexpressible, origins, "*")}}},

		{"other methods", policy.Spec{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"PURGE", "PUT"}}, less, 0,
			outcome{listed(`"https://a.example"`), []place{lost(policy.CodeInexpressible, policy.FieldMethods, "PURGE")}}},
		{"other methods", policy.Spec{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"PURGE", "PUT"}}, more, 0,
			outcome{`{"allowOrigins":["https://a.example"],"allowCredentials":false,"allowMethods":["*"],"maxAge":5}`, []place{won(policy.CodeInexpressible, policy.FieldMethods, "PURGE")}}},

		{"every header and Authorization", asking("*", "Authorization"), exact, 0, outcome{`{"allowOrigins":["https://a.example"],"allowCredentials":false,"allowHeaders":["*"],"maxAge":5}`, nil}},
		{"every header but Authorization", asking("*"), less, 0, outcome{`{"allowOrigins":["https://a.example"],` + plain + `}`, []place{lost(policy.CodeInexpressible, policy.FieldHeaders, "*")}}},
		{"every header but Authorization", asking("*"), more, 0, outcome{`{"allowOrigins":["https://a.example"],"allowCredentials":false,"allowHeaders":["*"],"maxAge":5}`, []place{won(policy.CodeInexpressible, policy.FieldHeaders, "*")}}},
		{"every header but Authorization", asking("*"), exact, gatewayapi.Traefik, outcome{`{"allowOrigins":["https://a.example"],"allowCredentials":false,"allowHeaders":["*"],"maxAge":5}`, nil}},
		{"every header and Authorization", asking("*", "Authorization"), less, gatewayapi.Traefik, outcome{`{"allowOrigins":["https://a.example"],"allowCredentials":false,"allowHeaders":["*"],"maxAge":5}`,
			[]place{lost(policy.CodeInexpressible, policy.FieldHeaders, "Authorization")}}},
		{"a long name", asking(long(300)), less, 0, outcome{`{"allowOrigins":["https://a.example"],` + plain + `}`, []place{lost(gatewayapi.CodeTooLong, policy.FieldHeaders, long(300))}}},

		{"expose anything", policy.Spec{AllowOrigins: []string{"https://a.example"}, ExposeHeaders: []string{"*"}}, exact, 0,
			outcome{`{"allowOrigins":["https://a.example"],"allowCredentials":false,"exposeHeaders":["*"],"maxAge":5}`, nil}},
		{"expose anything with credentials", exposing("*", "ETag"), less, 0,
			outcome{`{"allowOrigins":["https://a.example"],"allowCredentials":true,"exposeHeaders":["ETag"],"maxAge":5}`, []place{lost(policy.CodeInexpressible, policy.FieldExposeHeaders, "*")}}},
		{"expose anything with credentials", exposing("*", "ETag"), exact, gatewayapi.Istio, outcome{`{"allowOrigins":["https://a.example"],"allowCredentials":true,"exposeHeaders":["*","ETag"],"maxAge":5}`, nil}},
		{"expose anything with credentials", exposing("*"), exact, gatewayapi.Agentgateway, outcome{`{"allowOrigins":["https://a.example"],"allowCredentials":true,"exposeHeaders":["*"],"maxAge":5}`, nil}},
		{"expose anything with credentials", exposing("*"), less, gatewayapi.Traefik,
			outcome{`{"allowOrigins":["https://a.example"],"allowCredentials":true,"maxAge":5}`, []place{lost(policy.CodeInexpressible, policy.FieldExposeHeaders, "*")}}},

		{"no remembering", remembered(0), less, 0, outcome{"refused", []place{{policy.CodeInexpressible, policy.Inexpressible, policy.FieldMaxAge, "", "0"}}}},
		{"no remembering", remembered(0), more, 0, outcome{strings.Replace(listed(`"https://a.example"`), `:5}`, `:1}`, 1), []place{won(policy.CodeInexpressible, policy.FieldMaxAge, "0")}}},
		{"no remembering of preflights that there are not", policy.Spec{AllowOrigins: []string{"https://a.example"}, MaxAgeSeconds: seconds(0)}, exact, 0,
			outcome{`{"allowOrigins":["https://a.example"],"allowCredentials":false,"maxAge":1}`, nil}},
		{"remembering for long", remembered(1 << 31), less, 0, outcome{strings.Replace(listed(`"https://a.example"`), `:5}`, `:2147483647}`, 1), []place{lost(policy.CodeInexpressible, policy.FieldMaxAge, "2147483648")}}},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s/%s/%d", test.name, test.impl, test.tolerance), func(t *testing.T) {
			got := render(t, test.spec, gatewayapi.Options{Tolerance: test.tolerance, Implementation: test.impl})
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(outcome{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func long(n int) string {
	if n > 253 {
		return strings.Repeat("x", n)
	}
	return strings.Repeat(strings.Repeat("x", n)+".", 4) + "x"
}

func exposing(names ...string) policy.Spec {
	return policy.Spec{AllowOrigins: []string{"https://a.example"}, ExposeHeaders: names, AllowCredentials: true}
}

func remembered(n int64) policy.Spec {
	return policy.Spec{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"PUT"}, MaxAgeSeconds: &n}
}

// TestRenderLimits: 64 entries fit, whatever others cover costs no place, and
// the end of the list is left out.
func TestRenderLimits(t *testing.T) {
	var s policy.Spec
	for i := range 64 {
		s.AllowOrigins = append(s.AllowOrigins, fmt.Sprintf("https://a%02d.example", i))
		s.AllowHeaders = append(s.AllowHeaders, fmt.Sprintf("x-%02d", i))
		s.ExposeHeaders = append(s.ExposeHeaders, fmt.Sprintf("x-%02d", i))
	}
	if got := render(t, s, gatewayapi.Options{}); got.find != nil {
		t.Errorf("64 entries: %v", got.find)
	}
	s.AllowOrigins = append(s.AllowOrigins, "https://z.example")
	s.AllowHeaders = append(s.AllowHeaders, "x-zz")
	s.ExposeHeaders = append(s.ExposeHeaders, "x-zz")
	want := []place{
		lost(gatewayapi.CodeTooMany, policy.FieldOrigins, "https://z.example"),
		lost(gatewayapi.CodeTooMany, policy.FieldHeaders, "x-zz"),
		lost(gatewayapi.CodeTooMany, policy.FieldExposeHeaders, "x-zz"),
	}
	if diff := cmp.Diff(want, render(t, s, gatewayapi.Options{Tolerance: policy.AllowNarrower}).find); diff != "" {
		t.Errorf("65 entries:\n%s", diff)
	}
	s = policy.Spec{AllowOrigins: append(s.AllowOrigins, "https://**.example")}
	if got := render(t, s, gatewayapi.Options{}); got.find != nil {
		t.Errorf("covered entries: %v", got.find)
	}
}

func TestRenderRefusesDangers(t *testing.T) {
	p := policy.MustNew(policy.Spec{AllowOrigins: []string{"*"}, AllowCredentials: true})
	f, report, err := gatewayapi.Render(p, nil)
	if f != nil || len(findings(t, err)) != 1 || findings(t, err)[0].Effect != policy.Danger || !report.Has(findings(t, err)[0].Code) {
		t.Errorf("%v %v %v", f, report, err)
	}
	if f, _, err := gatewayapi.Render(p, &gatewayapi.Options{Accept: adaptertest.Dangers}); f == nil || err != nil {
		t.Errorf("%v %v", f, err)
	}
}

// BenchmarkRender is to cost less than BenchmarkEncode.
func BenchmarkRender(b *testing.B) {
	p := typical()
	for b.Loop() {
		if _, _, err := gatewayapi.Render(p, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	r, _, err := gatewayapi.Apply(route(b, richRoute), typical(), nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := yaml.Marshal(r); err != nil {
			b.Fatal(err)
		}
	}
}

func typical() *policy.Policy {
	return policy.MustNew(policy.Spec{
		AllowOrigins:     []string{"https://dashboard.example.com", "https://**.pr.example.com"},
		AllowMethods:     []string{"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"},
		AllowHeaders:     []string{"Authorization", "Content-Type"},
		AllowCredentials: true,
		MaxAgeSeconds:    seconds(3600),
	})
}
