package nginx_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/internal/fetch"
	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/policy"
)

// The annotations' names.
const (
	enableCORS       = nginx.DefaultPrefix + "/enable-cors"
	allowOrigin      = nginx.DefaultPrefix + "/cors-allow-origin"
	allowMethods     = nginx.DefaultPrefix + "/cors-allow-methods"
	allowHeaders     = nginx.DefaultPrefix + "/cors-allow-headers"
	allowCredentials = nginx.DefaultPrefix + "/cors-allow-credentials"
	exposeHeaders    = nginx.DefaultPrefix + "/cors-expose-headers"
	maxAge           = nginx.DefaultPrefix + "/cors-max-age"
)

// vector is a configuration and what a real controller and nginx made of it.
type vector struct {
	ID                   string            `json:"id"`
	Note                 string            `json:"note"`
	AnnotationValidation bool              `json:"annotationValidation"`
	Annotations          map[string]string `json:"annotations"`
	Exchanges            []struct {
		Request struct {
			Method                     string  `json:"method"`
			Origin                     *string `json:"origin"`
			AccessControlRequestMethod string  `json:"accessControlRequestMethod"`
			Upstream                   string  `json:"upstream"`
		} `json:"request"`
		Observed struct {
			Status     int         `json:"status"`
			AnsweredBy string      `json:"answeredBy"`
			Headers    http.Header `json:"headers"`
		} `json:"observed"`
	} `json:"exchanges"`
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) == 0 {
		t.Fatal("no vectors")
	}
	return vectors
}

// notSent are well-formed origins of the vectors that no browser sends, as no
// browser knows their scheme.
var notSent = []string{"xhttps://app.example.com"}

// The verdict of a browser on what nginx answered is that of the parsed policy.
func TestVectors(t *testing.T) {
	judged := 0
	for _, v := range readVectors(t) {
		t.Run(v.ID, func(t *testing.T) {
			opts := &nginx.Options{}
			if !v.AnnotationValidation {
				opts.Release = nginx.FromV112NotValidating
			}
			p, report, err := nginx.Parse(v.Annotations, opts)
			checkReport(t, report)
			if err != nil && !errors.Is(err, policy.ErrNoPolicy) {
				t.Fatal(err)
			}
			for _, x := range v.Exchanges {
				switch x.Request.Upstream {
				case "owncors", "dupcors":
					continue // the application sends CORS headers of its own
				}
				allowed := x.Observed.Headers.Get("Access-Control-Allow-Origin")
				if p == nil {
					if allowed != "" {
						t.Errorf("no policy, but the answer to %v allows %s", x.Request, allowed)
					}
					continue
				}
				if x.Request.Origin == nil || *x.Request.Origin == "" {
					if any := p.AllowsOrigin("https://any.example"); (allowed == "*") != any {
						t.Errorf("without Origin %q is allowed; every origin: %v", allowed, any)
					}
					continue
				}
				origin := *x.Request.Origin
				if !origins.Serialized(origin) || slices.Contains(notSent, origin) {
					if any := p.AllowsOrigin("https://any.example"); p.AllowsOrigin(origin) != any {
						t.Errorf("%s, which no browser sends, is in the policy", origin)
					}
					if slices.Contains(items(v.Annotations[allowOrigin]), origin) &&
						!report.Has(policy.CodeOriginNeverSent) && !report.Has(nginx.CodeOriginDropped) && !report.Has(nginx.CodeListOpened) {
						t.Errorf("%s is not reported: %v", origin, report)
					}
					continue
				}
				observed := &fetch.Response{Status: x.Observed.Status, Header: x.Observed.Headers}
				for _, r := range questions(origin, x.Request.Method, x.Request.AccessControlRequestMethod) {
					var preflight *fetch.Response
					if x.Request.Method == http.MethodOptions {
						preflight = observed
					}
					if got, want := p.Check(r), fetch.Judge(r, preflight, observed); !cmp.Equal(got, want) {
						t.Errorf("%+v: policy %+v, browser %+v on %v", r, got, want, x.Observed.Headers)
					}
					judged++
				}
			}
		})
	}
	if judged < 1000 {
		t.Errorf("only %d verdicts", judged)
	}
}

// items splits a list of origins.
func items(list string) []string {
	all := strings.Split(list, ",")
	for i, item := range all {
		all[i] = strings.TrimSpace(item)
	}
	return all
}

// questions returns the requests that an exchange can be the answer to. nginx
// looks at neither the requested method nor the requested headers, so an answer
// to a preflight is one to any.
func questions(origin, method, requested string) []policy.Request {
	var out []policy.Request
	for _, credentials := range []bool{false, true} {
		if method != http.MethodOptions {
			out = append(out, policy.Request{Origin: origin, Method: method, Credentials: credentials})
			continue
		}
		for _, m := range []string{requested, "GET", "DELETE", "PATCH", "patch", "QUERY", "OPTIONS", "M-SEARCH"} {
			for _, headers := range [][]string{nil, {"content-type"}, {"authorization"}, {"X-Requested-With", "range"}, {"x-other"}} {
				r := policy.Request{Origin: origin, Method: m, Headers: headers, Credentials: credentials}
				if r.NeedsPreflight() {
					out = append(out, r)
				}
			}
		}
	}
	return out
}
