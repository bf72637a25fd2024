package istio

import "github.com/corslate/corslate/policy"

// How Envoy reads a fragment: findings of [Parse] and [Extract].
const (
	// A prefix or regular expression matches the one-character text "*", which
	// Envoy tries first: every origin is allowed.
	CodeMatcherOpensAll policy.Code = "matcher-opens-all"
	// A prefix ends within a host, so hosts of anybody's choice begin with it.
	CodePrefixInHost policy.Code = "prefix-in-host"
	// A prefix ends within a scheme, so several schemes begin with it.
	CodePrefixInScheme policy.Code = "prefix-in-scheme"
	// A prefix ends within a port, so several ports begin with it.
	CodePrefixInPort policy.Code = "prefix-in-port"
	// The deprecated allowOrigin is in use.
	CodeDeprecatedAllowOrigin policy.Code = "allow-origin-deprecated"
	// allowOrigin stands beside allowOrigins and is ignored.
	CodeAllowOriginIgnored policy.Code = "allow-origin-ignored"
	// "*" stands beside other names, so Envoy sends it as it is and browsers
	// take it for a wildcard in requests without credentials only.
	CodeLiteralStar policy.Code = "star-is-literal"
	// A header name has a comma: it becomes several names.
	CodeHeaderComma policy.Code = "header-name-has-comma"
	// Preflights of other origins reach the application.
	CodePreflightsForwarded policy.Code = "preflights-forwarded"
)

// What Istio's validation refuses: [Parse] fails with these. See validateCORSPolicy in
// https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go.
const (
	CodeMatcherEmpty    policy.Code = "matcher-empty"                // an origin matcher without text
	CodeRegexpSyntax    policy.Code = "regexp-syntax"                // no RE2 regular expression
	CodeRegexpLength    policy.Code = "regexp-too-long"              // more than 1024 bytes; Render leaves such patterns out
	CodeMethodUnknown   policy.Code = "method-unknown"               // none of the nine that Istio knows
	CodeHeaderSyntax    policy.Code = "header-syntax"                // no header name
	CodeMaxAge          policy.Code = "max-age-invalid"              // no whole seconds from 1 to 9223372036
	CodePreflightsValue policy.Code = "unmatched-preflights-invalid" // a value outside the enumeration
)

// What the VirtualService around the fragment does: findings of [Apply] and
// [Extract].
const (
	// The route redirects or answers by itself, which bypasses the CORS filter.
	CodeRouteBypasses policy.Code = "route-bypasses-cors"
	// The route itself writes CORS headers, also for other origins.
	CodeResponseHeaders policy.Code = "response-headers-write-cors"
	// The delegate's own policy replaces this one.
	CodeDelegate policy.Code = "delegate-may-replace"
)
