package dataplane_test

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corslate/corslate/conformance/dataplane"
)

// The application says nothing of CORS, whatever it is asked, and tells which
// cookies came.
func TestUpstream(t *testing.T) {
	for _, method := range []string{"GET", "OPTIONS", "patch"} {
		r := httptest.NewRequest(method, "/", nil)
		r.Header.Set("Origin", "https://a.example")
		r.Header.Set("Access-Control-Request-Method", "PUT")
		r.Header.Set("Cookie", "sid=1; theme=2")
		w := httptest.NewRecorder()
		dataplane.Upstream().ServeHTTP(w, r)
		if h := corsHeaders(w.Header()); w.Code != 200 || len(h) > 0 {
			t.Errorf("%s: %d, %v", method, w.Code, h)
		}
		var got dataplane.Answer
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(dataplane.Answer{Method: method, Cookies: []string{"sid", "theme"}}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
