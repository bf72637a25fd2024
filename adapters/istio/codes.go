package istio

import "github.com/corslate/corslate/policy"

// How Envoy reads a fragment: findings of [Parse] and [Extract].
const (
	// A prefix or regular expression matches the one-character text "*", which
	// Envoy tries first: every origin is allowed.
	CodeMatcherOpensAll policy.Code = "matcher-opens-all"
	// Every origin is allowed with credentials: Envoy sends the origin of the
	// request, whoever it is.
	CodeReflectsAny policy.Code = "reflects-every-origin"
	// A prefix ends within a host, so hosts of anybody's choice begin with it.
	CodePrefixInHost policy.Code = "prefix-in-host"
	// A prefix ends within a scheme, so several schemes begin with it.
	CodePrefixInScheme policy.Code = "prefix-in-scheme"
	// A prefix ends within a port, so several ports begin with it.
	CodePrefixInPort policy.Code = "prefix-in-port"
	// No browser sends an origin that the matcher matches: upper case, a
	// default port, a trailing slash, a wildcard within an exact text.
	CodeOriginNeverSent policy.Code = "origin-never-sent"
	// The deprecated allowOrigin is in use.
	CodeDeprecatedAllowOrigin policy.Code = "allow-origin-deprecated"
	// allowOrigin stands beside allowOrigins and is ignored.
	CodeAllowOriginIgnored policy.Code = "allow-origin-ignored"
	// "*" stands beside other names, so Envoy sends it as it is and browsers
	// take it for a wildcard in requests without credentials only.
	CodeLiteralStar policy.Code = "star-is-literal"
	// CONNECT and TRACE are listed, which no page can send.
	CodeMethodNeverSent policy.Code = "method-never-sent"
	// A header name has a comma: it becomes several names.
	CodeHeaderComma policy.Code = "header-name-has-comma"
	// Preflights of other origins reach the application.
	CodePreflightsForwarded policy.Code = "preflights-forwarded"
	// Envoy never sends Vary: Origin, so a shared cache may serve one origin's
	// answer to another.
	CodeNoVary policy.Code = "no-vary"
	// CORS headers of the application stay on responses to other origins.
	CodeApplicationHeaders policy.Code = "application-headers"
	// An older release reads the same words otherwise.
	CodeReleasesDiffer policy.Code = "releases-differ"
)

// What Istio's validation refuses: [Parse] fails with these. See validateCORSPolicy in
// https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go.
const (
	CodeMatcherEmpty    policy.Code = "matcher-empty"                // an origin matcher without text
	CodeRegexpSyntax    policy.Code = "regexp-syntax"                // no RE2 regular expression
	CodeRegexpLength    policy.Code = "regexp-too-long"              // more than 1024 bytes; Render leaves such patterns out
	CodeMethodUnknown   policy.Code = "method-unknown"               // none of the nine that Istio knows; Render leaves it out
	CodeHeaderSyntax    policy.Code = "header-syntax"                // no header name
	CodeMaxAge          policy.Code = "max-age-invalid"              // no whole seconds from 1 to 9223372036
	CodePreflightsValue policy.Code = "unmatched-preflights-invalid" // a value outside the enumeration
)

// What Istio has no words for: findings of [Render], beside [CodeRegexpLength]
// and [CodeMethodUnknown].
const (
	// The regular expression matches the text "*" and would open the list.
	CodeRegexpStar policy.Code = "regexp-matches-star"
	// "*" without Authorization cannot be said to credentialed requests.
	CodeHeadersStar policy.Code = "headers-star-with-credentials"
	// A maximum age of 0 cannot be said.
	CodeMaxAgeZero policy.Code = "max-age-zero"
	// The maximum age is above 9223372036 seconds.
	CodeMaxAgeLimit policy.Code = "max-age-too-long"
)

// What the VirtualService around the fragment does: findings of [Apply] and
// [Extract].
const (
	// The route redirects or answers by itself, which bypasses the CORS filter.
	CodeRouteBypasses policy.Code = "route-bypasses-cors"
	// The route's matches keep preflights out.
	CodePreflightNotRouted policy.Code = "preflight-not-routed"
	// The route itself writes CORS headers, also for other origins.
	CodeResponseHeaders policy.Code = "response-headers-write-cors"
	// The delegate's own policy replaces this one.
	CodeDelegate policy.Code = "delegate-may-replace"
	// The picked routes do not have the same policy.
	CodeRulesDisagree policy.Code = "rules-disagree"
	// No route is there to be picked, or none with that name or index.
	CodeNoRoute policy.Code = "no-route"
)
