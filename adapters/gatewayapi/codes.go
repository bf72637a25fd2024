package gatewayapi

import "github.com/corslate/corslate/policy"

// What the API server refuses. The effect is [policy.Malformed], but for
// [CodeTooMany], [CodeTooLong] and [CodeMaxAge] in what Render reports, where it
// is the effect of what became of the value.
const (
	CodeFilterType     policy.Code = "filter-type"          // cors without type CORS, or the reverse
	CodeOriginSyntax   policy.Code = "origin-pattern"       // an origin that the schema's pattern refuses
	CodeMethodUnknown  policy.Code = "method-enum"          // a method outside the nine of the schema
	CodeHeaderSyntax   policy.Code = "header-pattern"       // a header name that is no token
	CodeWildcardBeside policy.Code = "wildcard-not-alone"   // * beside other origins, methods or request headers
	CodeDuplicate      policy.Code = "duplicate-entry"      // an entry twice in a list that is a set
	CodeTooMany        policy.Code = "too-many-entries"     // more than 64 origins, 9 methods, 64 headers
	CodeTooLong        policy.Code = "entry-too-long"       // an origin over 253 or a header name over 256 characters
	CodeMaxAge         policy.Code = "max-age-range"        // seconds outside 1 to 2147483647
	CodeFilterRepeated policy.Code = "cors-filter-repeated" // more than one CORS filter in a rule
	CodeTooManyFilters policy.Code = "too-many-filters"     // no room for a CORS filter among 16
)

// What a filter means, and how readers of it differ.
const (
	// CodeOriginNeverSent: no browser sends this origin (port 0 or 99999, a
	// host like 1.2.3; upper case and default ports where the implementation
	// compares byte by byte). It allows nothing.
	CodeOriginNeverSent policy.Code = "origin-never-sent"
	// CodeOriginSpelling: upper case, a default port or a port with leading
	// zeros. The specification does not say whether that matches, so it is
	// taken to; most implementations compare byte by byte and never match it.
	CodeOriginSpelling policy.Code = "origin-spelling"
	// CodeWildcardDiffers: the `*` of a host. Implementations take different
	// characters for it beside those of DNS labels.
	CodeWildcardDiffers policy.Code = "implementations-differ-on-hosts"
	// CodePortsDiffer: `https://*` without a port. Implementations differ in
	// whether it takes other ports than the default.
	CodePortsDiffer policy.Code = "implementations-differ-on-ports"
	// CodeNullDiffers: a lone `*` in allowOrigins. Implementations differ in
	// whether it takes the origin null.
	CodeNullDiffers policy.Code = "implementations-differ-on-null"
	// CodeAuthorizationDiffers: a lone `*` in allowHeaders without credentials.
	// A gateway that echoes lets Authorization through; one that sends a
	// literal `*`, which the specification allows too, does not.
	CodeAuthorizationDiffers policy.Code = "implementations-differ-on-authorization"
	// CodeExposeAnyDiffers: `*` in exposeHeaders with credentials. The
	// specification forbids gateways to send it; implementations send it,
	// send part of the list, or nothing.
	CodeExposeAnyDiffers policy.Code = "implementations-differ-on-expose"
	// CodeReflectsAny: a lone `*` in allowOrigins with credentials.
	CodeReflectsAny policy.Code = "reflects-every-origin"
	// CodeMethodNeverSent: CONNECT or TRACE, which scripts cannot send.
	CodeMethodNeverSent policy.Code = "method-never-sent"
	// CodeNoVary: answers depend on the origin and no `Vary: Origin` says so.
	CodeNoVary policy.Code = "no-vary"
	// CodePreflightAnswered: the gateway answers preflights, the application
	// never sees them.
	CodePreflightAnswered policy.Code = "preflight-answered"
	// CodeApplicationHeaders: CORS headers of the application reach browsers
	// where the filter sets none.
	CodeApplicationHeaders policy.Code = "application-headers"
)

// What a filter cannot say. The effect tells what Render did about it.
const (
	CodeOriginNull     policy.Code = "origin-null"               // null is only in a lone *, if there
	CodeOriginHost     policy.Code = "origin-inexpressible"      // another scheme than http and https, IPv6, a host with _
	CodeOriginWildcard policy.Code = "origin-wildcard"           // one label, any port; any depth as the implementation has it
	CodeOriginRegexp   policy.Code = "origin-regexp"             // no list of origins and wildcards means the same
	CodeMethod         policy.Code = "method-inexpressible"      // a method outside the nine
	CodeHeadersAny     policy.Code = "headers-any-authorization" // * with Authorization or without, the other than was asked
	CodeExposeAny      policy.Code = "expose-any-credentials"    // * in exposed headers, with credentials
)

// What is about a whole HTTPRoute.
const (
	// CodeNoRule: a name or index of the options, or the whole route, has no
	// rule. The rule that the API server adds to a route without any is not
	// made up here: write it out.
	CodeNoRule policy.Code = "no-rule"
	// CodeRulesDisagree: the picked rules have different policies. There is one
	// finding per rule: Path is the rule's, Value its policy.Spec as compact
	// JSON, or empty if the rule has no CORS filter.
	CodeRulesDisagree policy.Code = "rules-disagree"
	// CodeMethodMatch: a match on a method keeps preflights, which are OPTIONS
	// requests, out of the rule.
	CodeMethodMatch policy.Code = "method-match-without-options"
	// CodeHeaderMatch: a match on a header that preflights lack keeps them out
	// of the rule.
	CodeHeaderMatch policy.Code = "header-match-without-preflight"
	// CodeRedirect: the rule redirects; gateways that are built on Envoy then
	// bypass the CORS filter.
	CodeRedirect policy.Code = "redirect-bypasses-cors"
	// CodeBackendFilter: a CORS filter of a backendRef. It is left alone:
	// implementations reject or ignore it.
	CodeBackendFilter policy.Code = "backend-filter"
)
