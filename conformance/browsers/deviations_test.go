package browsers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/corslate/corslate/policy"
)

// deviation is a way in which an engine does something else than the Fetch
// standard says. It is checked: a call to which it applies must show it, and
// there must be such a call.
type deviation struct {
	engines []string
	what    string
	link    string
	// change returns e as the engine has it; e itself if the call is not
	// concerned.
	change func(q question, e expectation) expectation
}

// deviations are all that is known. Beside them, both engines do what Fetch
// says in every call: neither takes `patch` for `PATCH`, for one.
var deviations = []*deviation{
	{
		engines: []string{"chromium", "firefox"},
		what: "`*` in Access-Control-Allow-Headers covers Authorization. Firefox has had Fetch's rule since 115, but behind a preference; Chromium " +
			"planned it for 116, and waits for the others.",
		link: "https://github.com/whatwg/fetch/issues/1919",
		change: func(q question, e expectation) expectation {
			if q.call.Credentials || !slices.Contains(q.server.policy.Spec().AllowHeaders, "*") || e.Reason != policy.ReasonHeader {
				return e
			}
			e.Verdict = q.server.policy.Check(q.without("Authorization"))
			e.Preflight = true
			return e
		},
	},
	{
		engines: []string{"chromium"},
		what: "A page cannot set User-Agent: what it sets is dropped, as if the name were forbidden, and needs no leave. Fetch took the name " +
			"from the list of forbidden ones in 2015.",
		link: "https://issues.chromium.org/issues/40450316",
		change: func(q question, e expectation) expectation {
			if !slices.Contains(q.request.Headers, "User-Agent") {
				return e
			}
			e.Verdict = q.server.policy.Check(q.without("User-Agent"))
			return e
		},
	},
	{
		engines: []string{"firefox"},
		what:    "A response by HTTP/2 seems to have a header X-Firefox-Spdy, which `*` in Access-Control-Expose-Headers exposes.",
		link:    "https://searchfox.org/mozilla-central/search?q=X-Firefox-Spdy",
		change: func(_ question, e expectation) expectation {
			if slices.Contains(e.ExposeHeaders, "*") {
				e.added = append(slices.Clone(e.added), "x-firefox-spdy")
			}
			return e
		},
	},
	{
		engines: []string{"firefox"},
		what: "What a preflight allowed by `*` is not remembered, whatever its max age: the cache of preflights compares names, and `*` is one. " +
			"The next call asks again.",
		link: "https://searchfox.org/mozilla-central/source/netwerk/protocol/http/nsCORSListenerProxy.cpp",
		change: func(q question, e expectation) expectation {
			spec := q.server.policy.Spec()
			byStar := func(name string, listed []string) bool {
				return slices.Contains(listed, "*") && !slices.ContainsFunc(listed, func(l string) bool { return strings.EqualFold(l, name) })
			}
			if q.call.Twice && !q.call.Credentials && (byStar(q.request.Method, spec.AllowMethods) && q.request.Method != http.MethodGet ||
				slices.ContainsFunc(q.request.Headers, func(h string) bool { return byStar(h, spec.AllowHeaders) })) {
				e.MaxAgeSeconds = 0
			}
			return e
		},
	},
	{
		engines: []string{"firefox"},
		what: "A preflight for HEAD is remembered only if Access-Control-Allow-Methods lists HEAD: the cache of preflights takes GET and POST " +
			"for allowed, but not the third safelisted method.",
		link: "https://searchfox.org/mozilla-central/source/netwerk/protocol/http/nsCORSListenerProxy.cpp",
		change: func(q question, e expectation) expectation {
			if q.call.Twice && q.request.Method == http.MethodHead && !slices.Contains(q.server.policy.Spec().AllowMethods, http.MethodHead) {
				e.MaxAgeSeconds = 0
			}
			return e
		},
	},
	{
		engines: []string{"chromium"},
		what: "A page with the origin null asks before every call, whatever the max age: the cache of preflights goes by the origin itself, not, " +
			"as in Fetch, by how it is written.",
		link: "https://source.chromium.org/chromium/chromium/src/+/main:services/network/cors/preflight_cache.h",
		change: func(q question, e expectation) expectation {
			if q.call.Twice && q.call.Page == "null" {
				e.MaxAgeSeconds = 0
			}
			return e
		},
	},
}

// deviationsOf returns those of an engine.
func deviationsOf(engine string) []*deviation {
	return slices.DeleteFunc(slices.Clone(deviations), func(d *deviation) bool { return !slices.Contains(d.engines, engine) })
}

// without returns the request without one of its headers.
func (q question) without(header string) policy.Request {
	r := q.request
	r.Headers = slices.DeleteFunc(slices.Clone(r.Headers), func(name string) bool { return strings.EqualFold(name, header) })
	return r
}
