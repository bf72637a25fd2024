package traefik

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"

	"github.com/corslate/corslate/internal/fetch"
	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/policy"
)

// vector is one exchange with the real middleware of two releases.
type vector struct {
	ID      string          `json:"id"`
	Headers dynamic.Headers `json:"headers"`
	Request struct {
		Method  string      `json:"method"`
		Headers http.Header `json:"headers"`
	} `json:"request"`
	UpstreamHeaders http.Header         `json:"upstreamHeaders"`
	Observed        map[string]observed `json:"observed"`
}

type observed struct {
	Error     string      `json:"error"`
	Status    int         `json:"status"`
	Forwarded bool        `json:"forwarded"`
	Headers   http.Header `json:"headers"`
}

var releases = map[string]Algorithm{"v3.6.12": Literal, "v3.7.13": Reflecting}

func vectors(t testing.TB) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vs []vector
	if err := json.Unmarshal(text, &vs); err != nil {
		t.Fatal(err)
	}
	if len(vs) != 44 {
		t.Fatalf("%d vectors, want 44", len(vs))
	}
	return vs
}

// ownCORS reports whether the application sends CORS headers of its own.
func (v vector) ownCORS() bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(v.UpstreamHeaders)), func(key string) bool { return strings.HasPrefix(key, "Access-Control-") })
}

func middlewareOf(h *dynamic.Headers) *traefikv1alpha1.Middleware {
	return &traefikv1alpha1.Middleware{Spec: traefikv1alpha1.MiddlewareSpec{Headers: h}}
}

// everyVector runs f on every exchange with every release.
func everyVector(t *testing.T, f func(*testing.T, vector, Algorithm, observed)) {
	for _, v := range vectors(t) {
		if v.ownCORS() {
			continue
		}
		for release, o := range v.Observed {
			algorithm, ok := releases[release]
			if !ok {
				t.Fatalf("%s: release %s", v.ID, release)
			}
			t.Run(v.ID+" "+release, func(t *testing.T) { f(t, v, algorithm, o) })
		}
	}
}

func TestVectors(t *testing.T) {
	everyVector(t, func(t *testing.T, v vector, algorithm Algorithm, o observed) {
		p, report, err := Parse(middlewareOf(&v.Headers), &Options{Algorithm: algorithm})
		if o.Error != "" {
			var refused *policy.Error
			if !errors.As(err, &refused) || !refused.Findings.Has(CodeHeadersEmpty) {
				t.Fatalf("the middleware cannot be built (%s), Parse returns %v", o.Error, err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		origin := v.Request.Headers.Get("Origin")
		if origin != "" && !origins.Serialized(origin) {
			t.Fatalf("no browser sends the origin %s; the test does not know what to ask", origin)
		}
		answer := &fetch.Response{Status: o.Status, Header: o.Headers}
		preflight, method := (*fetch.Response)(nil), v.Request.Method
		var names []string
		if asked := v.Request.Headers.Get("Access-Control-Request-Method"); asked != "" && method == http.MethodOptions && origin != "" {
			if o.Forwarded {
				t.Fatal("a preflight was forwarded")
			}
			preflight, method = answer, asked
			if list := v.Request.Headers.Get("Access-Control-Request-Headers"); list != "" {
				names = strings.Split(list, ",")
			}
		} else if !o.Forwarded {
			t.Fatal("a request was not forwarded")
		}
		for _, credentials := range []bool{false, true} {
			r := policy.Request{Origin: origin, Method: method, Headers: names, Credentials: credentials}
			got := p.Check(r)
			if origin == "" {
				if got.Allowed {
					t.Errorf("a request without an origin is allowed")
				}
				continue
			}
			if preflight == nil && method == http.MethodOptions {
				continue // a forwarded OPTIONS says nothing about the preflight that a browser sends before it
			}
			want := fetch.Judge(r, preflight, answer)
			if preflight != nil && algorithm == Literal {
				got.ExposeHeaders, want.ExposeHeaders = nil, nil // sent on actual responses only
			}
			if diff := cmp.Diff(want, got); diff != "" && !admitted(report, want, got) {
				t.Errorf("credentials %v (-observed +Parse):\n%s\nreport %v", credentials, diff, report)
			}
		}
	})
}

// admitted reports whether Parse says that the policy allows what the
// middleware does not, and why not.
func admitted(report policy.Report, observed, parsed policy.Verdict) bool {
	return parsed.Allowed && slices.ContainsFunc(report.With(policy.Wider), func(f policy.Finding) bool {
		return f.Code == CodeAnyLiteral && f.Witness.Request.Credentials && cmp.Equal(f.Witness.Before, observed)
	})
}

// TestMiddlewareModel holds the model of the tests to the real middleware.
func TestMiddlewareModel(t *testing.T) {
	everyVector(t, func(t *testing.T, v vector, algorithm Algorithm, o observed) {
		if o.Error != "" || len(v.UpstreamHeaders) > 0 {
			return
		}
		m, err := newMiddleware(&v.Headers, algorithm)
		if err != nil {
			t.Fatal(err)
		}
		forwarded, headers := m.serve(v.Request.Method, v.Request.Headers)
		if diff := cmp.Diff(o.Headers, headers); diff != "" || forwarded != o.Forwarded {
			t.Errorf("forwarded %v, headers (-observed +model):\n%s", forwarded, diff)
		}
	})
}

func TestVectorsWithEntriesThatNoBrowserSends(t *testing.T) {
	seen := 0
	for _, v := range vectors(t) {
		_, report, _ := Parse(middlewareOf(&v.Headers), nil)
		for i, entry := range v.Headers.AccessControlAllowOriginList {
			if entry == "*" || origins.Serialized(entry) {
				continue
			}
			seen++
			if !slices.ContainsFunc(report, func(f policy.Finding) bool {
				return f.Code == policy.CodeOriginNeverSent && f.Path == path("accessControlAllowOriginList", i) && f.Value == entry
			}) {
				t.Errorf("%s: nothing reported about %s: %v", v.ID, entry, report)
			}
		}
	}
	if seen != 2 { // T17, T18
		t.Errorf("%d entries, want 2", seen)
	}
}

func joinLines(list []string) string { return strings.Join(list, "\x00") }

func splitLines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\x00")
}
