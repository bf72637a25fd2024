package policy

import (
	"slices"
	"strings"
)

// Request is a cross-origin request that a page's script makes.
type Request struct {
	// Origin is the serialized origin of the page, as the browser sends it:
	// "https://a.example", "http://localhost:3000" or "null".
	Origin string `json:"origin"`
	// Method is the request's method, after the browser's normalization ("put"
	// is sent as "PUT", "patch" as "patch"). Empty means GET.
	Method string `json:"method"`
	// Headers names the request headers that the browser asks leave for: those
	// that the page sets and that are not CORS-safelisted with the value they
	// have. Case does not matter. A name that Fetch forbids to scripts is
	// ignored, as browsers never send what the page set.
	Headers []string `json:"headers,omitempty"`
	// Credentials is true for credentials mode "include": cookies, HTTP
	// authentication and TLS client certificates go along.
	Credentials bool `json:"credentials"`
}

// Verdict is what a browser makes of a [Request].
type Verdict struct {
	// Allowed is true if the request is sent and the page may read the response.
	Allowed bool `json:"allowed"`
	// Preflight is true if the browser asks first with an OPTIONS request.
	Preflight bool `json:"preflight"`
	// Reason says why not. It is empty exactly when Allowed is true.
	Reason Code `json:"reason,omitempty"`
	// ExposeHeaders lists, sorted and in lower case, the response headers that
	// the page may read beside those that are CORS-safelisted; "*" alone means
	// all. It is empty unless Allowed is true.
	ExposeHeaders []string `json:"exposeHeaders,omitempty"`
	// MaxAgeSeconds is how long the browser may remember the preflight's
	// answer, before the browser's own cap. It is 0 unless Allowed and
	// Preflight are true.
	MaxAgeSeconds int64 `json:"maxAgeSeconds,omitempty"`
}

// The reasons of a [Verdict], in the order in which a browser finds them.
const (
	ReasonOrigin      Code = "origin-not-allowed"
	ReasonCredentials Code = "credentials-not-allowed"
	ReasonMethod      Code = "method-not-allowed"
	ReasonHeader      Code = "header-not-allowed"
)

// NeedsPreflight reports whether a browser asks before it sends the request:
// its method is not CORS-safelisted, or a header needs leave.
// See https://fetch.spec.whatwg.org/#cors-preflight-fetch.
func (r Request) NeedsPreflight() bool {
	if !safelistedMethod(r.Method) {
		return true
	}
	for _, h := range r.Headers {
		if !forbiddenRequestHeader(strings.ToLower(h)) {
			return true
		}
	}
	return false
}

// Check says what a browser that meets this policy on the server makes of the
// request: https://fetch.spec.whatwg.org/#http-cors-protocol.
func (p *Policy) Check(r Request) Verdict {
	v := Verdict{Preflight: r.NeedsPreflight(), Reason: p.reason(r)}
	if v.Allowed = v.Reason == ""; !v.Allowed {
		return v
	}
	v.ExposeHeaders = p.exposed(r.Credentials)
	if v.Preflight {
		v.MaxAgeSeconds = p.maxAge
	}
	return v
}

func (p *Policy) reason(r Request) Code {
	switch {
	case !p.AllowsOrigin(r.Origin):
		return ReasonOrigin
	case r.Credentials && !p.spec.AllowCredentials:
		return ReasonCredentials
	case !p.allowsMethod(r.Method):
		return ReasonMethod
	}
	for _, h := range r.Headers {
		if !p.allowsHeader(strings.ToLower(h)) {
			return ReasonHeader
		}
	}
	return ""
}

func (p *Policy) allowsMethod(method string) bool {
	return safelistedMethod(method) || p.methods.lists(method) || p.methods.all && !forbiddenMethod(method)
}

// allowsHeader takes a name in lower case.
func (p *Policy) allowsHeader(name string) bool {
	return forbiddenRequestHeader(name) || p.headers.lists(name) || p.headers.all && name != authorization
}

// exposed lists what a page may read of a response beside what every page may.
func (p *Policy) exposed(credentials bool) []string {
	if p.expose.all && !credentials {
		return []string{"*"}
	}
	var names []string
	for name := range p.expose.names {
		if name != "*" && !readableResponseHeader(name) && !forbiddenResponseHeader(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
