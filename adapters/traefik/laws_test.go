package traefik

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

func accepting(t policy.Tolerance) *Options {
	return &Options{Tolerance: t, Accept: adaptertest.Dangers, Name: "cors", Namespace: "shop", Labels: map[string]string{"app": "shop"}}
}

func TestLaws(t *testing.T) {
	adaptertest.Laws(t, adaptertest.Adapter[*traefikv1alpha1.Middleware, *traefikv1alpha1.Middleware]{
		Render: func(p *policy.Policy, t policy.Tolerance) (*traefikv1alpha1.Middleware, policy.Report, error) {
			return Render(p, accepting(t))
		},
		Parse: func(f *traefikv1alpha1.Middleware) (*policy.Policy, policy.Report, error) { return Parse(f, nil) },
		Apply: func(o *traefikv1alpha1.Middleware, p *policy.Policy, t policy.Tolerance) (*traefikv1alpha1.Middleware, policy.Report, error) {
			return Apply(o, p, accepting(t))
		},
		Extract: func(o *traefikv1alpha1.Middleware) (*policy.Policy, policy.Report, error) { return Extract(o, nil) },
		Remove:  func(o *traefikv1alpha1.Middleware) *traefikv1alpha1.Middleware { return Remove(o, nil) },
		Objects: []*traefikv1alpha1.Middleware{{}, middlewareOf(otherSettings()), fullMiddleware()},
		Clone:   (*traefikv1alpha1.Middleware).DeepCopy,
	})
}

func ptr[T any](v T) *T { return &v }

// otherSettings is a headers block with everything but CORS.
func otherSettings() *dynamic.Headers {
	return &dynamic.Headers{
		CustomRequestHeaders:  map[string]string{"X-Forwarded-Proto": "https", "X-Drop": ""},
		CustomResponseHeaders: map[string]string{"X-Robots-Tag": "none", "Server": "", "Access-Control-Allow-Origin": ""},
		AllowedHosts:          []string{"a.example"}, HostsProxyHeaders: []string{"X-Forwarded-Host"},
		SSLProxyHeaders: map[string]string{"X-Forwarded-Proto": "https"}, STSSeconds: ptr(int64(31536000)),
		STSIncludeSubdomains: true, STSPreload: true, ForceSTSHeader: true, FrameDeny: true, CustomFrameOptionsValue: "SAMEORIGIN",
		ContentTypeNosniff: true, BrowserXSSFilter: true, ContentSecurityPolicy: "default-src 'self'", ReferrerPolicy: "same-origin",
		PermissionsPolicy: "camera=()", IsDevelopment: true,
	}
}

func fullMiddleware() *traefikv1alpha1.Middleware {
	return &traefikv1alpha1.Middleware{
		TypeMeta: metav1.TypeMeta{APIVersion: "traefik.io/v1alpha1", Kind: "Middleware"},
		ObjectMeta: metav1.ObjectMeta{
			Name: "headers", Namespace: "shop", Labels: map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"},
			ResourceVersion: "7", Finalizers: []string{"x/y"},
			ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "helm", FieldsV1: metav1.NewFieldsV1(`{}`)}},
		},
		Spec: traefikv1alpha1.MiddlewareSpec{Headers: &dynamic.Headers{CustomResponseHeaders: map[string]string{"X-A": "1"}, FrameDeny: true}},
	}
}

// TestRenderedMeansTheSameUnderBothAlgorithms is the promise of Render.
func TestRenderedMeansTheSameUnderBothAlgorithms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := adaptertest.Policies().Draw(t, "policy")
		f, _, err := Render(p, accepting(policy.AllowNarrower))
		if err != nil {
			t.Fatal(err) // everything can be left out
		}
		reflecting, report, err := Parse(f, &Options{Algorithm: Reflecting})
		if err != nil || report.Has(policy.CodeReleasesDiffer) || len(report.With(policy.Wider)) > 0 {
			t.Fatal(err, report)
		}
		literal, report, err := Parse(f, &Options{Algorithm: Literal})
		if err != nil || report.Has(policy.CodeReleasesDiffer) || len(report.With(policy.Wider)) > 0 {
			t.Fatal(err, report)
		}
		if diff := cmp.Diff(reflecting.Spec(), literal.Spec()); diff != "" {
			t.Fatal(diff)
		}
		for _, algorithm := range []Algorithm{Reflecting, Literal} {
			compareWithMiddleware(t, f.Spec.Headers, algorithm)
		}
	})
}

func headerSettings() *rapid.Generator[*dynamic.Headers] {
	list := func(most int, entries ...string) *rapid.Generator[[]string] {
		return rapid.SliceOfN(rapid.SampledFrom(entries), 0, most)
	}
	return rapid.Custom(func(t *rapid.T) *dynamic.Headers {
		h := &dynamic.Headers{
			AccessControlAllowCredentials: rapid.Bool().Draw(t, "credentials"),
			AccessControlAllowOriginList: list(3, "https://a.example", "https://b.example:8443", "null", "*", "https://*.example.com", "https://A.example", "").
				Draw(t, "list"),
			AccessControlAllowOriginListRegex: list(2, `^https://a\.example$`, `https://[a-z]+\.example`, `^(null|https://c\.example)$`, `.*`, `^https://b.example|x$`, `a{3}`).
				Draw(t, "regex"),
			AccessControlAllowMethods:  list(3, "GET", "PUT", "PATCH, DELETE", "put", "*", " *", "TRACE", "A B", "patch", "").Draw(t, "methods"),
			AccessControlAllowHeaders:  list(3, "X-A", "*", "*,X-B", "Authorization", "X-C\n", "Ö", "Cookie").Draw(t, "headers"),
			AccessControlExposeHeaders: list(3, "X-E", "*", "X-F,*", "Set-Cookie", "a b", "").Draw(t, "expose"),
			AddVaryHeader:              rapid.Bool().Draw(t, "vary"),
		}
		if rapid.Bool().Draw(t, "has max age") {
			h.AccessControlMaxAge = ptr(rapid.SampledFrom([]int64{-1, 0, 5, 600}).Draw(t, "max age"))
		}
		add := func(m *map[string]string, name string, values ...string) {
			if rapid.IntRange(0, 4).Draw(t, "sets "+name) == 0 {
				if *m == nil {
					*m = map[string]string{}
				}
				(*m)[name] = rapid.SampledFrom(values).Draw(t, name)
			}
		}
		add(&h.CustomResponseHeaders, "access-control-allow-origin", "", "*", "https://a.example", "https://d.example", "null", "bad")
		add(&h.CustomResponseHeaders, "Access-Control-Allow-Credentials", "", "true", "false")
		add(&h.CustomResponseHeaders, "Access-Control-Expose-Headers", "", "X-H", "*", "a b")
		add(&h.CustomRequestHeaders, "Origin", "", "https://a.example", "https://d.example")
		return h
	})
}

// TestParseIsTheMiddleware compares Parse with the middleware, on settings that
// hold every trap at once.
func TestParseIsTheMiddleware(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := headerSettings().Draw(t, "headers")
		compareWithMiddleware(t, h, rapid.SampledFrom([]Algorithm{Reflecting, Literal}).Draw(t, "algorithm"))
	})
}

func compareWithMiddleware(t *rapid.T, h *dynamic.Headers, algorithm Algorithm) {
	p, report, err := Parse(middlewareOf(h), &Options{Algorithm: algorithm})
	var refused *policy.Error
	if errors.Is(err, policy.ErrNoPolicy) && len(h.AccessControlAllowOriginList)+len(h.AccessControlAllowMethods) == 0 ||
		errors.As(err, &refused) && (refused.Findings.Has(CodeHeadersEmpty) || refused.Findings.Has(CodeCustomHeader)) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	m, err := newMiddleware(h, algorithm)
	if err != nil {
		t.Fatal(err)
	}
	wider := report.With(policy.Wider)
	for _, f := range wider {
		w := f.Witness
		if w == nil {
			t.Fatalf("no witness: %v", f)
		}
		if diff := cmp.Diff(m.judge(w.Request), w.Before); diff != "" || w.Before.Allowed {
			t.Fatalf("%v: Before (-middleware +witness):\n%s", f, diff)
		}
		if diff := cmp.Diff(p.Check(w.Request), w.After); diff != "" || !w.After.Allowed {
			t.Fatalf("%v: After (-policy +witness):\n%s", f, diff)
		}
	}
	for _, origin := range []string{"https://a.example", "https://b.example:8443", "https://c.example", "https://d.example", "https://evil.example", "https://x.example.com", "http://localhost:3000", "null"} {
		for _, method := range []string{"GET", "PUT", "DELETE", "PATCH", "patch", "OTHER"} {
			for _, headers := range [][]string{nil, {"x-a"}, {"x-b"}, {"x-c"}, {"authorization"}, {"x-other"}, {"x-a", "authorization"}} {
				for _, credentials := range []bool{false, true} {
					r := policy.Request{Origin: origin, Method: method, Headers: headers, Credentials: credentials}
					got, real := p.Check(r), m.judge(r)
					if got.Allowed == real.Allowed && (!got.Allowed || cmp.Equal(got, real)) {
						continue
					}
					if got.Allowed && !real.Allowed && len(wider) > 0 {
						continue
					}
					t.Fatalf("%+v\npolicy     %+v\nmiddleware %+v\nspec %+v\nreport %v", r, got, real, p.Spec(), report)
				}
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, v := range vectors(f) {
		h := v.Headers
		join := func(list []string) string { return joinLines(list) }
		f.Add(join(h.AccessControlAllowOriginList), join(h.AccessControlAllowOriginListRegex), join(h.AccessControlAllowMethods), join(h.AccessControlAllowHeaders),
			join(h.AccessControlExposeHeaders), h.AccessControlAllowCredentials, h.AccessControlMaxAge != nil, int64(0), h.AddVaryHeader, false)
	}
	f.Fuzz(func(t *testing.T, list, regex, methods, headers, expose string, credentials, hasAge bool, age int64, vary, old bool) {
		h := &dynamic.Headers{
			AccessControlAllowOriginList: splitLines(list), AccessControlAllowOriginListRegex: splitLines(regex), AccessControlAllowMethods: splitLines(methods),
			AccessControlAllowHeaders: splitLines(headers), AccessControlExposeHeaders: splitLines(expose), AccessControlAllowCredentials: credentials, AddVaryHeader: vary,
		}
		if hasAge {
			h.AccessControlMaxAge = &age
		}
		opts := new(Options)
		if old {
			opts.Algorithm = Literal
		}
		p, report, err := Parse(middlewareOf(h), opts)
		if err != nil {
			var refused *policy.Error
			if p != nil || !errors.Is(err, policy.ErrNoPolicy) && !errors.As(err, &refused) {
				t.Fatal(p, err)
			}
			return
		}
		for _, finding := range report {
			if _, err := finding.Effect.MarshalText(); err != nil || finding.Code == "" || finding.Detail == "" {
				t.Fatalf("%+v", finding)
			}
		}
		rendered, _, err := Render(p, accepting(policy.AllowNarrower))
		if err != nil {
			var refused *policy.Error
			if rendered != nil || !errors.As(err, &refused) {
				t.Fatal(rendered, err)
			}
			return
		}
		back, _, err := Parse(rendered, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c := policy.Compare(p, back); c.Relation == policy.WiderThan || c.Relation == policy.IncomparableTo {
			t.Fatalf("%s: %v", c.Relation, c.Witnesses)
		}
	})
}
