package envoy_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	cors "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/cors/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	xdstype "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/wrapperspb"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"

	"github.com/corslate/corslate/conformance/envoy"
	"github.com/corslate/corslate/conformance/istio"
)

// exchange is one of the recorded ones: a VirtualService's corsPolicy, a
// request, and the Access-Control-* headers that the proxy sets. An answer
// without status is the application's.
type exchange struct {
	ID      string                         `json:"id"`
	Note    string                         `json:"note"`
	Policy  *networkingv1alpha3.CorsPolicy `json:"policy"`
	Request struct {
		Method string  `json:"method"`
		Origin *string `json:"origin"`
		ACRM   string  `json:"accessControlRequestMethod"`
		ACRH   string  `json:"accessControlRequestHeaders"`
	} `json:"request"`
	Expected struct {
		Status    int               `json:"status"`
		Forwarded bool              `json:"forwarded"`
		Headers   map[string]string `json:"headers"`
	} `json:"expected"`
}

func TestRecordedExchanges(t *testing.T) {
	data, err := os.ReadFile("testdata/envoy.json")
	if err != nil {
		t.Fatal(err)
	}
	var exchanges []exchange
	if err := json.Unmarshal(data, &exchanges); err != nil {
		t.Fatal(err)
	}
	if len(exchanges) < 60 {
		t.Fatalf("%d exchanges", len(exchanges))
	}
	for _, e := range exchanges {
		t.Run(e.ID, func(t *testing.T) {
			if e.Expected.Forwarded == (e.Expected.Status != 0) {
				t.Fatalf("the exchange is unclear: %+v", e.Expected)
			}
			forwarded := false
			server, err := istio.Server(e.Policy, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { forwarded = true }))
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest(e.Request.Method, "/", nil)
			if e.Request.Origin != nil {
				r.Header.Set("Origin", *e.Request.Origin)
			}
			if e.Request.ACRM != "" {
				r.Header.Set("Access-Control-Request-Method", e.Request.ACRM)
			}
			if e.Request.ACRH != "" {
				r.Header.Set("Access-Control-Request-Headers", e.Request.ACRH)
			}
			w := httptest.NewRecorder()
			server.ServeHTTP(w, r)

			if forwarded != e.Expected.Forwarded || !forwarded && w.Code != e.Expected.Status {
				t.Errorf("forwarded %t with status %d, want %t with %d (%s)", forwarded, w.Code, e.Expected.Forwarded, e.Expected.Status, e.Note)
			}
			if diff := cmp.Diff(e.Expected.Headers, corsHeaders(w.Header())); diff != "" {
				t.Errorf("%s (-recorded +model):\n%s", e.Note, diff)
			}
		})
	}
}

func corsHeaders(h http.Header) map[string]string {
	out := map[string]string{}
	for name, values := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			out[name] = strings.Join(values, " | ")
		}
	}
	return out
}

// What the application says stands where the filter does not match, and is
// overwritten where it does.
func TestApplicationHeaders(t *testing.T) {
	application := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Max-Age", "7")
		w.Write([]byte("body"))
	})
	server, err := envoy.Filter(&cors.CorsPolicy{
		AllowOriginStringMatch: []*matcher.StringMatcher{{MatchPattern: &matcher.StringMatcher_Exact{Exact: "https://a.example"}}},
		AllowCredentials:       wrapperspb.Bool(true),
	}, application)
	if err != nil {
		t.Fatal(err)
	}
	for origin, want := range map[string]map[string]string{
		"https://a.example": {"Access-Control-Allow-Origin": "https://a.example", "Access-Control-Allow-Credentials": "true", "Access-Control-Max-Age": "7"},
		"https://b.example": {"Access-Control-Allow-Origin": "*", "Access-Control-Max-Age": "7"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		if diff := cmp.Diff(want, corsHeaders(w.Header())); diff != "" || w.Body.String() != "body" {
			t.Errorf("%s: %q (-want +got):\n%s", origin, w.Body, diff)
		}
	}
}

// The model refuses what it does not know, rather than guess.
func TestUnknown(t *testing.T) {
	some := &core.RuntimeFractionalPercent{DefaultValue: &xdstype.FractionalPercent{Numerator: 50}}
	one := func(m *matcher.StringMatcher) []*matcher.StringMatcher { return []*matcher.StringMatcher{m} }
	for name, policy := range map[string]*cors.CorsPolicy{
		"enabled for half of the requests": {FilterEnabled: some},
		"shadow mode":                      {ShadowEnabled: some},
		"private network access":           {AllowPrivateNetworkAccess: wrapperspb.Bool(true)},
		"suffix":                           {AllowOriginStringMatch: one(&matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_Suffix{Suffix: "a"}})},
		"ignore case":                      {AllowOriginStringMatch: one(&matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_Exact{Exact: "a"}, IgnoreCase: true})},
		"no RE2":                           {AllowOriginStringMatch: one(&matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_SafeRegex{SafeRegex: &matcher.RegexMatcher{Regex: "(?=a)"}}})},
	} {
		if _, err := envoy.Filter(policy, http.NotFoundHandler()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
