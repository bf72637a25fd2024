package fetch_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/corslate/corslate/internal/fetch"
	"github.com/corslate/corslate/policy"
)

// A server that allows everything to everyone still denies what goes along with
// cookies.
func ExampleJudge() {
	server := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Methods", "*")
		w.Header().Set("Access-Control-Allow-Credentials", "true")
	})
	send := func(method string, header http.Header) *fetch.Response {
		request := httptest.NewRequest(method, "/", nil)
		request.Header = header
		recorder := httptest.NewRecorder()
		server.ServeHTTP(recorder, request)
		response := recorder.Result()
		return &fetch.Response{Status: response.StatusCode, Header: response.Header}
	}

	r := policy.Request{Origin: "https://app.example", Method: "DELETE"}
	for _, r.Credentials = range []bool{false, true} {
		preflight := send("OPTIONS", fetch.PreflightRequest(r))
		actual := send(r.Method, http.Header{"Origin": {r.Origin}})
		v := fetch.Judge(r, preflight, actual)
		fmt.Printf("credentials %t: allowed %t, reason %q\n", r.Credentials, v.Allowed, v.Reason)
	}

	// Output:
	// credentials false: allowed true, reason ""
	// credentials true: allowed false, reason "credentials-not-allowed"
}
