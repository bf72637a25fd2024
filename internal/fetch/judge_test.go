package fetch_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corslate/corslate/internal/fetch"
	"github.com/corslate/corslate/policy"
)

// judgeCase is one exchange and what a browser makes of it.
type judgeCase struct {
	name      string
	request   policy.Request
	preflight *fetch.Response
	actual    *fetch.Response
	want      policy.Verdict
}

// answer is a response with the given header lines, each "Name: value".
func answer(status int, lines ...string) *fetch.Response {
	h := http.Header{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		h.Add(name, value)
	}
	return &fetch.Response{Status: status, Header: h}
}

func TestJudge(t *testing.T) {
	for _, section := range sections {
		t.Run(section.anchor, func(t *testing.T) {
			for _, c := range section.cases {
				t.Run(c.name, func(t *testing.T) {
					got := fetch.Judge(c.request, c.preflight, c.actual)
					if diff := cmp.Diff(c.want, got); diff != "" {
						t.Errorf("Judge(%+v) (-want +got):\n%s", c.request, diff)
					}
				})
			}
		})
	}
}

// The CORS check is the same for both answers, and a preflight's answer must
// pass it whatever the answer to the request would be.
func TestCORSCheckOfPreflight(t *testing.T) {
	for _, c := range corsCheck {
		t.Run(c.name, func(t *testing.T) {
			r := c.request
			r.Headers = []string{"X-Test"}
			preflight := answer(204, "Access-Control-Allow-Headers: X-Test")
			for name, values := range c.actual.Header {
				preflight.Header[name] = values
			}
			passing := answer(200, "Access-Control-Allow-Origin: "+r.Origin, "Access-Control-Allow-Credentials: true")

			want := policy.Verdict{Preflight: true, Reason: c.want.Reason, Allowed: c.want.Allowed}
			if want.Allowed {
				want.MaxAgeSeconds = 5
			}
			if diff := cmp.Diff(want, fetch.Judge(r, preflight, passing)); diff != "" {
				t.Errorf("Judge(%+v) (-want +got):\n%s", r, diff)
			}
		})
	}
}

// Header names compare without case, also where a test or a file of recorded
// answers fills the map by hand.
func TestJudgeReadsKeysInAnyCase(t *testing.T) {
	resp := &fetch.Response{Status: 200, Header: http.Header{
		"access-control-allow-origin":   {"*"},
		"ACCESS-CONTROL-EXPOSE-HEADERS": {"X-Total"},
	}}
	want := policy.Verdict{Allowed: true, ExposeHeaders: []string{"x-total"}}
	if diff := cmp.Diff(want, fetch.Judge(policy.Request{Origin: app}, nil, resp)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	resp.Header["Access-Control-Allow-Origin"] = []string{app}
	want = policy.Verdict{Reason: policy.ReasonOrigin}
	if diff := cmp.Diff(want, fetch.Judge(policy.Request{Origin: app}, nil, resp)); diff != "" {
		t.Errorf("two spellings of one name (-want +got):\n%s", diff)
	}
}
