package fetch

import (
	"net/http"
	"strconv"
	"strings"
)

// httpSpace is https://fetch.spec.whatwg.org/#http-tab-or-space, which is also
// the optional whitespace of RFC 9110 section 5.6.3.
const httpSpace = " \t"

// defaultMaxAgeSeconds is what the CORS-preflight fetch takes for an
// Access-Control-Max-Age that is absent or malformed.
const defaultMaxAgeSeconds = 5

// lines returns the values of all header lines of the lower-case name. Keys
// that differ in case only come in any order, which decides nothing: what is
// read as a list is read as a set, and of anything else two lines are one too
// many.
func lines(h http.Header, name string) []string {
	var values []string
	for key, vs := range h {
		if byteLower(key) != name {
			continue
		}
		for _, v := range vs {
			values = append(values, strings.Trim(v, httpSpace))
		}
	}
	return values
}

// get is https://fetch.spec.whatwg.org/#concept-header-list-get; ok is false
// for null.
func get(h http.Header, name string) (value string, ok bool) {
	values := lines(h, name)
	return strings.Join(values, ", "), len(values) > 0
}

// extractList is https://fetch.spec.whatwg.org/#extract-header-list-values for
// a header whose ABNF is a list of tokens (#method, #field-name), by the rules
// for recipients of RFC 9110 section 5.6.1.2: elements may be empty. A header
// that is absent is an empty list; ok is false for failure.
func extractList(h http.Header, name string) (items []string, ok bool) {
	for _, line := range lines(h, name) {
		for item := range strings.SplitSeq(line, ",") {
			item = strings.Trim(item, httpSpace)
			if item == "" {
				continue
			}
			if !isToken(item) {
				return nil, false
			}
			items = append(items, item)
		}
	}
	return items, true
}

// maxAgeSeconds is https://fetch.spec.whatwg.org/#extract-header-list-values
// for Access-Control-Max-Age, whose ABNF is delta-seconds, one row of digits.
func maxAgeSeconds(h http.Header) int64 {
	values := lines(h, "access-control-max-age")
	if len(values) != 1 || values[0] == "" || strings.Trim(values[0], "0123456789") != "" {
		return defaultMaxAgeSeconds
	}
	// The only error left is one of range, with the greatest number as result.
	seconds, _ := strconv.ParseInt(values[0], 10, 64)
	return seconds
}

// isToken is the token of RFC 9110 section 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		if !isTokenByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isTokenByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}
