package istio_test

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/internal/fetch"
	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/policy"
)

// vector is a request to Envoy and what came of it. Headers are the
// Access-Control-* headers that the proxy set.
type vector struct {
	ID      string
	Policy  json.RawMessage
	Request struct {
		Method, Origin              string
		AccessControlRequestMethod  string
		AccessControlRequestHeaders string
	}
	Expected struct {
		Status    *int
		Forwarded bool
		Headers   map[string]string
	}
}

func vectors(t testing.TB) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/envoy.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// What Parse says is what a browser makes of Envoy's answers.
func TestVectors(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.ID, func(t *testing.T) {
			f := decode(t, string(v.Policy))
			p, report, err := istio.Parse(f, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, allowed := v.Expected.Headers["Access-Control-Allow-Origin"]
			switch {
			case v.Request.Origin == "":
				if allowed || p.AllowsOrigin("") {
					t.Error("a request without origin is allowed")
				}
			case !origins.Serialized(v.Request.Origin):
				checkUnsent(t, v.Request.Origin, allowed, p, report)
			default:
				for _, r := range v.requests(f) {
					for _, r.Credentials = range []bool{false, true} {
						if diff := cmp.Diff(v.judge(r), p.Check(r)); diff != "" {
							t.Errorf("%+v (-browser +Check):\n%s", r, diff)
						}
					}
				}
			}
		})
	}
}

// checkUnsent checks a vector whose origin no browser sends: if Envoy allows it,
// the policy does too (for the spelling that browsers send), or Parse has
// reported the matcher as one that never matches.
func checkUnsent(t *testing.T, origin string, allowed bool, p *policy.Policy, report policy.Report) {
	t.Helper()
	reported := slices.ContainsFunc(report, func(f policy.Finding) bool { return f.Code == policy.CodeOriginNeverSent && f.Value == origin })
	admitted := p.AllowsOrigin(origin) || p.AllowsOrigin(strings.ToLower(origin))
	if allowed != (reported || admitted) {
		t.Errorf("Envoy allows %q: %v; the policy does: %v; reported as dropped: %v", origin, allowed, admitted, reported)
	}
}

// requests lists the request of the vector and, for a preflight whose answer
// does not echo what is asked for, others that would have got the same answer.
func (v vector) requests(f fragment) []policy.Request {
	if v.Request.Method != http.MethodOptions {
		return []policy.Request{{Origin: v.Request.Origin, Method: v.Request.Method}}
	}
	asked := policy.Request{Origin: v.Request.Origin, Method: v.Request.AccessControlRequestMethod}
	for name := range strings.SplitSeq(v.Request.AccessControlRequestHeaders, ",") {
		if name = strings.TrimSpace(name); name != "" {
			asked.Headers = append(asked.Headers, name)
		}
	}
	all := []policy.Request{asked}
	also := func(method string, headers ...string) {
		all = append(all, policy.Request{Origin: asked.Origin, Method: method, Headers: headers})
	}
	if !slices.Equal(f.GetAllowHeaders(), []string{"*"}) {
		also(asked.Method, "authorization")
		also(asked.Method, "content-type")
		also(asked.Method, slices.Concat(f.GetAllowHeaders(), []string{"x-unlisted"})...)
	}
	if !slices.Equal(f.GetAllowMethods(), []string{"*"}) {
		also("DELETE", asked.Headers...)
		also("PURGE", asked.Headers...)
		also("PUT", asked.Headers...)
	}
	return all
}

// judge is the browser's verdict. A vector shows one of the two answers: the
// actual response has allow-origin, credentials and expose as the preflight
// does, and a request that the vector shows without a preflight needs none.
func (v vector) judge(r policy.Request) policy.Verdict {
	h := http.Header{}
	for name, value := range v.Expected.Headers {
		h.Set(name, value)
	}
	status := http.StatusOK
	if v.Expected.Status != nil {
		status = *v.Expected.Status
	}
	answer := &fetch.Response{Status: status, Header: h}
	return fetch.Judge(r, answer, answer)
}
