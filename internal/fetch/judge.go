package fetch

import (
	"net/http"
	"slices"

	"github.com/corslate/corslate/policy"
)

// The reasons of a verdict that no policy gives, only a server or a network at
// fault. They stand beside policy.ReasonOrigin and its siblings. Each is a
// network error in Fetch.
const (
	// ReasonNoPreflight: the request needs a preflight and got no answer to it.
	ReasonNoPreflight policy.Code = "preflight-missing"
	// ReasonStatus: the preflight's answer passes the CORS check, but its
	// status is not an ok status, 200 to 299. Redirects are not followed.
	// See https://fetch.spec.whatwg.org/#ok-status.
	ReasonStatus policy.Code = "preflight-status"
	// ReasonMalformed: the preflight's Access-Control-Allow-Methods or
	// Access-Control-Allow-Headers is not a comma-separated list of tokens. One
	// bad element in either spoils every request, also one that needs neither.
	// See https://fetch.spec.whatwg.org/#extract-header-list-values.
	ReasonMalformed policy.Code = "preflight-malformed-list"
	// ReasonNoResponse: the request itself got no answer.
	ReasonNoResponse policy.Code = "response-missing"
)

// Response is what a server answered, as far as the CORS protocol looks at it.
type Response struct {
	// Status is the HTTP status code of the final answer, not of an interim
	// one (1xx). Only a preflight's status matters: any status of an actual
	// response can be shared with the page.
	Status int
	// Header holds the header lines as they came, several lines of one name
	// kept apart. The case of names does not matter, nor do spaces and tabs
	// around a value. Nil is an answer without headers.
	Header http.Header
}

// Judge returns what a browser makes of the request r if the server answers
// its preflight with preflight and the request itself with actual.
//
// A nil answer is one that never came. If r.NeedsPreflight() is false no
// preflight is sent and preflight is not looked at; otherwise nil means
// [ReasonNoPreflight]. If the preflight fails, its reason is the verdict's and
// actual is not looked at, as the browser never sends the request; otherwise a
// nil actual means [ReasonNoResponse].
//
// The request must be one that a browser can make: a serialized origin, a
// method in its normalized spelling and header names that are tokens. The
// verdict on any other means nothing, but for a method that Fetch forbids to
// scripts (CONNECT, TRACE, TRACK): no server can allow it.
//
// MaxAgeSeconds is Access-Control-Max-Age in seconds; 5, Fetch's default, if
// that is absent, not a row of digits or given twice; and [math.MaxInt64] if it
// is beyond that, as RFC 9111 section 1.2.2 asks for. ExposeHeaders leaves out
// the names that say nothing: those that Fetch always exposes (Content-Type and
// others), those that it never exposes (Set-Cookie), and, for a credentialed
// request, `*`, which then is the name of a header that nobody sends. A
// malformed Access-Control-Expose-Headers exposes nothing.
//
// See https://fetch.spec.whatwg.org/#cors-preflight-fetch,
// https://fetch.spec.whatwg.org/#cors-check and
// https://fetch.spec.whatwg.org/#main-fetch.
func Judge(r policy.Request, preflight, actual *Response) policy.Verdict {
	v := policy.Verdict{Preflight: r.NeedsPreflight()}
	if v.Preflight {
		if v.Reason = preflightFailure(r, preflight); v.Reason != "" {
			return v
		}
	}
	if v.Reason = actualFailure(r, actual); v.Reason != "" {
		return v
	}
	v.Allowed = true
	v.ExposeHeaders = exposedHeaders(r, actual.Header)
	if v.Preflight {
		v.MaxAgeSeconds = maxAgeSeconds(preflight.Header)
	}
	return v
}

// preflightFailure returns why the answer to the preflight stops the request,
// or the empty code.
func preflightFailure(r policy.Request, resp *Response) policy.Code {
	if resp == nil {
		return ReasonNoPreflight
	}
	if reason := corsCheck(r, resp.Header); reason != "" {
		return reason
	}
	if resp.Status < 200 || resp.Status > 299 {
		return ReasonStatus
	}
	methods, ok := extractList(resp.Header, "access-control-allow-methods")
	if !ok {
		return ReasonMalformed
	}
	names, ok := extractList(resp.Header, "access-control-allow-headers")
	if !ok {
		return ReasonMalformed
	}
	if !allowsMethod(r, methods) {
		return policy.ReasonMethod
	}
	if !allowsHeaders(r, names) {
		return policy.ReasonHeader
	}
	return ""
}

// actualFailure returns why the page may not read the answer to the request
// itself, or the empty code.
func actualFailure(r policy.Request, resp *Response) policy.Code {
	if resp == nil {
		return ReasonNoResponse
	}
	return corsCheck(r, resp.Header)
}

// corsCheck is https://fetch.spec.whatwg.org/#cors-check. It returns the empty
// code for success.
func corsCheck(r policy.Request, h http.Header) policy.Code {
	origin, ok := get(h, "access-control-allow-origin")
	switch {
	case !ok:
		return policy.ReasonOrigin
	case !r.Credentials && origin == wildcard:
		return ""
	case origin != r.Origin && origin == wildcard:
		return policy.ReasonCredentials
	case origin != r.Origin:
		return policy.ReasonOrigin
	case !r.Credentials:
		return ""
	}
	if credentials, _ := get(h, "access-control-allow-credentials"); credentials != "true" {
		return policy.ReasonCredentials
	}
	return ""
}

// allowsMethod is the step of the CORS-preflight fetch that compares the
// request's method, with its case, with those that the server allows. Fetch
// stops a forbidden method long before, when the page makes the request.
func allowsMethod(r policy.Request, allowed []string) bool {
	method := requestMethod(r)
	if forbiddenMethods[byteLower(method)] {
		return false
	}
	return safelistedMethods[method] ||
		slices.Contains(allowed, method) ||
		!r.Credentials && slices.Contains(allowed, wildcard)
}

// allowsHeaders is the two steps of the CORS-preflight fetch that compare the
// names of the request's headers, without case, with those that the server
// allows: first the CORS non-wildcard request-header name, then all.
func allowsHeaders(r policy.Request, allowed []string) bool {
	listed := make(map[string]bool, len(allowed))
	for _, name := range allowed {
		listed[byteLower(name)] = true
	}
	for _, name := range unsafeNames(r) {
		wild := !r.Credentials && listed[wildcard] && name != nonWildcardRequestHeader
		if !listed[name] && !wild {
			return false
		}
	}
	return true
}

// exposedHeaders is the step of main fetch that fills the response's
// CORS-exposed header-name list, in the form of policy.Verdict.
func exposedHeaders(r policy.Request, h http.Header) []string {
	names, ok := extractList(h, "access-control-expose-headers")
	if !ok {
		return nil
	}
	if !r.Credentials && slices.Contains(names, wildcard) {
		return []string{wildcard}
	}
	var exposed []string
	for _, name := range names {
		name = byteLower(name)
		if name != wildcard && !safelistedResponseHeaders[name] && !forbiddenResponseHeaders[name] {
			exposed = append(exposed, name)
		}
	}
	slices.Sort(exposed)
	return slices.Compact(exposed)
}
