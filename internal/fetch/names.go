package fetch

import "strings"

// wildcard is the value that stands for everything when a request goes without
// credentials. See https://fetch.spec.whatwg.org/#http-new-header-syntax.
const wildcard = "*"

// nonWildcardRequestHeader is the one request header that the wildcard does not
// cover. See https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name.
const nonWildcardRequestHeader = "authorization"

// safelistedMethods is https://fetch.spec.whatwg.org/#cors-safelisted-method.
var safelistedMethods = map[string]bool{"GET": true, "HEAD": true, "POST": true}

// forbiddenMethods is https://fetch.spec.whatwg.org/#forbidden-method, in lower
// case; case does not matter.
var forbiddenMethods = map[string]bool{"connect": true, "trace": true, "track": true}

// safelistedResponseHeaders is the fixed part of
// https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name.
var safelistedResponseHeaders = map[string]bool{
	"cache-control":    true,
	"content-language": true,
	"content-length":   true,
	"content-type":     true,
	"expires":          true,
	"last-modified":    true,
	"pragma":           true,
}

// forbiddenResponseHeaders is
// https://fetch.spec.whatwg.org/#forbidden-response-header-name.
var forbiddenResponseHeaders = map[string]bool{"set-cookie": true, "set-cookie2": true}

// forbiddenRequestHeaders is the list of names in
// https://fetch.spec.whatwg.org/#forbidden-request-header.
var forbiddenRequestHeaders = map[string]bool{
	"accept-charset":                 true,
	"accept-encoding":                true,
	"access-control-request-headers": true,
	"access-control-request-method":  true,
	"connection":                     true,
	"content-length":                 true,
	"cookie":                         true,
	"cookie2":                        true,
	"date":                           true,
	"dnt":                            true,
	"expect":                         true,
	"host":                           true,
	"keep-alive":                     true,
	"origin":                         true,
	"referer":                        true,
	"set-cookie":                     true,
	"te":                             true,
	"trailer":                        true,
	"transfer-encoding":              true,
	"upgrade":                        true,
	"via":                            true,
}

// forbiddenRequestHeader reports whether Fetch forbids the lower-case name to
// scripts whatever the value. X-HTTP-Method-Override and its two siblings are
// forbidden with some values only, and a policy.Request has no values, so they
// count as allowed.
func forbiddenRequestHeader(name string) bool {
	return forbiddenRequestHeaders[name] ||
		strings.HasPrefix(name, "proxy-") ||
		strings.HasPrefix(name, "sec-")
}

// byteLower is https://infra.spec.whatwg.org/#byte-lowercase. Unlike
// [strings.ToLower] it leaves alone what is not ASCII, such as the Kelvin sign.
func byteLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c - 'A' + 'a'
		}
	}
	return string(b)
}
