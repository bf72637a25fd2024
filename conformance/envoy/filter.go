// Package envoy is a model of Envoy's CORS filter, for want of an Envoy that
// could be had from the registries. It follows, from Envoy 1.30,
// https://github.com/envoyproxy/envoy/blob/main/source/extensions/filters/http/cors/cors_filter.cc
// and is checked against testdata/envoy.json, exchanges of Envoy's and Istio's
// own tests. Whoever uses it relies on the model, not on Envoy.
package envoy

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	cors "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/cors/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	xdstype "github.com/envoyproxy/go-control-plane/envoy/type/v3"
)

// Filter returns next behind a CORS filter with the policy on its route. A nil
// policy is a route without one. It fails on what Istio never writes and the
// model therefore does not know.
func Filter(policy *cors.CorsPolicy, next http.Handler) (http.Handler, error) {
	if policy == nil {
		return next, nil
	}
	if v := policy.GetFilterEnabled().GetDefaultValue(); policy.FilterEnabled != nil && (v.GetNumerator() != 100 || v.GetDenominator() != xdstype.FractionalPercent_HUNDRED) {
		return nil, fmt.Errorf("envoy: the model has no filter that is enabled for %v of the requests", v)
	}
	if policy.ShadowEnabled != nil || policy.AllowPrivateNetworkAccess != nil {
		return nil, fmt.Errorf("envoy: the model has no shadow mode and no private network access: %v", policy)
	}
	f := &filter{policy: policy, next: next}
	for _, m := range policy.GetAllowOriginStringMatch() {
		match, err := matching(m)
		if err != nil {
			return nil, err
		}
		f.origins = append(f.origins, match)
	}
	return f, nil
}

type filter struct {
	policy  *cors.CorsPolicy
	origins []func(string) bool
	next    http.Handler
}

func (f *filter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Envoy joins the lines of one header with a comma.
	origin := strings.Join(r.Header.Values("Origin"), ",")
	if origin == "" {
		f.next.ServeHTTP(w, r)
		return
	}
	allowed := f.allowsOrigin(origin)
	method := r.Header.Get("Access-Control-Request-Method")
	preflight := r.Method == http.MethodOptions && method != ""
	if !preflight || !allowed && f.forwardsNotMatchingPreflights() {
		forwarded := &response{ResponseWriter: w, encode: func(h http.Header) { f.encode(h, origin, allowed) }}
		f.next.ServeHTTP(forwarded, r)
		forwarded.begin() // for an application that wrote nothing
		return
	}

	h := w.Header()
	if allowed {
		h.Set("Access-Control-Allow-Origin", origin)
	}
	if f.policy.GetAllowCredentials().GetValue() {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	setOrEcho(h, "Access-Control-Allow-Methods", f.policy.GetAllowMethods(), method)
	setOrEcho(h, "Access-Control-Allow-Headers", f.policy.GetAllowHeaders(), strings.Join(r.Header.Values("Access-Control-Request-Headers"), ","))
	if age := f.policy.GetMaxAge(); age != "" {
		h.Set("Access-Control-Max-Age", age)
	}
	f.encode(h, origin, allowed) // the filter's answer passes its own way out as well
	w.WriteHeader(http.StatusOK)
}

// encode is what the filter does to every answer to a cross-origin request.
func (f *filter) encode(h http.Header, origin string, allowed bool) {
	if !allowed {
		return
	}
	h.Set("Access-Control-Allow-Origin", origin)
	if f.policy.GetAllowCredentials().GetValue() {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	if names := f.policy.GetExposeHeaders(); names != "" {
		h.Set("Access-Control-Expose-Headers", names)
	}
}

// forwardsNotMatchingPreflights defaults to true.
func (f *filter) forwardsNotMatchingPreflights() bool {
	forward := f.policy.GetForwardNotMatchingPreflights()
	return forward == nil || forward.GetValue()
}

// allowsOrigin tries each matcher on the text "*" first: one that matches it
// allows every origin.
func (f *filter) allowsOrigin(origin string) bool {
	for _, matches := range f.origins {
		if matches("*") || matches(origin) {
			return true
		}
	}
	return false
}

// setOrEcho writes the configured value, or what was asked for if that is
// exactly "*".
func setOrEcho(h http.Header, name, configured, asked string) {
	switch configured {
	case "":
	case "*":
		h.Set(name, asked)
	default:
		h.Set(name, configured)
	}
}

// matching returns the matcher as a function.
func matching(m *matcher.StringMatcher) (func(string) bool, error) {
	if m.GetIgnoreCase() {
		return nil, fmt.Errorf("envoy: the model has no matcher that ignores case: %v", m)
	}
	switch p := m.GetMatchPattern().(type) {
	case *matcher.StringMatcher_Exact:
		return func(s string) bool { return s == p.Exact }, nil
	case *matcher.StringMatcher_Prefix:
		return func(s string) bool { return strings.HasPrefix(s, p.Prefix) }, nil
	case *matcher.StringMatcher_SafeRegex:
		re, err := regexp.Compile(p.SafeRegex.GetRegex()) // RE2, as Envoy has it
		if err != nil {
			return nil, fmt.Errorf("envoy: %w", err)
		}
		re.Longest()
		return func(s string) bool {
			at := re.FindStringIndex(s)
			return at != nil && at[0] == 0 && at[1] == len(s)
		}, nil
	}
	return nil, fmt.Errorf("envoy: the model has no matcher %v", m)
}

// response runs the filter's way out before the headers of an answer are sent.
type response struct {
	http.ResponseWriter
	encode func(http.Header)
	begun  bool
}

func (r *response) begin() {
	if !r.begun {
		r.begun = true
		r.encode(r.Header())
	}
}

func (r *response) WriteHeader(status int) {
	r.begin()
	r.ResponseWriter.WriteHeader(status)
}

func (r *response) Write(b []byte) (int, error) {
	r.begin()
	return r.ResponseWriter.Write(b)
}
