package nginx_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

// render renders with every danger accepted.
func render(spec policy.Spec, opts nginx.Options) (map[string]string, policy.Report, error) {
	opts.Accept = adaptertest.Dangers
	return nginx.Render(policy.MustNew(spec), &opts)
}

func TestRender(t *testing.T) {
	age := int64(3600)
	got, report, err := nginx.Render(policy.MustNew(policy.Spec{
		AllowOrigins:     []string{"https://*.example.com:8443", "https://dashboard.example.com"},
		AllowMethods:     []string{"PUT", "GET", "DELETE"},
		AllowHeaders:     []string{"Content-Type", "Authorization"},
		ExposeHeaders:    []string{"X-Total-Count", "ETag"},
		AllowCredentials: true,
		MaxAgeSeconds:    &age,
	}), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		enableCORS:       "true",
		allowOrigin:      "https://*.example.com:8443,https://dashboard.example.com",
		allowMethods:     "DELETE,GET,PUT",
		allowHeaders:     "Authorization,Content-Type",
		allowCredentials: "true",
		exposeHeaders:    "ETag,X-Total-Count",
		maxAge:           "3600",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !report.Exact() || !report.Has(policy.CodeNoVary) || !report.Has(policy.CodeApplicationHeaders) || !report.Has(policy.CodePreflightAnswered) {
		t.Errorf("%v", report)
	}
}

// An empty list grants nothing, and no default takes its place.
func TestRenderNothing(t *testing.T) {
	got, report, err := nginx.Render(policy.MustNew(policy.Spec{}), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		enableCORS: "true", allowOrigin: "https://", allowMethods: "GET", allowHeaders: "Origin",
		allowCredentials: "false", exposeHeaders: "", maxAge: "5",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !report.Exact() || report.Has(policy.CodeOriginNeverSent) {
		t.Errorf("%v", report)
	}
}

// What cannot be said is refused, left out, or, where there are words that say
// more, said under protest.
func TestRenderTolerance(t *testing.T) {
	tests := []struct {
		name     string
		spec     policy.Spec
		opts     nginx.Options
		code     policy.Code
		field    policy.Field
		narrower string // what is left of the annotation under AllowNarrower
		wider    string // and under DangerouslyAllowWider, if that differs
	}{
		{"any origin with credentials", policy.Spec{AllowOrigins: []string{"*"}, AllowCredentials: true}, validating, policy.CodeInexpressible, policy.FieldCredentials, "false", ""},
		{"any depth", origin("https://**.example.com"), validating, policy.CodeInexpressible, policy.FieldOrigins, "https://x.example", ""},
		{"any host", origin("https://**"), validating, policy.CodeInexpressible, policy.FieldOrigins, "https://x.example", ""},
		{"any port", origin("http://localhost:*"), validating, policy.CodeInexpressible, policy.FieldOrigins, "https://x.example", ""},
		{"IPv6", origin("http://[::1]:3000"), validating, policy.CodeInexpressible, policy.FieldOrigins, "https://x.example", ""},
		{"underscore", origin("https://my_app.example.com"), validating, policy.CodeInexpressible, policy.FieldOrigins, "https://x.example", ""},
		{"scheme with a hyphen", origin("chrome-extension://abc"), validating, policy.CodeInexpressible, policy.FieldOrigins, "https://x.example", ""},
		{"regular expression", origin(`~https://[a-z]+\.example\.com`), validating, policy.CodeInexpressible, policy.FieldOrigins, "https://x.example", ""},
		{"regular expression, partly", origin(`~https://(a|b_c)\.example`), validating, policy.CodeInexpressible, policy.FieldOrigins, "https://x.example", ""},
		{"null", origin("null"), validating, nginx.CodeUnanchored, policy.FieldOrigins, "https://x.example", "https://x.example,null"},
		{"end of a scheme", origin("extension://abc"), validating, nginx.CodeUnanchored, policy.FieldOrigins, "https://x.example", "extension://abc,https://x.example"},
		{"end of a scheme of the policy", policy.Spec{AllowOrigins: []string{"app://a", "x-app://b", "https://x.example"}}, validating, nginx.CodeUnanchored, policy.FieldOrigins, "https://x.example", "app://a,https://x.example"},
		{"custom scheme before v1.12", origin("capacitor://localhost"), old, policy.CodeInexpressible, policy.FieldOrigins, "https://x.example", ""},
		{"Traefik: wildcard", origin("https://*.example.com"), traefik, policy.CodeInexpressible, policy.FieldOrigins, "https://x.example", ""},
		{"Traefik: null", origin("null"), traefik, nginx.CodeUnanchored, policy.FieldOrigins, "https://x.example", ""},
		{"Traefik: any origin with credentials", policy.Spec{AllowOrigins: []string{"*"}, AllowCredentials: true}, traefik, policy.CodeInexpressible, policy.FieldCredentials, "false", ""},
		{"any method", method("*"), validating, policy.CodeInexpressible, policy.FieldMethods, "GET", ""},
		{"method with a hyphen", method("M-SEARCH", "PUT"), validating, policy.CodeInexpressible, policy.FieldMethods, "PUT", ""},
		{"any header", header("*", "Authorization"), validating, policy.CodeInexpressible, policy.FieldHeaders, "Authorization", ""},
		{"header with a dot", header("X.Y"), validating, policy.CodeInexpressible, policy.FieldHeaders, "Origin", ""},
		{"exposed header with a dot", policy.Spec{AllowOrigins: []string{"*"}, ExposeHeaders: []string{"X.Y", "Link"}}, validating, policy.CodeInexpressible, policy.FieldExposeHeaders, "Link", ""},
	}
	names := map[policy.Field]string{policy.FieldOrigins: allowOrigin, policy.FieldMethods: allowMethods, policy.FieldHeaders: allowHeaders,
		policy.FieldExposeHeaders: exposeHeaders, policy.FieldCredentials: allowCredentials}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, report, err := render(tt.spec, tt.opts)
			var refused *policy.Error
			if got != nil || !errors.As(err, &refused) || !policy.Report(refused.Findings).Has(tt.code) || !report.Has(tt.code) {
				t.Errorf("exact: %v, %v", got, err)
			}
			for _, step := range []struct {
				tolerance policy.Tolerance
				want      string
			}{{policy.AllowNarrower, tt.narrower}, {policy.DangerouslyAllowWider, tt.wider}} {
				effect, want := policy.Wider, step.want
				if want == "" || step.tolerance == policy.AllowNarrower {
					effect = policy.Narrower
				}
				if want == "" {
					want = tt.narrower
				}
				opts := tt.opts
				opts.Tolerance = step.tolerance
				got, report, err := render(tt.spec, opts)
				if err != nil {
					t.Fatal(err)
				}
				if got[names[tt.field]] != want {
					t.Errorf("tolerance %d: %q, want %q", step.tolerance, got[names[tt.field]], want)
				}
				if !slices.ContainsFunc(report, func(f policy.Finding) bool {
					return f.Code == tt.code && f.Effect == effect && f.Field == tt.field && f.Witness != nil
				}) {
					t.Errorf("tolerance %d: no %s %s in %v", step.tolerance, effect, tt.code, report)
				}
			}
		})
	}
}

func origin(pattern string) policy.Spec {
	return policy.Spec{AllowOrigins: []string{pattern, "https://x.example"}}
}

func method(methods ...string) policy.Spec {
	return policy.Spec{AllowOrigins: []string{"https://x.example"}, AllowMethods: methods}
}

func header(headers ...string) policy.Spec {
	return policy.Spec{AllowOrigins: []string{"https://x.example"}, AllowHeaders: headers}
}

// Expressions that are proved to be lists of origins, and those that Parse
// returns, are written exactly.
func TestRenderExactly(t *testing.T) {
	for pattern, want := range map[string]string{
		`~https://(a|b)\.example`:                  "https://a.example,https://b.example",
		`~https://[a-z0-9-]+\.example\.com`:        "https://*.example.com",
		`~(?i)HTTPS://A\.EXAMPLE`:                  "https://a.example",
		"~.*null":                                  "null",
		"~[a-z0-9+.-]*extension://abc":             "extension://abc",
		`~[a-z0-9+.-]*s://[a-z0-9-]+\.a\.example`:  "s://*.a.example",
		`~https://[a-z0-9-]+\.a\.example\.`:        "https://*.a.example.",
		"https://a..com":                           "https://a..com",
		"capacitor://localhost":                    "capacitor://localhost",
		"*":                                        "*",
		"~.*":                                      "*",
		"https://xn--bcher-kva.example":            "https://xn--bcher-kva.example",
		`~(https|http)://a\.example`:               "http://a.example,https://a.example",
		`~https://a\.example(:8443)?`:              "https://a.example,https://a.example:8443",
		`~[a-z0-9+.-]*capacitor://[a-z0-9-]+\.foo`: "capacitor://*.foo",
	} {
		got, report, err := render(policy.Spec{AllowOrigins: []string{pattern}}, validating)
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
			continue
		}
		if got[allowOrigin] != want || !report.Exact() {
			t.Errorf("%s: %q, want %q; %v", pattern, got[allowOrigin], want, report)
		}
	}
}

// The dangers of the policy itself are refused unless they are accepted.
func TestRenderDanger(t *testing.T) {
	p := policy.MustNew(policy.Spec{AllowOrigins: []string{"http://plain.example.com"}, AllowCredentials: true})
	fragment, report, err := nginx.Render(p, nil)
	dangers := report.With(policy.Danger)
	if fragment != nil || err == nil || len(dangers) == 0 {
		t.Fatalf("%v, %v", fragment, err)
	}
	if _, _, err := nginx.Render(p, &nginx.Options{Accept: []policy.Code{dangers[0].Code}}); err != nil {
		t.Error(err)
	}
}

// Lists that nginx cannot load are refused whatever the tolerance.
func TestRenderTooLong(t *testing.T) {
	many := func(n int, format string) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprintf(format, i))
		}
		return out
	}
	for name, spec := range map[string]policy.Spec{
		allowOrigin:   {AllowOrigins: many(10000, "https://app-%05d.example.com")},
		allowMethods:  {AllowMethods: []string{strings.Repeat("A", 5000)}},
		allowHeaders:  {AllowHeaders: many(500, "X-Header-%d")},
		exposeHeaders: {ExposeHeaders: many(500, "X-Header-%d")},
	} {
		fragment, report, err := render(spec, nginx.Options{Tolerance: policy.DangerouslyAllowWider})
		if fragment != nil || err == nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !slices.ContainsFunc(report, func(f policy.Finding) bool {
			return f.Code == nginx.CodeTooLong && f.Effect == policy.Inexpressible && f.Path == name
		}) {
			t.Errorf("%s: %v", name, report)
		}
	}
	if _, report, err := nginx.Render(policyOf(120), nil); err != nil {
		t.Errorf("%v: %v", err, report)
	}
}

// What is written means the same on every release.
func TestRenderForEveryRelease(t *testing.T) {
	p := policyOf(3)
	want, _, err := nginx.Render(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, opts := range []nginx.Options{notValidating, old, traefik} {
		got, _, err := nginx.Render(p, &opts)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%+v: %v\n%s", opts, err, diff)
		}
		back, _, err := nginx.Parse(want, &opts)
		if err != nil || policy.Compare(p, back).Relation != policy.Equal {
			t.Errorf("%+v: %v, %v", opts, back, err)
		}
	}
	opts := nginx.Options{Prefix: "ingress.example.com"}
	got, _, err := nginx.Render(p, &opts)
	if err != nil || got["ingress.example.com/enable-cors"] != "true" || len(got) != len(want) {
		t.Errorf("%v, %v", got, err)
	}
}
