package conformance

import (
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/corslate/corslate/internal/fetch"
	"github.com/corslate/corslate/policy"
)

// Verdict has a browser make the request to the server, after a preflight where
// it needs one, and returns what the page gets. The browser is a model,
// [fetch.Judge]; what it judges is the server's answers.
func Verdict(server http.Handler, r policy.Request) policy.Verdict {
	var preflight *fetch.Response
	if r.NeedsPreflight() {
		preflight = answer(server, http.MethodOptions, fetch.PreflightRequest(r))
	}
	header := http.Header{"Origin": {r.Origin}}
	for _, name := range r.Headers {
		if http.CanonicalHeaderKey(name) != "Origin" { // the browser's to send
			header.Set(name, "1")
		}
	}
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	return fetch.Judge(r, preflight, answer(server, method, header))
}

func answer(server http.Handler, method string, header http.Header) *fetch.Response {
	w := httptest.NewRecorder()
	server.ServeHTTP(w, &http.Request{Method: method, URL: &url.URL{Path: "/"}, Host: "api.example.com", Header: header, Body: http.NoBody})
	return &fetch.Response{Status: w.Code, Header: w.Result().Header}
}

// Application is a server behind the data plane that knows nothing of CORS.
var Application http.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
