package browsers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/corslate/corslate/policy"
)

// question is a call and what the policy is asked about it.
type question struct {
	server  server
	call    Call
	request policy.Request
}

// pages are the origins from which each server is called: one, and those that a
// mistake takes for it.
var pages = []string{
	"https://app.example",
	"https://app.example:8443",         // another port
	"http://app.example",               // another scheme
	"https://www.app.example",          // one label more
	"https://a.b.app.example",          // two
	"https://a_b.app.example",          // one, but with what no wildcard covers
	"https://wwwxapp.example",          // a dot that is none
	"https://evilapp.example",          // no start anchor
	"https://app.example.evil.example", // no end anchor
	"https://ends-in.null",
	"http://localhost:3000",
	"https://[::1]:3000",
	"null", // last: the frame has a page of its own around it
}

// sets of request headers, with those for which a browser asks leave: see
// https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names.
var headerSets = []struct {
	headers map[string]string
	asks    []string
}{
	{map[string]string{"Authorization": "Bearer 1"}, []string{"Authorization"}},
	{map[string]string{"Content-Type": "application/json"}, []string{"Content-Type"}},
	{map[string]string{"Content-Type": "text/plain"}, nil},
	{map[string]string{"X-Requested-With": "fetch"}, []string{"X-Requested-With"}},
	{map[string]string{"x-other": "1", "authorization": "Bearer 1"}, []string{"x-other", "authorization"}},
	{map[string]string{"Content-Type": "application/json", "Authorization": "Bearer 1"}, []string{"Content-Type", "Authorization"}},
	{map[string]string{"Range": "bytes=0-9"}, nil},
	{map[string]string{"Range": "bytes=-9"}, []string{"Range"}},
	{map[string]string{"Accept-Language": "de"}, nil},
	{map[string]string{"Accept": "(text/plain)"}, []string{"Accept"}},
	{map[string]string{"If-Match": `"1"`}, []string{"If-Match"}},
	{map[string]string{"Dnt": "1"}, nil}, // the page cannot set it, which is no error
	{map[string]string{"User-Agent": "corslate"}, []string{"User-Agent"}},
}

var methods = []string{"HEAD", "POST", "PUT", "put", "PATCH", "patch", "DELETE", "delete", "OPTIONS", "PURGE"}

// questions returns what is asked of a server: from every page a read, with
// credentials and without; from a page that may each method and header, and some
// from one that may not and from a sandboxed frame.
func questions(s server) []question {
	var all []question
	add := func(c Call, asks ...string) {
		c.Server = s.host
		all = append(all, question{s, c, policy.Request{Origin: c.Page, Method: normalized(c.Method), Headers: asks, Credentials: c.Credentials}})
	}
	for _, page := range pages {
		for _, credentials := range []bool{false, true} {
			add(Call{Page: page, Credentials: credentials})
		}
	}
	for _, credentials := range []bool{false, true} {
		inside, others := insideAndOutside(s.policy)
		for _, method := range methods {
			// nginx answers 400 to any method that is not in upper case,
			// whatever its configuration: see ../deviations.yaml.
			if method != "patch" || !strings.HasPrefix(s.name, "nginx:") {
				add(Call{Page: inside, Method: method, Credentials: credentials})
			}
		}
		for _, set := range headerSets {
			add(Call{Page: inside, Headers: set.headers, Credentials: credentials}, set.asks...)
		}
		// Whether 5 seconds, the default, have passed is nobody's to say.
		if age := s.policy.MaxAgeSeconds(); age == 0 || age >= 600 {
			custom := map[string]string{"X-Requested-With": "fetch"}
			add(Call{Page: inside, Method: "PUT", Credentials: credentials, Twice: true})
			add(Call{Page: inside, Headers: custom, Credentials: credentials, Twice: true}, "X-Requested-With")
			add(Call{Page: inside, Method: "HEAD", Headers: custom, Credentials: credentials, Twice: true}, "X-Requested-With")
		}
		for _, page := range others {
			add(Call{Page: page, Method: "PUT", Credentials: credentials})
			add(Call{Page: page, Headers: map[string]string{"Authorization": "Bearer 1"}, Credentials: credentials}, "Authorization")
		}
	}
	return all
}

// insideAndOutside returns a page that the policy allows, if there is one, and
// others: one that it does not allow, and the sandboxed frame.
func insideAndOutside(p *policy.Policy) (inside string, others []string) {
	i := max(0, slices.IndexFunc(pages, p.AllowsOrigin))
	if j := slices.IndexFunc(pages, func(page string) bool { return !p.AllowsOrigin(page) }); j >= 0 && j != i {
		others = append(others, pages[j])
	}
	if inside = pages[i]; inside != "null" && !slices.Contains(others, "null") {
		others = append(others, "null")
	}
	return inside, others
}

// normalized is https://fetch.spec.whatwg.org/#concept-method-normalize.
func normalized(method string) string {
	switch upper := strings.ToUpper(method); upper {
	case "":
		return http.MethodGet
	case "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT":
		return upper
	}
	return method
}
