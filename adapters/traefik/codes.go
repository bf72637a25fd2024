package traefik

import "github.com/corslate/corslate/policy"

// What Traefik refuses. The effect is [policy.Malformed]; a Middleware that
// Traefik refuses takes every router that refers to it out of service.
const (
	CodeHeadersEmpty policy.Code = "headers-empty"    // spec.headers sets nothing
	CodeSeveralKinds policy.Code = "middleware-kinds" // one object configures several kinds of middleware
	CodeRegexSyntax  policy.Code = "regex-syntax"     // an origin expression is no RE2
)

// What Traefik makes of the words, reported by [Parse] and [Extract].
const (
	// CodeOriginUnreachable: the entries after "*" are never looked at (Note).
	CodeOriginUnreachable policy.Code = "origin-unreachable"
	// CodeInterceptsOnly: no origin is allowed, and yet every preflight is
	// answered by Traefik and kept from the application (Advice).
	CodeInterceptsOnly policy.Code = "intercepts-only"
	// CodeRegexUnanchored: an expression matches more origins as a part than in
	// full (Danger). The witness is one of them.
	CodeRegexUnanchored policy.Code = "regex-unanchored"
	// CodeRegexEmpty: an expression matches the empty text, so responses to
	// requests without an origin carry an empty Access-Control-Allow-Origin (Note).
	CodeRegexEmpty policy.Code = "regex-matches-empty"
	// CodeRegexLength: an expression is too long to be analysed (Inexpressible).
	CodeRegexLength policy.Code = "regex-too-long"
	// CodeListMalformed: an entry is no token. One spoils the whole header:
	// every preflight fails, or nothing is exposed (Advice).
	CodeListMalformed policy.Code = "list-malformed"
	// CodeAnyLiteral: a "*" that reaches the browser counts for requests
	// without credentials alone, which no policy can say (Wider).
	CodeAnyLiteral policy.Code = "any-literal"
	// CodeCustomHeader: customResponseHeaders or customRequestHeaders interfere
	// (Wider where no policy can say how, Inexpressible where both do, else
	// Advice or Note).
	CodeCustomHeader policy.Code = "custom-header"
)

// What [Attach] reports.
const (
	// CodeReferenceName: Options.Name is empty (Malformed).
	CodeReferenceName policy.Code = "reference-name"
	// CodeReferenceNamespace: the reference crosses namespaces (Inexpressible
	// for an HTTPRoute, Note for an IngressRoute), or which namespace is meant
	// had to be guessed (Advice).
	CodeReferenceNamespace policy.Code = "reference-namespace"
	// CodeReferenceAmbiguous: without safe naming, a Middleware of another name
	// and namespace can take this one's place (Note).
	CodeReferenceAmbiguous policy.Code = "reference-ambiguous"
	// CodeReferenceOrder: the route refers to the Middleware already, after
	// others that may answer preflights first (Advice).
	CodeReferenceOrder policy.Code = "reference-order"
	// CodeFilterUnsupported: the rule has a CORS filter, which makes released
	// versions of Traefik answer every request with 500 (Advice).
	CodeFilterUnsupported policy.Code = "cors-filter-unsupported"
)
