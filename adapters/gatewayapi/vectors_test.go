package gatewayapi_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/internal/fetch"
	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/policy"
)

// exchange is one case of testdata/vectors.json: what the conformance tests of
// gateway-api v1.6.3 expect of an implementation.
type exchange struct {
	ID      string
	Config  string
	Filter  *gatewayv1.HTTPCORSFilter
	Request struct {
		Method                      string
		Origin                      string
		AccessControlRequestMethod  string
		AccessControlRequestHeaders string
	}
	Expected struct {
		Status        []int
		Headers       map[string][]string // the allowed alternatives
		AbsentHeaders []string
	}
}

func exchanges(t testing.TB) []exchange {
	t.Helper()
	var all []exchange
	if err := json.Unmarshal(readFile(t, "testdata/vectors.json"), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// says reports whether the exchange is checked for the header: it has one of
// the alternatives, or must be absent.
func (e *exchange) says(header string) bool {
	_, present := e.Expected.Headers[header]
	return present || slices.Contains(e.Expected.AbsentHeaders, header)
}

// responses returns every response that the exchange allows. Headers that it is
// not checked for are absent.
func (e *exchange) responses() []*fetch.Response {
	headers := []http.Header{{}}
	for _, name := range slices.Sorted(maps.Keys(e.Expected.Headers)) {
		var longer []http.Header
		for _, h := range headers {
			for _, value := range e.Expected.Headers[name] {
				h := h.Clone()
				h.Set(name, value)
				longer = append(longer, h)
			}
		}
		headers = longer
	}
	var out []*fetch.Response
	for _, status := range e.Expected.Status {
		for _, h := range headers {
			out = append(out, &fetch.Response{Status: status, Header: h})
		}
	}
	return out
}

// question returns what a page asked for whose browser sent the request.
func (e *exchange) question(credentials bool) policy.Request {
	r := policy.Request{Origin: e.Request.Origin, Method: e.Request.Method, Credentials: credentials}
	if r.Method == http.MethodOptions {
		r.Method = e.Request.AccessControlRequestMethod
		for name := range strings.SplitSeq(e.Request.AccessControlRequestHeaders, ",") {
			if name = strings.TrimSpace(name); name != "" {
				r.Headers = append(r.Headers, name)
			}
		}
	}
	return r
}

// TestVectors compares, for every exchange and every answer that it allows, the
// browser's verdict on the answer with the parsed policy's.
func TestVectors(t *testing.T) {
	const allowOrigin, allowCredentials = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
	all := exchanges(t)
	if len(all) != 17 {
		t.Fatalf("%d exchanges", len(all))
	}
	for _, e := range all {
		for impl := gatewayapi.Specification; impl <= gatewayapi.Traefik; impl++ {
			t.Run(e.ID+"/"+impl.String(), func(t *testing.T) {
				if !origins.Serialized(e.Request.Origin) {
					t.Fatalf("%s is no origin of a browser", e.Request.Origin)
				}
				p := parse(t, e.Filter, impl)
				if !e.says(allowOrigin) {
					// The exchange is about credentials alone, beside one that has the rest.
					if r := e.question(true); !slices.Equal(e.Expected.AbsentHeaders, []string{allowCredentials}) || p.Check(r).Reason != policy.ReasonCredentials {
						t.Fatalf("%+v: %+v", r, p.Check(r))
					}
					return
				}
				for _, credentials := range []bool{false, true} {
					if credentials && !e.says(allowCredentials) && !slices.Contains(e.Expected.AbsentHeaders, allowOrigin) {
						continue // not checked
					}
					r := e.question(credentials)
					for _, resp := range e.responses() {
						judge(t, &e, p, r, resp)
					}
				}
			})
		}
	}
}

func judge(t *testing.T, e *exchange, p *policy.Policy, r policy.Request, resp *fetch.Response) {
	t.Helper()
	var got policy.Verdict
	want := p.Check(r)
	switch {
	case e.Request.Method == http.MethodOptions:
		got = fetch.Judge(r, resp, resp)
	case r.NeedsPreflight():
		// Only the actual response was observed; its preflight is one of the
		// other exchanges.
		preflight := &fetch.Response{Status: http.StatusOK, Header: resp.Header.Clone()}
		preflight.Header.Set("Access-Control-Allow-Methods", r.Method)
		got = fetch.Judge(r, preflight, resp)
	default:
		got = fetch.Judge(r, nil, resp)
	}
	if !e.says("Access-Control-Expose-Headers") {
		got.ExposeHeaders, want.ExposeHeaders = nil, nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%+v, answered %+v: the policy's verdict (-), the browser's (+):\n%s", r, resp, diff)
	}
}
