package fetch_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corslate/corslate/internal/fetch"
	"github.com/corslate/corslate/policy"
)

// FuzzJudge checks what holds of every verdict, whatever the server answers.
// Answers are header lines, each "Name: value" and a line feed.
func FuzzJudge(f *testing.F) {
	for _, section := range sections {
		for _, c := range section.cases {
			r := c.request
			status, preflight := lines(c.preflight)
			_, actual := lines(c.actual)
			f.Add(r.Origin, r.Method, strings.Join(r.Headers, ","), r.Credentials, status, preflight, actual)
		}
	}
	f.Fuzz(func(t *testing.T, origin, method, headers string, credentials bool, status int, preflightLines, actualLines string) {
		if origin == "" || strings.ContainsAny(origin, "*, \t\r\n") {
			t.Skip("not a serialized origin")
		}
		r := policy.Request{Origin: origin, Method: method, Credentials: credentials}
		if headers != "" {
			r.Headers = strings.Split(headers, ",")
		}
		preflight := answer(status, splitLines(preflightLines)...)
		actual := answer(200, splitLines(actualLines)...)
		v := fetch.Judge(r, preflight, actual)
		check := func(ok bool, claim string) {
			t.Helper()
			if !ok {
				t.Errorf("%s\nrequest %+v\npreflight %+v\nactual %+v\nverdict %+v", claim, r, preflight, actual, v)
			}
		}

		check(v.Allowed == (v.Reason == ""), "a verdict has a reason exactly if it is a denial")
		check(v.Preflight == r.NeedsPreflight(), "the request decides on the preflight")
		check(v.Allowed || v.ExposeHeaders == nil, "a denial exposes nothing")
		check(v.Allowed && v.Preflight || v.MaxAgeSeconds == 0, "only an allowed preflight has an age")
		check(v.MaxAgeSeconds >= 0, "an age is not negative")
		check(slices.IsSorted(v.ExposeHeaders), "exposed names are sorted")
		check(len(slices.Compact(slices.Clone(v.ExposeHeaders))) == len(v.ExposeHeaders), "exposed names are unique")
		check(!slices.Contains(v.ExposeHeaders, "*") || len(v.ExposeHeaders) == 1 && !credentials, "* stands alone, without credentials")
		check(!slices.Contains(v.ExposeHeaders, "content-type") && !slices.Contains(v.ExposeHeaders, "set-cookie"), "exposed names depend on the server")

		if v.Allowed {
			answers := []*fetch.Response{actual}
			if v.Preflight {
				answers = append(answers, preflight)
				check(status/100 == 2, "an allowed preflight has an ok status")
			}
			for _, a := range answers {
				check(names(a, "Access-Control-Allow-Origin", origin) || !credentials && names(a, "Access-Control-Allow-Origin", "*"),
					"an allowing answer names the origin")
				check(!credentials || names(a, "Access-Control-Allow-Credentials", "true"), "an allowing answer allows the credentials")
			}

			less := r
			less.Credentials = false
			w := fetch.Judge(less, preflight, actual)
			check(w.Allowed, "what is allowed with credentials is allowed without")
			for _, name := range v.ExposeHeaders {
				check(slices.Contains(w.ExposeHeaders, name) || slices.Contains(w.ExposeHeaders, "*"), "credentials expose no more")
			}
			if len(r.Headers) > 0 {
				less = r
				less.Headers = r.Headers[1:]
				check(fetch.Judge(less, preflight, actual).Allowed, "what is allowed with a header is allowed without")
			}
			less = r
			less.Method = "GET"
			check(fetch.Judge(less, preflight, actual).Allowed, "where a method is allowed GET is")
		}

		reverse := func(resp *fetch.Response) *fetch.Response {
			reversed := &fetch.Response{Status: resp.Status, Header: resp.Header.Clone()}
			for _, values := range reversed.Header {
				slices.Reverse(values)
			}
			return reversed
		}
		check(cmp.Equal(v, fetch.Judge(r, reverse(preflight), reverse(actual))), "the order of lines does not matter")

		check(!fetch.Judge(r, preflight, plus(actual, "Access-Control-Allow-Origin", "*")).Allowed || actual.Header.Get("Access-Control-Allow-Origin") == "",
			"a second Access-Control-Allow-Origin denies")
		check(cmp.Equal(v, fetch.Judge(r, preflight, plus(actual, "Access-Control-Allow-Methods", "Bad value"))), "methods do not matter after the preflight")
		withGarbage := fetch.Judge(r, plus(preflight, "Access-Control-Allow-Headers", "Bad value"), actual)
		if v.Preflight {
			check(!withGarbage.Allowed, "garbage in a list denies")
		} else {
			check(cmp.Equal(v, withGarbage), "a preflight that is not sent does not matter")
		}
		check(cmp.Equal(v, fetch.Judge(r, plus(preflight, "Access-Control-Allow-Headers", ", ,"), actual)), "empty elements do not matter")
		if v.Allowed {
			more := plus(plus(preflight, "Access-Control-Allow-Methods", "X"), "Access-Control-Allow-Headers", "x")
			check(cmp.Equal(v, fetch.Judge(r, more, actual)), "longer lists allow no less")
		}
	})
}

func splitLines(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == '\n' })
}

func lines(resp *fetch.Response) (status int, text string) {
	if resp == nil {
		return 0, ""
	}
	var b strings.Builder
	for name, values := range resp.Header {
		for _, value := range values {
			b.WriteString(name + ":" + value + "\n")
		}
	}
	return resp.Status, b.String()
}

// names reports whether the answer has exactly one line of that name, with that
// value.
func names(resp *fetch.Response, name, value string) bool {
	var found []string
	for key, values := range resp.Header {
		if strings.EqualFold(key, name) {
			found = append(found, values...)
		}
	}
	return len(found) == 1 && strings.Trim(found[0], " \t") == value
}

// plus returns resp with one header line more.
func plus(resp *fetch.Response, name, value string) *fetch.Response {
	h := resp.Header.Clone()
	h.Add(name, value)
	return &fetch.Response{Status: resp.Status, Header: h}
}
