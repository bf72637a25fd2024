package dataplane_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"

	"github.com/corslate/corslate/conformance/dataplane"
)

// traefikVector is one exchange with the middleware of two releases.
type traefikVector struct {
	ID      string           `json:"id"`
	Headers *dynamic.Headers `json:"headers"`
	Request struct {
		Method  string      `json:"method"`
		Headers http.Header `json:"headers"`
	} `json:"request"`
	UpstreamHeaders http.Header                `json:"upstreamHeaders"`
	Observed        map[string]traefikObserved `json:"observed"`
}

type traefikObserved struct {
	Error     string      `json:"error"`
	Status    int         `json:"status"`
	Forwarded bool        `json:"forwarded"`
	Headers   http.Header `json:"headers"`
}

// The release in go.mod answers as v3.7.13 did, which has its algorithm, and
// the old process as v3.6.12 did.
func TestTraefikVectors(t *testing.T) {
	var vectors []traefikVector
	readJSON(t, "testdata/traefik.json", &vectors)
	if len(vectors) != 44 {
		t.Fatalf("%d vectors, want 44", len(vectors))
	}
	middlewares := make([]*traefikv1alpha1.Middleware, len(vectors))
	for i, v := range vectors {
		middlewares[i] = &traefikv1alpha1.Middleware{Spec: traefikv1alpha1.MiddlewareSpec{Headers: v.Headers}}
	}
	// The application sends the headers of the vector that a test names.
	application := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, v := range vectors {
			if "/"+v.ID == r.URL.Path {
				for name, lines := range v.UpstreamHeaders {
					w.Header()[name] = lines
				}
			}
		}
		w.Header().Set("X-Application", "here")
		w.WriteHeader(299) // as recorded, so that it cannot be Traefik's own
	})
	served := map[string]*dataplane.Traefik{
		"v3.7.13": dataplane.StartTraefik(t, application, middlewares...),
		"v3.6.12": dataplane.StartTraefikOld(t, application, middlewares...),
	}
	if got := []string{served["v3.7.13"].Version, served["v3.6.12"].Version}; !slices.Equal(got, []string{"v3.6.25", "v3.6.12"}) {
		t.Errorf("versions %v", got)
	}
	for i, v := range vectors {
		t.Run(v.ID, func(t *testing.T) {
			for release, traefik := range served {
				h, err := traefik.Handler(i)
				v.check(t, release, h, err)
			}
		})
	}
}

func (v traefikVector) check(t *testing.T, release string, h http.Handler, err error) {
	want, ok := v.Observed[release]
	if !ok {
		t.Fatalf("nothing recorded of %s", release)
	}
	if (err != nil) != (want.Error != "") {
		t.Fatalf("%s: error %v, recorded %q", release, err, want.Error)
	}
	if err != nil {
		return
	}
	r := httptest.NewRequest(v.Request.Method, "/"+v.ID, nil)
	r.Header = v.Request.Headers.Clone()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if forwarded := w.Header().Get("X-Application") != ""; w.Code != want.Status || forwarded != want.Forwarded {
		t.Errorf("%s: %d, forwarded %t; recorded %d, %t", release, w.Code, forwarded, want.Status, want.Forwarded)
	}
	if diff := cmp.Diff(want.Headers, corsHeaders(w.Header())); diff != "" {
		t.Errorf("%s (-recorded +traefik):\n%s", release, diff)
	}
}

// What Traefik refuses, it refuses here.
func TestTraefikRefusals(t *testing.T) {
	refused := []*traefikv1alpha1.Middleware{
		{},
		{Spec: traefikv1alpha1.MiddlewareSpec{Headers: &dynamic.Headers{}}},
		{Spec: traefikv1alpha1.MiddlewareSpec{Headers: &dynamic.Headers{AccessControlAllowOriginListRegex: []string{"(?=x)"}}}},
	}
	served, old := dataplane.StartTraefik(t, dataplane.Upstream(), refused...), dataplane.StartTraefikOld(t, dataplane.Upstream(), refused...)
	for i, m := range refused {
		for _, traefik := range []*dataplane.Traefik{served, old} {
			h, err := traefik.Handler(i)
			if err == nil {
				t.Errorf("%s: %+v is not refused", traefik.Version, m.Spec.Headers)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			if w.Code != http.StatusNotFound {
				t.Errorf("%s: %d from a router that is dropped", traefik.Version, w.Code)
			}
		}
	}
}
