package gatewayapi

import (
	"fmt"
	"reflect"
	"strings"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/policy"
)

// ruleFindings reports what keeps preflights, or the CORS filter itself, from
// doing their work in a rule that has one.
func ruleFindings(rule *gatewayv1.HTTPRouteRule, index int, m *model) policy.Report {
	var out policy.Report
	note := func(code policy.Code, path, value, detail string) {
		out = append(out, policy.Finding{Code: code, Effect: policy.Note, Value: value, Path: rulePath(index) + path, Detail: detail})
	}
	for i, match := range rule.Matches {
		if match.Method != nil && *match.Method != gatewayv1.HTTPMethodOptions && !m.optionsRoutes && !preflightsMatch(rule, match) {
			note(policy.CodePreflightNotRouted, fmt.Sprintf(".matches[%d].method", i), string(*match.Method),
				"preflights are OPTIONS requests and do not match; add a match with method OPTIONS, or leave the method out")
		}
		if lost := lostHeader(match); lost >= 0 && !preflightsMatch(rule, match) {
			note(policy.CodePreflightNotRouted, fmt.Sprintf(".matches[%d].headers[%d]", i, lost), string(match.Headers[lost].Name),
				"preflights do not carry this header and do not match; add a match with method OPTIONS and without it")
		}
	}
	for i, f := range rule.Filters {
		if f.Type == gatewayv1.HTTPRouteFilterRequestRedirect {
			note(CodeRedirect, fmt.Sprintf(".filters[%d]", i), "",
				"gateways built on Envoy answer with the redirect and set no CORS headers; redirect in a rule of its own")
		}
	}
	return out
}

// backendFindings reports CORS filters where implementations do not look.
func backendFindings(rule *gatewayv1.HTTPRouteRule, index int) policy.Report {
	var out policy.Report
	for i, backend := range rule.BackendRefs {
		for j, f := range backend.Filters {
			if isCORS(f) {
				out = append(out, policy.Finding{Code: CodeBackendFilter, Effect: policy.Advice,
					Path:   fmt.Sprintf("%s.backendRefs[%d].filters[%d]", rulePath(index), i, j),
					Detail: "implementations reject or ignore a CORS filter of a backend; move it to the filters of the rule"})
			}
		}
	}
	return out
}

// preflightsMatch reports whether a preflight of what the match takes is taken
// by another match of the rule.
func preflightsMatch(rule *gatewayv1.HTTPRouteRule, match gatewayv1.HTTPRouteMatch) bool {
	for _, other := range rule.Matches {
		takesOptions := other.Method == nil || *other.Method == gatewayv1.HTTPMethodOptions
		if takesOptions && lostHeader(other) < 0 && takesPath(other, match) &&
			(len(other.QueryParams) == 0 || reflect.DeepEqual(other.QueryParams, match.QueryParams)) {
			return true
		}
	}
	return false
}

// takesPath reports whether a match takes every path that the other does, as
// far as their texts tell.
func takesPath(match, other gatewayv1.HTTPRouteMatch) bool {
	kind, value := path(match)
	otherKind, otherValue := path(other)
	return kind == otherKind && value == otherValue || kind == gatewayv1.PathMatchPathPrefix && value == "/"
}

// path returns the path match with the API server's defaults filled in.
func path(match gatewayv1.HTTPRouteMatch) (gatewayv1.PathMatchType, string) {
	kind, value := gatewayv1.PathMatchPathPrefix, "/"
	if match.Path != nil && match.Path.Type != nil {
		kind = *match.Path.Type
	}
	if match.Path != nil && match.Path.Value != nil {
		value = *match.Path.Value
	}
	return kind, value
}

// lostHeader returns the first header of the match that preflights do not
// carry, or -1.
func lostHeader(match gatewayv1.HTTPRouteMatch) int {
	for i, h := range match.Headers {
		if !preflightHeader(strings.ToLower(string(h.Name))) {
			return i
		}
	}
	return -1
}

// preflightHeader reports whether browsers send the header with preflights:
// https://fetch.spec.whatwg.org/#cors-preflight-fetch and what HTTP adds.
func preflightHeader(name string) bool {
	switch name {
	case "accept", "accept-encoding", "accept-language", "access-control-request-headers",
		"access-control-request-method", "cache-control", "connection", "host", "origin", "pragma", "referer", "user-agent":
		return true
	}
	return strings.HasPrefix(name, "sec-fetch-")
}
