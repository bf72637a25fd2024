package dataplane_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corslate/corslate/conformance/dataplane"
)

// nginxVector is an Ingress and what the last release of the real controller
// had its nginx answer.
type nginxVector struct {
	ID                   string            `json:"id"`
	AnnotationValidation bool              `json:"annotationValidation"`
	Annotations          map[string]string `json:"annotations"`
	Exchanges            []struct {
		Request struct {
			Method   string  `json:"method"`
			Origin   *string `json:"origin"`
			ACRM     string  `json:"accessControlRequestMethod"`
			Upstream string  `json:"upstream"`
		} `json:"request"`
		Observed struct {
			Status     int         `json:"status"`
			AnsweredBy string      `json:"answeredBy"`
			Headers    http.Header `json:"headers"`
		} `json:"observed"`
	} `json:"exchanges"`
}

// The configuration that is generated here has nginx answer, byte for byte,
// what the real controller's did.
func TestNginxVectors(t *testing.T) {
	var vectors []nginxVector
	readJSON(t, "testdata/ingress-nginx.json", &vectors)
	ingresses := make([]dataplane.Ingress, len(vectors))
	for i, v := range vectors {
		ingresses[i] = dataplane.Ingress{Annotations: v.Annotations, NotValidating: !v.AnnotationValidation}
	}
	nginx := dataplane.StartNginx(t, application(t), ingresses...)
	compared := 0
	for i, v := range vectors {
		server := nginx.Handler(i)
		for _, x := range v.Exchanges {
			if x.Request.Upstream == "owncors" || x.Request.Upstream == "dupcors" {
				continue // CORS headers of the application, which the file does not give
			}
			r := httptest.NewRequest(x.Request.Method, "/"+x.Request.Upstream, nil)
			if x.Request.Origin != nil {
				r.Header.Set("Origin", *x.Request.Origin)
			}
			if x.Request.ACRM != "" {
				r.Header.Set("Access-Control-Request-Method", x.Request.ACRM)
			}
			w := httptest.NewRecorder()
			server.ServeHTTP(w, r)
			by := "nginx"
			if w.Header().Get("X-Application") != "" {
				by = "upstream"
			}
			if w.Code != x.Observed.Status || by != x.Observed.AnsweredBy {
				t.Errorf("%s: %+v: %d by %s, recorded %d by %s", v.ID, x.Request, w.Code, by, x.Observed.Status, x.Observed.AnsweredBy)
			}
			if diff := cmp.Diff(x.Observed.Headers, corsHeaders(w.Header())); diff != "" {
				t.Errorf("%s: %+v (-recorded +nginx):\n%s", v.ID, x.Request, diff)
			}
			compared++
		}
	}
	if compared != 159 {
		t.Errorf("%d exchanges, want 159", compared)
	}
}

// application sends no CORS headers, and fails on request.
func application(t *testing.T) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/close" {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("X-Application", "here")
		if code, ok := strings.CutPrefix(r.URL.Path, "/status/"); ok {
			status, err := strconv.Atoi(code)
			if err != nil {
				t.Errorf("status %s", code)
				return
			}
			w.WriteHeader(status)
		}
	})
}

// corsHeaders returns the headers of CORS, and Vary.
func corsHeaders(h http.Header) http.Header {
	out := http.Header{}
	for name, lines := range h {
		if strings.HasPrefix(name, "Access-Control-") || name == "Vary" {
			out[name] = lines
		}
	}
	return out
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
