// Package policy says which browser origins may do what with the responses of
// a server: the neutral form of a CORS configuration, validated, compared and
// audited.
//
// A [Spec] is a policy as plain data, from Go, YAML or JSON. [New] refuses a
// malformed one with every problem at once, and compiles the rest to a
// [Policy]. [Policy.Check] is the browser's verdict on a request,
// [Policy.Audit] what is unwise about the policy, and [Compare] how the grants
// of two policies relate, with a request that proves each difference.
//
// # Meaning
//
// A policy denotes grants: which origin, with or without credentials, may use
// which method and request header, which response headers its pages may read,
// and for how long a preflight is remembered, as a browser that follows the
// Fetch standard (https://fetch.spec.whatwg.org/#http-cors-protocol) enforces
// them. Two policies are equal when their grants are.
//
// Origins are compared over what browsers send: null, and serialized tuple
// origins. Their schemes are http, https, those of browser extensions and
// application shells, and every scheme that one of the compared policies
// writes.
//
// # Limits
//
// A regular expression has at most 4096 bytes and compiles to at most 8192
// instructions. Comparing expressions stops at 8192 states, and after some
// millions of instructions; [Comparison.Unproven] and [CodeUndecidedRegexp] then
// say so, and the answer is the dangerous one. Exact origins and wildcards have no limit:
// thousands are matched, built and compared in linear time.
package policy
