package nginx

import "github.com/corslate/corslate/policy"

// What ingress-nginx makes of the annotations. The Path of such a finding is the
// annotation's full name. [CodeUnanchored], [CodeCanary] and [CodeTooLong] are
// also reasons for [Render] and [Apply] to leave out or to refuse.
const (
	CodeDefault       policy.Code = "annotation-default"     // absent, so the controller's default holds
	CodeNotEnabled    policy.Code = "annotation-not-enabled" // without effect, because enable-cors is not true
	CodeNotBoolean    policy.Code = "annotation-not-boolean" // no boolean: enable-cors is then false, credentials are true
	CodeUnknown       policy.Code = "annotation-unknown"     // cors-… that the controller does not know
	CodeCanary        policy.Code = "canary-ignored"         // the CORS annotations of a canary Ingress are not read
	CodeSnippet       policy.Code = "snippet-not-read"       // a configuration snippet may set or remove CORS headers
	CodeListOpened    policy.Code = "origin-list-opened"     // a bad list of origins was replaced by every origin
	CodeOriginDropped policy.Code = "origin-dropped"         // the controller skips the item
	CodeEmptyItem     policy.Code = "origin-empty-item"      // releases before the fix of issue 10206 read it as every origin
	CodeUnanchored    policy.Code = "origin-unanchored"      // the item also matches longer origins that end in it
	CodeAnonymous     policy.Code = "any-origin-anonymous"   // * with credentials is anonymous access here, and a hole elsewhere
	CodeListReplaced  policy.Code = "list-replaced"          // a bad list of methods or headers was replaced by the default
	CodeListMalformed policy.Code = "list-malformed"         // browsers cannot read the list that is sent
	CodeMaxAge        policy.Code = "max-age-replaced"       // no integer: 1728000 is sent; or negative: browsers take 5
	CodeTooLong       policy.Code = "annotation-too-long"    // nginx can no longer load its configuration
)

// codeNotRendering: what Render wrote was not read back, a defect of this package.
const codeNotRendering policy.Code = "fragment-not-readable"
