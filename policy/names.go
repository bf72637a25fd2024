package policy

import "strings"

// The tables of the Fetch standard. Header names are in lower case.

// safelistedMethod is https://fetch.spec.whatwg.org/#cors-safelisted-method.
// The empty method stands for GET.
func safelistedMethod(method string) bool {
	switch method {
	case "", "GET", "HEAD", "POST":
		return true
	}
	return false
}

// forbiddenMethod is https://fetch.spec.whatwg.org/#forbidden-method.
func forbiddenMethod(method string) bool {
	switch strings.ToUpper(method) {
	case "CONNECT", "TRACE", "TRACK":
		return true
	}
	return false
}

// normalizedMethod is https://fetch.spec.whatwg.org/#concept-method-normalize:
// browsers upper-case these six, whatever their spelling, and no other.
func normalizedMethod(method string) string {
	switch upper := strings.ToUpper(method); upper {
	case "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT":
		return upper
	}
	return method
}

// forbiddenRequestHeader is https://fetch.spec.whatwg.org/#forbidden-request-header,
// for names: scripts cannot set them, so no policy can grant them.
func forbiddenRequestHeader(name string) bool {
	switch name {
	case "accept-charset", "accept-encoding", "access-control-request-headers",
		"access-control-request-method", "connection", "content-length", "cookie",
		"cookie2", "date", "dnt", "expect", "host", "keep-alive", "origin", "referer",
		"set-cookie", "te", "trailer", "transfer-encoding", "upgrade", "via":
		return true
	}
	return strings.HasPrefix(name, "proxy-") || strings.HasPrefix(name, "sec-")
}

// safelistedRequestHeader is https://fetch.spec.whatwg.org/#cors-safelisted-request-header,
// for names whose value is safelisted unless it is unusual. Content-Type and
// Range are not among them: what applications send there mostly is not.
func safelistedRequestHeader(name string) bool {
	switch name {
	case "accept", "accept-language", "content-language":
		return true
	}
	return false
}

// readableResponseHeader is https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name:
// every page may read these.
func readableResponseHeader(name string) bool {
	switch name {
	case "cache-control", "content-language", "content-length", "content-type",
		"expires", "last-modified", "pragma":
		return true
	}
	return false
}

// forbiddenResponseHeader is https://fetch.spec.whatwg.org/#forbidden-response-header-name:
// no page may read these.
func forbiddenResponseHeader(name string) bool {
	return name == "set-cookie" || name == "set-cookie2"
}

// authorization is the one CORS non-wildcard request-header name,
// https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name.
const authorization = "authorization"

// token reports whether s is a token of RFC 9110, section 5.6.2: what methods
// and header names are made of.
func token(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}
