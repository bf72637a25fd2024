package traefik

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/policy"
)

// Beside the CORS fields a headers middleware has customResponseHeaders, which
// it sets first, on every response but its own to preflights, and
// customRequestHeaders, which it sets before it compares the origin of anything
// but a preflight. Both can carry CORS by hand.

const (
	responseHeaders = "customResponseHeaders"
	requestHeaders  = "customRequestHeaders"
)

// custom looks a header up; ok is false if it is not set.
func custom(headers map[string]string, name string) (value, key string, ok bool) {
	for _, key := range slices.Sorted(maps.Keys(headers)) {
		if http.CanonicalHeaderKey(key) == name {
			return headers[key], key, true
		}
	}
	return "", "", false
}

// strips reports whether the application's own header of that name is removed
// or replaced on responses for which the CORS fields set none.
func (r *reader) strips(name string) bool {
	_, _, ok := custom(r.h.CustomResponseHeaders, name)
	return ok
}

func customPath(field, key string) string { return path(field) + "[" + key + "]" }

// handwritten reports CORS headers of a middleware that has no CORS field.
func (r *reader) handwritten() {
	for _, key := range slices.Sorted(maps.Keys(r.h.CustomResponseHeaders)) {
		if value := r.h.CustomResponseHeaders[key]; value != "" && strings.HasPrefix(http.CanonicalHeaderKey(key), "Access-Control-") {
			r.add(CodeCustomHeader, policy.Advice, "", value, customPath(responseHeaders, key),
				"CORS written by hand is no policy: what becomes of preflights is up to the application; use the accessControl settings")
		}
	}
}

// handwrittenOrigin reads an Access-Control-Allow-Origin that stays on the
// responses to origins that do not match, but is on no preflight.
func (r *reader) handwrittenOrigin() {
	value, key, _ := custom(r.h.CustomResponseHeaders, "Access-Control-Allow-Origin")
	if value == "" || r.allowed.any {
		return
	}
	finding := policy.Finding{Code: CodeCustomHeader, Effect: policy.Advice, Field: policy.FieldOrigins, Value: value, Path: customPath(responseHeaders, key),
		Detail: "responses to all other origins carry it, preflights do not; a policy cannot say that, so the origins count as allowed; remove it"}
	base := alone(r.allowed.spec()...)
	origin := strings.Trim(sent.Replace(value), " \t")
	r.byHand.any = origin == "*"
	switch {
	case r.byHand.any:
		more := policy.Compare(base, alone("*")).Witnesses
		if len(more) == 0 {
			break
		}
		origin = more[0].Request.Origin
		fallthrough
	case origins.Serialized(origin) && !base.AllowsOrigin(origin):
		r.byHand.origin = origin
		r.doubt(doubt{finding: finding, request: policy.Request{Origin: origin}, preflighted: true,
			before: policy.Verdict{Preflight: true, Reason: policy.ReasonOrigin}})
		if r.byHand.any {
			r.doubt(doubt{finding: finding, request: policy.Request{Origin: origin, Method: "GET", Credentials: true},
				before: policy.Verdict{Reason: policy.ReasonCredentials}})
		}
		return
	}
	finding.Detail = "it matches no origin beside those that are allowed; remove it"
	r.report = append(r.report, finding)
}

// byHand is what handwrittenOrigin found beyond the CORS fields.
type byHand struct {
	origin string // allowed by hand, or one of all
	any    bool
}

func (b byHand) spec() []string {
	switch {
	case b.origin == "":
		return nil
	case b.any:
		return []string{"*"}
	}
	return []string{b.origin}
}

// handwrittenCredentials reports whether responses allow credentials although
// the field does not. Preflights then still refuse them.
func (r *reader) handwrittenCredentials() bool {
	value, key, _ := custom(r.h.CustomResponseHeaders, "Access-Control-Allow-Credentials")
	if value == "" || r.h.AccessControlAllowCredentials {
		return false
	}
	finding := policy.Finding{Code: CodeCustomHeader, Effect: policy.Advice, Field: policy.FieldCredentials, Value: value, Path: customPath(responseHeaders, key),
		Detail: "responses carry it, preflights do not; a policy cannot say that, so credentials count as allowed; use accessControlAllowCredentials"}
	if strings.Trim(sent.Replace(value), " \t") != "true" {
		finding.Detail = "browsers know no other value than true; remove it"
		r.report = append(r.report, finding)
		return false
	}
	r.doubt(doubt{finding: finding, request: policy.Request{Credentials: true}, preflighted: true,
		before: policy.Verdict{Preflight: true, Reason: policy.ReasonCredentials}})
	return true
}

// handwrittenExpose reads an Access-Control-Expose-Headers that no field
// replaces.
func (r *reader) handwrittenExpose() names {
	value, key, _ := custom(r.h.CustomResponseHeaders, "Access-Control-Expose-Headers")
	if value == "" {
		return names{}
	}
	r.add(CodeCustomHeader, policy.Advice, policy.FieldExposeHeaders, value, customPath(responseHeaders, key),
		"it takes effect, as accessControlExposeHeaders sets nothing; use that setting")
	n := r.join(policy.FieldExposeHeaders, func(int) string { return customPath(responseHeaders, key) }, []string{value})
	return n
}

// replacedOrigin models customRequestHeaders that set or remove Origin: the
// answer to all but preflights is then computed from that value. Together with
// an Access-Control-Allow-Origin by hand that is beyond this model.
func (r *reader) replacedOrigin() {
	value, key, ok := custom(r.h.CustomRequestHeaders, "Origin")
	if !ok {
		return
	}
	r.add(CodeCustomHeader, policy.Advice, policy.FieldOrigins, value, customPath(requestHeaders, key),
		"the allowed origin is computed from this value instead of the browser's, so no other origin can read a response; set it in a middleware after this one")
	if answer, _, _ := custom(r.h.CustomResponseHeaders, "Access-Control-Allow-Origin"); answer != "" {
		r.add(CodeCustomHeader, policy.Inexpressible, policy.FieldOrigins, value, customPath(requestHeaders, key),
			"with an Access-Control-Allow-Origin in customResponseHeaders as well, this cannot be analysed; remove either")
	}
	a, list := r.allowed, r.h.AccessControlAllowOriginList
	switch {
	case a.any && a.literal && !slices.Contains(list[:slices.Index(list, "*")], value):
		r.allowed.listed = nil
	case origins.Serialized(value) && alone(a.spec()...).AllowsOrigin(value):
		r.allowed = allowed{listed: []string{value}}
	default:
		r.allowed = allowed{}
	}
}
