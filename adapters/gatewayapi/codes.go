package gatewayapi

import "github.com/corslate/corslate/policy"

// What the API server refuses. The effect is [policy.Malformed], but for
// [CodeTooMany] and [CodeTooLong] in what Render reports, where it is the effect
// of what became of the value.
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
)

// What is about a whole HTTPRoute.
const (
	// CodeRedirect: the rule redirects; gateways that are built on Envoy then
	// bypass the CORS filter.
	CodeRedirect policy.Code = "redirect-bypasses-cors"
	// CodeBackendFilter: a CORS filter of a backendRef. It is left alone:
	// implementations reject or ignore it.
	CodeBackendFilter policy.Code = "backend-filter"
)
