package istio

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/corslate/corslate/policy"
)

// surroundings reports what the routes around their policies do to them.
func surroundings(obj *networkingv1.VirtualService, picked []route) policy.Report {
	var report policy.Report
	for _, r := range picked {
		if r.CorsPolicy != nil && r.bypass() == "" {
			report = append(report, unroutedPreflights(obj, r)...)
			if r.Delegate != nil {
				report = append(report, policy.Finding{Code: CodeDelegate, Effect: policy.Note, Path: r.path() + ".delegate",
					Detail: "routes of the delegate with a corsPolicy of their own, even an empty one, do not have this one"})
			}
		}
		report = append(report, ownHeaders(r)...)
	}
	return report
}

// ownHeaders reports CORS headers that the route writes itself. Envoy applies
// them before its CORS filter, which replaces allow-origin for origins that it
// allows and leaves the rest.
func ownHeaders(r route) policy.Report {
	report := operations(r.GetHeaders(), r.path()+".headers")
	for i, d := range r.GetRoute() {
		report = append(report, operations(d.GetHeaders(), fmt.Sprintf("%s.route[%d].headers", r.path(), i))...)
	}
	return report
}

func operations(h *networkingv1alpha3.Headers, path string) policy.Report {
	var report policy.Report
	written := map[string]map[string]string{"set": h.GetResponse().GetSet(), "add": h.GetResponse().GetAdd()}
	for _, verb := range []string{"set", "add"} {
		for _, name := range slices.Sorted(maps.Keys(written[verb])) {
			switch strings.ToLower(name) {
			case "access-control-allow-origin", "access-control-allow-credentials", "access-control-expose-headers":
				report = append(report, policy.Finding{Code: CodeResponseHeaders, Effect: policy.Danger, Value: written[verb][name],
					Path:   fmt.Sprintf("%s.response.%s[%s]", path, verb, name),
					Detail: "the route writes " + name + " whatever the policy says, for other origins too, and the policy that is reported does not count it; remove it"})
			}
		}
	}
	return report
}

// preflightHeaders are names that a preflight may well have, from the browser
// or from proxies. Any other keeps it out of a match.
var preflightHeaders = map[string]bool{
	"accept": true, "accept-encoding": true, "accept-language": true,
	"access-control-request-headers": true, "access-control-request-method": true,
	"cache-control": true, "connection": true, "host": true, "origin": true, "pragma": true,
	"referer": true, "user-agent": true, "via": true, "forwarded": true, "x-real-ip": true, "x-request-id": true,
}

func preflightHas(name string) bool {
	name = strings.ToLower(name)
	return preflightHeaders[name] ||
		strings.HasPrefix(name, ":") || strings.HasPrefix(name, "sec-") || strings.HasPrefix(name, "x-forwarded-") || strings.HasPrefix(name, "x-envoy-")
}

// unroutedPreflights reports the route's matches that keep preflights out,
// unless another match with the same conditions otherwise, of this route or one
// with a policy too, lets them in.
func unroutedPreflights(obj *networkingv1.VirtualService, r route) policy.Report {
	var report policy.Report
	for i, m := range r.GetMatch() {
		value, where := obstacle(m)
		if where == "" || preflightRouted(obj, m) {
			continue
		}
		report = append(report, policy.Finding{Code: policy.CodePreflightNotRouted, Effect: policy.Note, Value: value, Path: fmt.Sprintf("%s.match[%d].%s", r.path(), i, where),
			Detail: "a preflight is an OPTIONS request without the application's headers, so it does not get here and fails; add a match on method OPTIONS with the other conditions"})
	}
	return report
}

// obstacle returns what keeps preflights out of a match: its text and its
// place, or "" if nothing does.
func obstacle(m *networkingv1alpha3.HTTPMatchRequest) (value, where string) {
	if method := m.GetMethod(); method != nil && !matchesOptions(method) {
		return matchText(method), "method"
	}
	for _, name := range slices.Sorted(maps.Keys(m.GetHeaders())) {
		if !preflightHas(name) {
			return matchText(m.GetHeaders()[name]), "headers[" + name + "]"
		}
	}
	return "", ""
}

func matchText(m *networkingv1alpha3.StringMatch) string {
	return m.GetExact() + m.GetPrefix() + m.GetRegex()
}

// matchesOptions is how Istio matches a method: byte by byte, a regular
// expression in full, and anything at all where there is no text or the regex *.
func matchesOptions(m *networkingv1alpha3.StringMatch) bool {
	const options = "OPTIONS"
	switch t := m.GetMatchType().(type) {
	case *networkingv1alpha3.StringMatch_Exact:
		return t.Exact == "" || t.Exact == options
	case *networkingv1alpha3.StringMatch_Prefix:
		return strings.HasPrefix(options, t.Prefix)
	case *networkingv1alpha3.StringMatch_Regex:
		re, err := regexp.Compile(t.Regex)
		if err != nil {
			return t.Regex == "*"
		}
		re.Longest()
		at := re.FindStringIndex(options)
		return at != nil && at[0] == 0 && at[1] == len(options)
	}
	return true
}

// preflightRouted reports whether a route with a policy takes the preflights of
// the requests that m matches.
func preflightRouted(obj *networkingv1.VirtualService, m *networkingv1alpha3.HTTPMatchRequest) bool {
	want := conditions(m)
	for i, h := range obj.Spec.Http {
		if h.GetCorsPolicy() == nil || (route{h, i}).bypass() != "" {
			continue
		}
		if len(h.GetMatch()) == 0 {
			return true
		}
		for _, other := range h.GetMatch() {
			if _, where := obstacle(other); where != "" {
				continue
			}
			if has := conditions(other); proto.Equal(has, want) || proto.Equal(has, &networkingv1alpha3.HTTPMatchRequest{}) {
				return true
			}
		}
	}
	return false
}

// conditions returns the match without what tells a preflight from the request
// that it is for.
func conditions(m *networkingv1alpha3.HTTPMatchRequest) *networkingv1alpha3.HTTPMatchRequest {
	c := m.DeepCopy()
	c.Name, c.StatPrefix, c.Method, c.Headers, c.WithoutHeaders = "", "", nil, nil, nil
	return c
}
