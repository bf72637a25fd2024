package traefik

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"

	"github.com/corslate/corslate/policy"
)

// said is what a test expects of a finding: what programs act on.
type said struct {
	Code   policy.Code
	Effect policy.Effect
	Field  policy.Field
	Value  string
	Path   string
}

// sayings leaves out the findings of the codes.
func sayings(report policy.Report, but ...policy.Code) []said {
	var out []said
	for _, f := range report {
		skip := false
		for _, code := range but {
			skip = skip || f.Code == code
		}
		if !skip {
			out = append(out, said{f.Code, f.Effect, f.Field, f.Value, f.Path})
		}
	}
	return out
}

var constant = []policy.Code{policy.CodePreflightAnswered, policy.CodeApplicationHeaders}

func release(effect policy.Effect, field policy.Field, value, path string) said {
	return said{policy.CodeReleasesDiffer, effect, field, value, "spec.headers." + path}
}

func TestParse(t *testing.T) {
	never := func(code policy.Code, effect policy.Effect, value, path string) said {
		field := policy.FieldOrigins
		if strings.HasPrefix(path, "accessControlAllowMethods") {
			field = policy.FieldMethods
		}
		return said{code, effect, field, value, "spec.headers." + path}
	}
	age := ptr(int64(600))
	for name, test := range map[string]struct {
		headers   dynamic.Headers
		algorithm Algorithm
		spec      policy.Spec
		report    []said
	}{
		"everything plain": {
			headers: dynamic.Headers{
				AccessControlAllowOriginList: []string{"https://b.example", "https://a.example"}, AccessControlAllowMethods: []string{"PUT", "GET"}, AccessControlAllowHeaders: []string{"X-A"},
				AccessControlExposeHeaders: []string{"X-E"}, AccessControlAllowCredentials: true, AccessControlMaxAge: age, AddVaryHeader: true,
			},
			spec: policy.Spec{
				AllowOrigins: []string{"https://a.example", "https://b.example"}, AllowMethods: []string{"GET", "PUT"}, AllowHeaders: []string{"X-A"},
				ExposeHeaders: []string{"X-E"}, AllowCredentials: true, MaxAgeSeconds: age,
			},
		},
		"any origin without credentials": {
			headers: dynamic.Headers{AccessControlAllowOriginList: []string{"*"}, AccessControlMaxAge: age},
			spec:    policy.Spec{AllowOrigins: []string{"*"}, MaxAgeSeconds: age},
		},
		"any origin with credentials is every origin": {
			headers: dynamic.Headers{AccessControlAllowOriginList: []string{"*"}, AccessControlAllowCredentials: true, AccessControlMaxAge: age, AddVaryHeader: true},
			spec:    policy.Spec{AllowOrigins: []string{"*"}, AllowCredentials: true, MaxAgeSeconds: age},
			report: []said{
				release(policy.Note, policy.FieldOrigins, "*", "accessControlAllowOriginList[0]"),
				{policy.CodeReflectsAny, policy.Danger, policy.FieldOrigins, "*", "spec.headers"},
			},
		},
		"any expression with credentials is every origin": {
			headers: dynamic.Headers{AccessControlAllowOriginListRegex: []string{"^.+$"}, AccessControlAllowCredentials: true, AccessControlMaxAge: age, AddVaryHeader: true},
			spec:    policy.Spec{AllowOrigins: []string{"*"}, AllowCredentials: true, MaxAgeSeconds: age},
			report:  []said{{policy.CodeReflectsAny, policy.Danger, policy.FieldOrigins, "*", "spec.headers"}},
		},
		"any origin with credentials was anonymous access": {
			headers:   dynamic.Headers{AccessControlAllowOriginList: []string{"*"}, AccessControlAllowCredentials: true, AccessControlMaxAge: age},
			algorithm: Literal,
			spec:      policy.Spec{AllowOrigins: []string{"*"}, MaxAgeSeconds: age},
			report:    []said{release(policy.Danger, policy.FieldOrigins, "*", "accessControlAllowOriginList[0]")},
		},
		"an origin before any was the only one with credentials": {
			headers:   dynamic.Headers{AccessControlAllowOriginList: []string{"https://a.example", "*"}, AccessControlAllowCredentials: true, AccessControlMaxAge: age, AddVaryHeader: true},
			algorithm: Literal,
			spec:      policy.Spec{AllowOrigins: []string{"*"}, AllowCredentials: true, MaxAgeSeconds: age},
			report: []said{
				release(policy.Danger, policy.FieldOrigins, "*", "accessControlAllowOriginList[1]"),
				{CodeAnyLiteral, policy.Wider, policy.FieldCredentials, "*", "spec.headers.accessControlAllowOriginList"},
			},
		},
		"what follows any counts for nothing": {
			headers: dynamic.Headers{AccessControlAllowOriginList: []string{"*", "https://a.example", "bad"}, AccessControlAllowOriginListRegex: []string{"^null$"}, AccessControlMaxAge: age},
			spec:    policy.Spec{AllowOrigins: []string{"*"}, MaxAgeSeconds: age},
			report:  []said{never(CodeOriginUnreachable, policy.Note, "*", "accessControlAllowOriginList[0]")},
		},
		"entries that no browser sends": {
			headers: dynamic.Headers{
				AccessControlAllowOriginList: []string{"https://A.example", "https://a.example/", "https://a.example:443", "https://*.a.example", "", " *", "a b", "null"},
				AccessControlMaxAge:          age, AddVaryHeader: true,
			},
			spec: policy.Spec{AllowOrigins: []string{"null"}, MaxAgeSeconds: age},
			report: []said{
				never(policy.CodeOriginNeverSent, policy.Advice, "https://A.example", "accessControlAllowOriginList[0]"),
				never(policy.CodeOriginNeverSent, policy.Advice, "https://a.example/", "accessControlAllowOriginList[1]"),
				never(policy.CodeOriginNeverSent, policy.Advice, "https://a.example:443", "accessControlAllowOriginList[2]"),
				never(policy.CodeOriginNeverSent, policy.Advice, "https://*.a.example", "accessControlAllowOriginList[3]"),
				never(policy.CodeOriginNeverSent, policy.Advice, "", "accessControlAllowOriginList[4]"),
				never(policy.CodeOriginNeverSent, policy.Advice, " *", "accessControlAllowOriginList[5]"),
				never(policy.CodeOriginNeverSent, policy.Advice, "a b", "accessControlAllowOriginList[6]"),
			},
		},
		"expressions and entries both count": {
			headers: dynamic.Headers{
				AccessControlAllowOriginList: []string{"https://b.example"}, AccessControlAllowOriginListRegex: []string{`^https://[a-z0-9-]+\.a\.example$`, `^https://(c|d)\.example$`},
				AccessControlMaxAge: age, AddVaryHeader: true,
			},
			spec: policy.Spec{AllowOrigins: []string{"https://*.a.example", "https://b.example", "https://c.example", "https://d.example"}, MaxAgeSeconds: age},
		},
		"a part of the origin is enough": {
			headers: dynamic.Headers{AccessControlAllowOriginListRegex: []string{`^https://a\.example`}, AccessControlMaxAge: age, AddVaryHeader: true},
			spec:    policy.Spec{AllowOrigins: []string{`~https://a\.example.*`}, MaxAgeSeconds: age},
			report:  []said{never(CodeRegexUnanchored, policy.Danger, `^https://a\.example`, "accessControlAllowOriginListRegex[0]")},
		},
		"an anchor that is not missed": {
			headers: dynamic.Headers{AccessControlAllowOriginListRegex: []string{`https://a\.example$`}, AccessControlMaxAge: age, AddVaryHeader: true},
			spec:    policy.Spec{AllowOrigins: []string{"https://a.example"}, MaxAgeSeconds: age},
		},
		"the empty expression is every origin": {
			headers: dynamic.Headers{AccessControlAllowOriginListRegex: []string{""}, AccessControlMaxAge: age, AddVaryHeader: true},
			spec:    policy.Spec{AllowOrigins: []string{"*"}, MaxAgeSeconds: age},
			report: []said{
				never(CodeRegexUnanchored, policy.Danger, "", "accessControlAllowOriginListRegex[0]"),
				never(CodeRegexEmpty, policy.Note, "", "accessControlAllowOriginListRegex[0]"),
			},
		},
		"an expression that matches nothing": {
			headers: dynamic.Headers{AccessControlAllowOriginListRegex: []string{"^https://EXAMPLE\\.com$"}, AccessControlMaxAge: age, AddVaryHeader: true},
			spec:    policy.Spec{MaxAgeSeconds: age},
			report: []said{
				never(policy.CodeOriginNeverSent, policy.Advice, "^https://EXAMPLE\\.com$", "accessControlAllowOriginListRegex[0]"),
				{CodeInterceptsOnly, policy.Advice, policy.FieldOrigins, "", "spec.headers"},
			},
		},
		"any method and header with credentials are echoed": {
			headers: dynamic.Headers{
				AccessControlAllowOriginList: []string{"https://a.example"}, AccessControlAllowMethods: []string{"*", "a b"}, AccessControlAllowHeaders: []string{"*"},
				AccessControlExposeHeaders: []string{"X-E", "*"}, AccessControlAllowCredentials: true, AccessControlMaxAge: age, AddVaryHeader: true,
			},
			spec: policy.Spec{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*", "Authorization"}, AllowCredentials: true, MaxAgeSeconds: age},
			report: []said{
				release(policy.Advice, policy.FieldMethods, "*", "accessControlAllowMethods[0]"),
				release(policy.Advice, policy.FieldHeaders, "*", "accessControlAllowHeaders[0]"),
				release(policy.Note, policy.FieldExposeHeaders, "*", "accessControlExposeHeaders[1]"),
			},
		},
		"any method and header with credentials were for anonymous requests": {
			headers: dynamic.Headers{
				AccessControlAllowOriginList: []string{"https://a.example"}, AccessControlAllowMethods: []string{"*"}, AccessControlAllowHeaders: []string{"*"},
				AccessControlExposeHeaders: []string{"X-E", "*"}, AccessControlAllowCredentials: true, AccessControlMaxAge: age, AddVaryHeader: true,
			},
			algorithm: Literal,
			spec: policy.Spec{
				AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, ExposeHeaders: []string{"*", "X-E"},
				AllowCredentials: true, MaxAgeSeconds: age,
			},
			report: []said{
				release(policy.Advice, policy.FieldMethods, "*", "accessControlAllowMethods[0]"),
				release(policy.Advice, policy.FieldHeaders, "*", "accessControlAllowHeaders[0]"),
				release(policy.Note, policy.FieldExposeHeaders, "*", "accessControlExposeHeaders[1]"),
				{CodeAnyLiteral, policy.Wider, policy.FieldMethods, "*", "spec.headers.accessControlAllowMethods"},
				{CodeAnyLiteral, policy.Wider, policy.FieldHeaders, "*", "spec.headers.accessControlAllowHeaders"},
			},
		},
		"any header without credentials is not Authorization": {
			headers: dynamic.Headers{AccessControlAllowOriginList: []string{"*"}, AccessControlAllowHeaders: []string{"*,Authorization"}, AccessControlMaxAge: age},
			spec:    policy.Spec{AllowOrigins: []string{"*"}, AllowHeaders: []string{"*", "Authorization"}, MaxAgeSeconds: age},
		},
		"one entry may hold several names": {
			headers: dynamic.Headers{AccessControlAllowOriginList: []string{"*"}, AccessControlAllowMethods: []string{"PUT, DELETE", ""}, AccessControlExposeHeaders: []string{"X-A , X-B"}, AccessControlMaxAge: age},
			spec:    policy.Spec{AllowOrigins: []string{"*"}, AllowMethods: []string{"DELETE", "PUT"}, ExposeHeaders: []string{"X-A", "X-B"}, MaxAgeSeconds: age},
		},
		"one bad name fails every preflight": {
			headers: dynamic.Headers{AccessControlAllowOriginList: []string{"*"}, AccessControlAllowMethods: []string{"PUT"}, AccessControlAllowHeaders: []string{"X-A", "X B"}, AccessControlMaxAge: age},
			spec:    policy.Spec{AllowOrigins: []string{"*"}, MaxAgeSeconds: age},
			report:  []said{{CodeListMalformed, policy.Advice, policy.FieldHeaders, "X B", "spec.headers.accessControlAllowHeaders[1]"}},
		},
		"one bad name exposes nothing": {
			headers: dynamic.Headers{AccessControlAllowOriginList: []string{"*"}, AccessControlExposeHeaders: []string{"X-A", "*", "é"}, AccessControlMaxAge: age},
			spec:    policy.Spec{AllowOrigins: []string{"*"}, MaxAgeSeconds: age},
			report:  []said{{CodeListMalformed, policy.Advice, policy.FieldExposeHeaders, "é", "spec.headers.accessControlExposeHeaders[2]"}},
		},
		"methods that no browser sends": {
			headers: dynamic.Headers{AccessControlAllowOriginList: []string{"*"}, AccessControlAllowMethods: []string{"put", "TRACE", "patch"}, AccessControlMaxAge: age},
			spec:    policy.Spec{AllowOrigins: []string{"*"}, AllowMethods: []string{"patch"}, MaxAgeSeconds: age},
			report: []said{
				never(policy.CodeMethodNeverSent, policy.Note, "put", "accessControlAllowMethods[0]"),
				never(policy.CodeMethodNeverSent, policy.Note, "TRACE", "accessControlAllowMethods[1]"),
			},
		},
		"no max age is the browser's": {
			headers: dynamic.Headers{AccessControlAllowOriginList: []string{"*"}},
			spec:    policy.Spec{AllowOrigins: []string{"*"}},
			report:  []said{release(policy.Note, policy.FieldMaxAge, "", "accessControlMaxAge")},
		},
		"no max age was zero": {
			headers:   dynamic.Headers{AccessControlAllowOriginList: []string{"*"}},
			algorithm: Literal,
			spec:      policy.Spec{AllowOrigins: []string{"*"}, MaxAgeSeconds: new(int64)},
			report:    []said{release(policy.Note, policy.FieldMaxAge, "", "accessControlMaxAge")},
		},
		"a negative max age": {
			headers: dynamic.Headers{AccessControlAllowOriginList: []string{"*"}, AccessControlMaxAge: ptr(int64(-1))},
			spec:    policy.Spec{AllowOrigins: []string{"*"}},
			report:  []said{{policy.CodeMaxAgeNegative, policy.Advice, policy.FieldMaxAge, "-1", "spec.headers.accessControlMaxAge"}},
		},
		"no Vary": {
			headers: dynamic.Headers{AccessControlAllowOriginList: []string{"https://a.example", "*"}, AccessControlMaxAge: age},
			spec:    policy.Spec{AllowOrigins: []string{"*"}, MaxAgeSeconds: age},
			report:  []said{never(policy.CodeNoVary, policy.Advice, "", "addVaryHeader")},
		},
		"Vary alone swallows preflights": {
			headers: dynamic.Headers{AddVaryHeader: true},
			report: []said{
				{CodeInterceptsOnly, policy.Advice, policy.FieldOrigins, "", "spec.headers"},
				release(policy.Note, policy.FieldMaxAge, "", "accessControlMaxAge"),
			},
		},
		"a max age of zero alone": {
			headers: dynamic.Headers{AccessControlMaxAge: new(int64)},
			spec:    policy.Spec{MaxAgeSeconds: new(int64)},
			report: []said{
				release(policy.Note, policy.FieldMaxAge, "0", "accessControlMaxAge"),
				{CodeInterceptsOnly, policy.Advice, policy.FieldOrigins, "", "spec.headers"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, report, err := Parse(middlewareOf(&test.headers), &Options{Algorithm: test.algorithm})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.spec, p.Spec()); diff != "" {
				t.Errorf("policy (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.report, sayings(report, constant...)); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
			for _, code := range constant {
				if !report.Has(code) {
					t.Errorf("no %s", code)
				}
			}
		})
	}
}

func TestParseCorrectsOrigins(t *testing.T) {
	for entry, want := range map[string]string{
		"https://A.example":     "https://a.example",
		"https://a.example:443": "https://a.example",
		"a.example":             "https://a.example",
		"https://*.a.example":   `^https://[a-z0-9-]+\.a\.example$`,
		"https://*.A.example":   `^https://[a-z0-9-]+\.a\.example$`,
		"http://localhost:*":    `^http://localhost(:[0-9]{1,5})?$`,
	} {
		if got := correction(entry); !strings.Contains(got, " "+want) {
			t.Errorf("%s: %s, want %s", entry, got, want)
		}
	}
}

// TestUnanchoredWitness: the witness is an origin that Traefik allows and that
// the expression does not spell out.
func TestUnanchoredWitness(t *testing.T) {
	for _, expr := range []string{`https://a\.example`, `^https://a\.example|https://b\.example$`, `a\.example$`, `.`} {
		_, report, err := Parse(middlewareOf(&dynamic.Headers{AccessControlAllowOriginListRegex: []string{expr}}), nil)
		if err != nil {
			t.Fatal(err)
		}
		danger := report.With(policy.Danger)
		if len(danger) != 1 || danger[0].Code != CodeRegexUnanchored || danger[0].Witness == nil || !danger[0].Witness.After.Allowed || danger[0].Witness.Before.Allowed {
			t.Errorf("%s: %v", expr, danger)
		}
	}
	for _, expr := range []string{`^https://a\.example$`, `\Ahttps://a\.example\z`, `^https://.*\.a\.example$`, `^(?:https://(a|b)\.example)$`, `.*`} {
		_, report, err := Parse(middlewareOf(&dynamic.Headers{AccessControlAllowOriginListRegex: []string{expr}}), nil)
		if err != nil || len(report.With(policy.Danger)) > 0 {
			t.Errorf("%s: %v %v", expr, err, report)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	cors := &dynamic.Headers{AddVaryHeader: true}
	for name, test := range map[string]struct {
		f      *traefikv1alpha1.Middleware
		opts   *Options
		report []said // nil: the Middleware carries no policy
	}{
		"nothing":             {f: nil},
		"no headers":          {f: &traefikv1alpha1.Middleware{}},
		"another kind":        {f: &traefikv1alpha1.Middleware{Spec: traefikv1alpha1.MiddlewareSpec{Compress: &traefikv1alpha1.Compress{}}}},
		"other headers":       {f: middlewareOf(otherSettings())},
		"zero max age beside": {f: middlewareOf(&dynamic.Headers{FrameDeny: true, AccessControlMaxAge: new(int64)}), opts: &Options{Algorithm: Literal}},
		"an empty block":      {f: middlewareOf(&dynamic.Headers{}), report: []said{{CodeHeadersEmpty, policy.Malformed, "", "", "spec.headers"}}},
		"zero max age alone":  {f: middlewareOf(&dynamic.Headers{AccessControlMaxAge: new(int64)}), opts: &Options{Algorithm: Literal}, report: []said{{CodeHeadersEmpty, policy.Malformed, "", "", "spec.headers"}}},
		"two kinds": {
			f:      &traefikv1alpha1.Middleware{Spec: traefikv1alpha1.MiddlewareSpec{Headers: cors, Compress: &traefikv1alpha1.Compress{}}},
			report: []said{{CodeSeveralKinds, policy.Malformed, "", "compress, headers", "spec"}},
		},
		"expressions that do not compile": {
			f: middlewareOf(&dynamic.Headers{AccessControlAllowOriginList: []string{"*"}, AccessControlAllowOriginListRegex: []string{"(?!a)", "^a$", "("}}),
			report: []said{
				{CodeRegexSyntax, policy.Malformed, policy.FieldOrigins, "(?!a)", "spec.headers.accessControlAllowOriginListRegex[0]"},
				{CodeRegexSyntax, policy.Malformed, policy.FieldOrigins, "(", "spec.headers.accessControlAllowOriginListRegex[2]"},
			},
		},
		"an expression that is too long": {
			f:      middlewareOf(&dynamic.Headers{AccessControlAllowOriginListRegex: []string{strings.Repeat("a", 5000)}}),
			report: []said{{CodeRegexLength, policy.Inexpressible, policy.FieldOrigins, strings.Repeat("a", 5000), "spec.headers.accessControlAllowOriginListRegex[0]"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, report, err := Parse(test.f, test.opts)
			if p != nil || err == nil {
				t.Fatal(p, err)
			}
			if test.report == nil {
				if !errors.Is(err, policy.ErrNoPolicy) {
					t.Fatal(err)
				}
				return
			}
			var refused *policy.Error
			if !errors.As(err, &refused) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.report, sayings(refused.Findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, f := range refused.Findings {
				if !report.Has(f.Code) {
					t.Errorf("%s is not in the report", f.Code)
				}
			}
		})
	}
}

func TestParseCustomHeaders(t *testing.T) {
	h := func(set func(*dynamic.Headers)) *dynamic.Headers {
		h := &dynamic.Headers{AccessControlAllowOriginList: []string{"https://a.example"}, AccessControlAllowMethods: []string{"PUT"}, AddVaryHeader: true, AccessControlMaxAge: ptr(int64(60))}
		set(h)
		return h
	}
	for name, test := range map[string]struct {
		headers *dynamic.Headers
		want    policy.Effect
		field   policy.Field
		key     string
		request policy.Request // that Parse must allow, rightly or as the wider choice
	}{
		"another origin for what needs no preflight": {
			h(func(h *dynamic.Headers) {
				h.CustomResponseHeaders = map[string]string{"access-control-allow-origin": "https://d.example"}
			}),
			policy.Wider, policy.FieldOrigins, "customResponseHeaders[access-control-allow-origin]", policy.Request{Origin: "https://d.example"},
		},
		"all origins": {
			h(func(h *dynamic.Headers) {
				h.CustomResponseHeaders = map[string]string{"Access-Control-Allow-Origin": "*"}
				h.AccessControlAllowMethods = nil
			}),
			policy.Note, policy.FieldOrigins, "customResponseHeaders[Access-Control-Allow-Origin]", policy.Request{Origin: "null"},
		},
		"an origin that is allowed anyway": {
			h(func(h *dynamic.Headers) {
				h.CustomResponseHeaders = map[string]string{"Access-Control-Allow-Origin": "https://a.example"}
			}),
			policy.Advice, policy.FieldOrigins, "customResponseHeaders[Access-Control-Allow-Origin]", policy.Request{Origin: "https://a.example", Method: "PUT"},
		},
		"credentials for what needs no preflight": {
			h(func(h *dynamic.Headers) {
				h.CustomResponseHeaders = map[string]string{"Access-Control-Allow-Credentials": "true"}
			}),
			policy.Wider, policy.FieldCredentials, "customResponseHeaders[Access-Control-Allow-Credentials]", policy.Request{Origin: "https://a.example", Credentials: true},
		},
		"the answer is for one origin": {
			h(func(h *dynamic.Headers) {
				h.CustomRequestHeaders = map[string]string{"Origin": "https://b.example"}
				h.AccessControlAllowOriginListRegex = []string{`^https://b\.example$`}
			}),
			policy.Advice, policy.FieldOrigins, "customRequestHeaders[Origin]", policy.Request{Origin: "https://b.example"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, report, err := Parse(middlewareOf(test.headers), nil)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, f := range report {
				found = found || f.Code == CodeCustomHeader && f.Effect == test.want && f.Field == test.field && f.Path == "spec.headers."+test.key
			}
			if !found || !p.Check(test.request).Allowed {
				t.Errorf("%+v %v", p.Spec(), report)
			}
		})
	}
	t.Run("by hand alone", func(t *testing.T) {
		_, report, err := Parse(middlewareOf(&dynamic.Headers{CustomResponseHeaders: map[string]string{"Access-Control-Allow-Origin": "*", "X": "y"}}), nil)
		if !errors.Is(err, policy.ErrNoPolicy) || len(report) != 1 || report[0].Code != CodeCustomHeader {
			t.Error(err, report)
		}
	})
}
