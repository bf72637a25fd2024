package fetch_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/corslate/corslate/internal/fetch"
	"github.com/corslate/corslate/policy"
)

// A browser lets through what the policy grants if the server is correct:
// Judge on the server's answers and Check on the policy are the same verdict,
// whichever of the ways to be correct the server takes.
func TestJudgeAgreesWithCheck(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := specs.Draw(t, "spec")
		r := requests.Draw(t, "request")
		p, err := policy.New(spec)
		if err != nil {
			t.Fatalf("generated a malformed spec: %v", err)
		}
		s := server{
			spec:         spec,
			allowsOrigin: p.AllowsOrigin,
			fixed:        rapid.Bool().Draw(t, "fixed"),
			spelling:     spellings.Draw(t, "spelling"),
		}

		var preflight *fetch.Response
		if r.NeedsPreflight() {
			preflight = s.preflight(fetch.PreflightRequest(r))
		}
		actual := s.actual(r.Origin)
		if diff := cmp.Diff(p.Check(r), fetch.Judge(r, preflight, actual)); diff != "" {
			t.Fatalf("(-Check +Judge):\n%s\npreflight %+v\nactual %+v", diff, preflight, actual)
		}
	})
}

// server implements a policy correctly, from the words of its Spec.
type server struct {
	spec         policy.Spec
	allowsOrigin func(string) bool
	// fixed is whether the server says the same to everyone where it can, lists
	// and `*` included, instead of naming what was asked.
	fixed    bool
	spelling spelling
}

func (s server) preflight(asked http.Header) *fetch.Response {
	h := s.origin(asked.Get("Origin"))
	if h == nil {
		return &fetch.Response{Status: http.StatusForbidden}
	}
	methods, names := s.spec.AllowMethods, s.spec.AllowHeaders
	if !s.canFix(methods) {
		methods = slices.DeleteFunc(asked.Values("Access-Control-Request-Method"), func(method string) bool { return !s.grantsMethod(method) })
	}
	if !s.canFix(names) {
		names = slices.DeleteFunc(strings.Split(asked.Get("Access-Control-Request-Headers"), ","), func(name string) bool { return !s.grantsHeader(name) })
	}
	s.spelling.write(h, "Access-Control-Allow-Methods", methods)
	s.spelling.write(h, "Access-Control-Allow-Headers", names)
	if s.spec.MaxAgeSeconds != nil {
		h.Set("Access-Control-Max-Age", strconv.FormatInt(*s.spec.MaxAgeSeconds, 10))
	}
	return &fetch.Response{Status: http.StatusNoContent, Header: h}
}

// canFix reports whether a list of the Spec can be sent as it is: `*` means
// everything only where no credentials are let in.
func (s server) canFix(list []string) bool {
	return s.fixed && !(s.spec.AllowCredentials && slices.Contains(list, "*"))
}

func (s server) grantsMethod(method string) bool {
	return slices.Contains(s.spec.AllowMethods, method) || slices.Contains(s.spec.AllowMethods, "*")
}

func (s server) grantsHeader(name string) bool {
	return slices.ContainsFunc(s.spec.AllowHeaders, func(allowed string) bool { return strings.EqualFold(allowed, name) }) ||
		slices.Contains(s.spec.AllowHeaders, "*") && name != "" && name != "authorization"
}

func (s server) actual(origin string) *fetch.Response {
	h := s.origin(origin)
	if h != nil {
		s.spelling.write(h, "Access-Control-Expose-Headers", s.spec.ExposeHeaders)
	}
	return &fetch.Response{Status: http.StatusOK, Header: h}
}

// origin returns the header lines that let the origin in, or nil.
func (s server) origin(origin string) http.Header {
	if !s.allowsOrigin(origin) {
		return nil
	}
	h := http.Header{"Access-Control-Allow-Origin": {origin}}
	if s.canFix(s.spec.AllowOrigins) && slices.Contains(s.spec.AllowOrigins, "*") {
		h.Set("Access-Control-Allow-Origin", "*")
	}
	if s.spec.AllowCredentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	return h
}

// spelling is how a server writes a list; it means nothing.
type spelling struct {
	separator string // between elements; "" is a header line for each
	empty     bool   // whether an empty list is written out
	upper     bool   // whether names of headers are in upper case
}

func (s spelling) write(h http.Header, name string, items []string) {
	if s.upper && name != "Access-Control-Allow-Methods" {
		items = slices.Clone(items)
		for i, item := range items {
			items[i] = strings.ToUpper(item)
		}
	}
	switch {
	case len(items) == 0 && !s.empty:
	case s.separator == "" && len(items) > 0:
		h[name] = items
	default:
		h.Set(name, strings.Join(items, s.separator))
	}
}

var spellings = rapid.Custom(func(t *rapid.T) spelling {
	return spelling{
		separator: rapid.SampledFrom([]string{",", ", ", " ,\t,", ""}).Draw(t, "separator"),
		empty:     rapid.Bool().Draw(t, "empty"),
		upper:     rapid.Bool().Draw(t, "upper"),
	}
})

var specs = rapid.Custom(func(t *rapid.T) policy.Spec {
	spec := policy.Spec{
		AllowOrigins: some(t, "origins", "*", "null", "https://a.example", "http://a.example", "https://b.example:8443", "http://[::1]:3000",
			"capacitor://localhost", "https://*.a.example", "https://**.a.example", "https://**", "https://a.example:*"),
		AllowMethods:     some(t, "methods", "*", "GET", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "patch", "CHICKEN"),
		AllowHeaders:     some(t, "headers", "*", "Authorization", "X-Test", "x-other", "Content-Type", "Range", "If-Match"),
		ExposeHeaders:    some(t, "expose", "*", "X-Total", "etag", "Link", "Content-Type", "Authorization", "Set-Cookie"),
		AllowCredentials: rapid.Bool().Draw(t, "credentials"),
	}
	if rapid.Bool().Draw(t, "has max age") {
		seconds := rapid.Int64Min(0).Draw(t, "max age")
		spec.MaxAgeSeconds = &seconds
	}
	return spec
})

var requests = rapid.Custom(func(t *rapid.T) policy.Request {
	return policy.Request{
		Origin: rapid.SampledFrom([]string{"null", "https://a.example", "http://a.example", "https://a.example:8443", "https://b.example:8443",
			"http://[::1]:3000", "capacitor://localhost", "https://x.a.example", "https://y.x.a.example", "https://evil-a.example"}).Draw(t, "origin"),
		Method:      rapid.SampledFrom([]string{"", "GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "patch", "CHICKEN", "TRACE", "*"}).Draw(t, "method"),
		Headers:     some(t, "asked", "Authorization", "authorization", "X-Test", "x-test", "X-Other", "content-type", "Range", "Cookie", "Sec-Test", "*"),
		Credentials: rapid.Bool().Draw(t, "include"),
	}
})

// some draws a few of the items, each at most once, in any order.
func some(t *rapid.T, label string, items ...string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(items), 0, 4, rapid.ID[string]).Draw(t, label)
}
