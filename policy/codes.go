package policy

// The codes that all adapters share. What only one data plane knows has a code
// of that adapter's package.
const (
	// CodeInexpressible: the target has no words for the value. The effect says
	// what became of it: Narrower if it was left out, Wider if it was written
	// as something wider, Inexpressible if neither was possible or allowed.
	CodeInexpressible Code = "inexpressible"
	// CodeOriginNeverSent: no browser sends an origin that the entry matches,
	// so it allows nothing.
	CodeOriginNeverSent Code = "origin-never-sent"
	// CodeMethodNeverSent: no browser sends the method as it is written, so
	// listing it allows nothing.
	CodeMethodNeverSent Code = "method-never-sent"
	// CodeReflectsAny: every origin is allowed with credentials, by an answer
	// that repeats the origin of the request.
	CodeReflectsAny Code = "reflects-every-origin"
	// CodeReleasesDiffer: other releases of the data plane read the same words
	// otherwise.
	CodeReleasesDiffer Code = "releases-differ"
	// CodeNoVary: answers depend on the Origin header and no Vary header says
	// so, so that a shared cache may give one origin's answer to another.
	CodeNoVary Code = "no-vary"
	// CodePreflightAnswered: the data plane answers preflights, and the
	// application never sees them.
	CodePreflightAnswered Code = "preflight-answered"
	// CodeApplicationHeaders: CORS headers that the application sends reach the
	// browser where the configuration sets none.
	CodeApplicationHeaders Code = "application-headers"
	// CodePreflightNotRouted: what a rule matches keeps preflights out of it.
	CodePreflightNotRouted Code = "preflight-not-routed"
	// CodeNoRule: there is no rule to work on, or none of the name or index
	// that the options give.
	CodeNoRule Code = "no-rule"
	// CodeRulesDisagree: the rules have different policies. There is one finding
	// for each rule: Path is the rule's, Value its Spec as compact JSON, or
	// empty if it has no CORS policy.
	CodeRulesDisagree Code = "rules-disagree"
)
