package nginx

import "github.com/corslate/corslate/policy"

// The codes of what [Parse] and [Extract] report. The Path of such a finding is
// the annotation's full name.
const (
	CodeDefault         policy.Code = "annotation-default"     // absent, so the controller's default holds
	CodeNotEnabled      policy.Code = "annotation-not-enabled" // without effect, because enable-cors is not true
	CodeNotBoolean      policy.Code = "annotation-not-boolean" // no boolean: enable-cors is then false, credentials are true
	CodeUnknown         policy.Code = "annotation-unknown"     // cors-… that the controller does not know
	CodeCanary          policy.Code = "canary-ignored"         // the CORS annotations of a canary Ingress are not read
	CodeSnippet         policy.Code = "snippet-not-read"       // a configuration snippet may set or remove CORS headers
	CodeListOpened      policy.Code = "origin-list-opened"     // a bad list of origins was replaced by every origin
	CodeOriginDropped   policy.Code = "origin-dropped"         // the controller skips the item
	CodeOriginNeverSent policy.Code = "origin-never-sent"      // no browser sends what the item matches
	CodeEmptyItem       policy.Code = "origin-empty-item"      // releases before the fix of issue 10206 read it as every origin
	CodeUnanchored      policy.Code = "origin-unanchored"      // the item also matches longer origins that end in it
	CodeAnonymous       policy.Code = "any-origin-anonymous"   // * with credentials is anonymous access here, and a hole elsewhere
	CodeReflected       policy.Code = "any-origin-reflected"   // Traefik: * with credentials lets every website in as the user
	CodeListReplaced    policy.Code = "list-replaced"          // a bad list of methods or headers was replaced by the default
	CodeListMalformed   policy.Code = "list-malformed"         // browsers cannot read the list that is sent
	CodeMethodNeverSent policy.Code = "method-never-sent"      // no browser sends the method as it is written
	CodeMaxAge          policy.Code = "max-age-replaced"       // no integer: 1728000 is sent; or negative: browsers take 5
	CodeTooLong         policy.Code = "annotation-too-long"    // nginx can no longer load its configuration
	CodeReleasesDiffer  policy.Code = "releases-differ"        // other releases read the same words otherwise
)

// The codes of behaviour that no annotation changes.
const (
	CodeNoVary             policy.Code = "no-vary"               // answers depend on Origin and do not say so
	CodeApplicationHeaders policy.Code = "application-headers"   // the application's own CORS headers reach the browser
	CodePreflightAnswered  policy.Code = "preflight-answered"    // preflights do not reach the application
	codeNotRendering       policy.Code = "fragment-not-readable" // what Render wrote was not read back: a defect of this package
)

// The codes of what [Render] and [Apply] cannot write, beside [CodeUnanchored],
// [CodeCanary] and [CodeTooLong].
const (
	CodeOriginForm           policy.Code = "origin-not-expressible"                 // IPv6, _, any port, any depth, regular expressions, schemes beyond [a-z]+
	CodeMethodForm           policy.Code = "method-not-expressible"                 // any method, or a method that is not [A-Za-z]+
	CodeHeaderForm           policy.Code = "header-not-expressible"                 // any header, or a name that is not [A-Za-z0-9_-]+
	CodeAnyOriginCredentials policy.Code = "any-origin-credentials-not-expressible" // every origin together with credentials
)
