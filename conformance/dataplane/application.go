package dataplane

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
)

// Answer is the body, in JSON, of what the application of [Upstream] answers.
type Answer struct {
	Method string `json:"method"`
	// Cookies lists the names of the cookies that came along: with any, the
	// request was credentialed.
	Cookies []string `json:"cookies"`
}

// Upstream is an application that knows nothing of CORS: it answers every
// request with 200, an [Answer], and some headers for pages to read. Nothing
// that it sends may be cached.
func Upstream() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Cache-Control", "no-store")
		h.Set("Etag", `"1"`)
		h.Set("Link", `</>; rel="self"`)
		h.Set("X-Total-Count", "42")
		h.Set("X-Request-Id", "1")
		a := Answer{Method: r.Method, Cookies: []string{}}
		for _, c := range r.Cookies() {
			a.Cookies = append(a.Cookies, c.Name)
		}
		// The only error is a client that went away.
		_ = json.NewEncoder(w).Encode(a)
	})
}

// applicationSocket is where programs find the application, in the directory
// that is theirs.
const applicationSocket = "application.sock"

// startApplication serves the application on a socket in the directory.
func startApplication(t testing.TB, dir string, application http.Handler) {
	t.Helper()
	serve(t, filepath.Join(dir, applicationSocket), application)
}

// serve serves the handler on the Unix socket until the end of the test.
func serve(t testing.TB, socket string, handler http.Handler) {
	t.Helper()
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler}}
	server.Start()
	t.Cleanup(server.Close)
}
