package browsers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/corslate/corslate/conformance/dataplane"
	"github.com/corslate/corslate/policy"
)

// expectation is what should become of a call.
type expectation struct {
	// Verdict is the policy's.
	policy.Verdict
	// added names response headers that the engine makes up.
	added []string
}

// expect returns what Fetch and the policy say, as changed by the deviations.
func (q question) expect(known []*deviation) expectation {
	e := expectation{Verdict: q.server.policy.Check(q.request)}
	for _, d := range known {
		e = d.change(q, e)
	}
	return e
}

// problems lists where the outcome is not as expected: what the page could do,
// and what came over the network.
func (q question) problems(want expectation, o Outcome) []string {
	var problems []string
	check := func(what string, got, want any) {
		if !reflect.DeepEqual(got, want) {
			problems = append(problems, fmt.Sprintf("%s: %v, want %v", what, got, want))
		}
	}
	preflights, requests := q.exchanges(want)
	check("the page could read the response", o.Read, want.Allowed)
	check("preflights", len(o.Preflights), preflights)
	check("requests", len(o.Requests), requests)
	for _, x := range o.Preflights {
		check("cookie of a preflight", x.Cookie, "")
	}
	for _, x := range o.Requests {
		check("method", x.Method, q.request.Method)
		check("a cookie came along", x.Cookie == Cookie, q.call.Credentials)
	}
	if !o.Read || len(o.Requests) == 0 {
		return problems
	}
	answer := o.Requests[len(o.Requests)-1]
	check("readable headers", o.Headers, readable(answer.Header, want))
	if q.request.Method == http.MethodGet {
		var a dataplane.Answer
		if err := json.Unmarshal([]byte(o.Body), &a); err != nil {
			problems = append(problems, fmt.Sprintf("the page read %q: %v", o.Body, err))
		}
		check("the page read the user's own answer", slices.Contains(a.Cookies, "session"), q.call.Credentials)
	}
	return problems
}

// exchanges returns how many preflights and requests must arrive: at least one
// of either, so that no call fails for a reason that has nothing to do with
// CORS; and no request that a preflight has not allowed.
func (q question) exchanges(want expectation) (preflights, requests int) {
	times := 1
	if q.call.Twice {
		times = 2
	}
	switch {
	case !want.Preflight:
		return 0, times
	case !want.Allowed:
		return times, 0
	case want.MaxAgeSeconds > 0:
		return 1, times
	}
	return times, times
}

// readable lists, sorted and in lower case, which headers of a response a page
// may read: https://fetch.spec.whatwg.org/#concept-filtered-response-cors.
func readable(h http.Header, want expectation) []string {
	names := slices.Clone(want.added)
	for name := range h {
		switch name = strings.ToLower(name); name {
		case "set-cookie", "set-cookie2": // never
		case "cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma":
			names = append(names, name)
		default:
			if slices.Contains(want.ExposeHeaders, name) || slices.Contains(want.ExposeHeaders, "*") {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}
