package fetch_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corslate/corslate/internal/fetch"
	"github.com/corslate/corslate/policy"
)

func TestPreflightRequest(t *testing.T) {
	tests := []struct {
		name string
		r    policy.Request
		want http.Header
	}{
		{"method only", policy.Request{Origin: app, Method: "PUT"},
			http.Header{"Origin": {app}, "Access-Control-Request-Method": {"PUT"}}},
		{"empty method is GET", policy.Request{Origin: "null", Headers: []string{"X-Test"}},
			http.Header{"Origin": {"null"}, "Access-Control-Request-Method": {"GET"}, "Access-Control-Request-Headers": {"x-test"}}},
		{"names sorted, in lower case, once, without spaces", policy.Request{Origin: app, Method: "patch", Headers: []string{"X-b", "Authorization", "x-A", "X-B"}},
			http.Header{"Origin": {app}, "Access-Control-Request-Method": {"patch"}, "Access-Control-Request-Headers": {"authorization,x-a,x-b"}}},
		{"forbidden names left out", policy.Request{Origin: app, Method: "PUT", Headers: []string{"Cookie", "X-Test", "Sec-Test", "PROXY-Test"}},
			http.Header{"Origin": {app}, "Access-Control-Request-Method": {"PUT"}, "Access-Control-Request-Headers": {"x-test"}}},
		{"only forbidden names", policy.Request{Origin: app, Method: "PUT", Headers: []string{"Cookie"}},
			http.Header{"Origin": {app}, "Access-Control-Request-Method": {"PUT"}}},
		{"credentials do not show", policy.Request{Origin: app, Method: "PUT", Credentials: true},
			http.Header{"Origin": {app}, "Access-Control-Request-Method": {"PUT"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, fetch.PreflightRequest(test.r)); diff != "" {
				t.Errorf("PreflightRequest(%+v) (-want +got):\n%s", test.r, diff)
			}
		})
	}
}

// Package policy and this package each keep Fetch's list of names that scripts
// may not set; a request with such a name alone needs no preflight, and a
// preflight that is sent does not ask for it.
func TestForbiddenNamesAreThoseOfPolicy(t *testing.T) {
	names := []string{
		"Accept-Charset", "Accept-Encoding", "Access-Control-Request-Headers", "Access-Control-Request-Method",
		"Connection", "Content-Length", "Cookie", "Cookie2", "Date", "DNT", "Expect", "Host", "Keep-Alive", "Origin",
		"Referer", "Set-Cookie", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via", "Proxy-", "Proxy-Authorization",
		"Sec-", "Sec-Fetch-Mode",
		"Accept", "Authorization", "Content-Type", "Proxy", "Range", "Sec", "Set-Cookie2", "User-Agent",
		"X-HTTP-Method-Override", "X-Sec-Test",
	}
	for _, name := range names {
		r := policy.Request{Origin: app, Method: "GET", Headers: []string{name}}
		_, asks := fetch.PreflightRequest(r)["Access-Control-Request-Headers"]
		if needs := r.NeedsPreflight(); asks != needs {
			t.Errorf("%s: PreflightRequest asks: %t; NeedsPreflight: %t", name, asks, needs)
		}
	}
}
