package gatewayapi

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/internal/proof"
	"github.com/corslate/corslate/policy"
)

// Render writes the policy as a CORS filter that the schema accepts and that
// [Parse], with the same options, reads back with the same meaning. Lists are
// in the order of the policy's canonical Spec; allowCredentials and maxAge are
// always written, empty lists are absent, which allows nothing.
//
// What a filter cannot say is left out and reported as Narrower: the origins
// that have no form among its origins, methods outside GET HEAD POST PUT
// DELETE OPTIONS PATCH, `*` in request headers without Authorization, `*` in
// exposed headers with credentials, names over 256 characters, what exceeds 64
// entries, from the end of the list, and seconds above 2147483647. Of an origin
// with any port the default port remains. Under
// [policy.DangerouslyAllowWider] the next wider form is written where there is
// one: any depth for one label, `*` for other methods and for request headers,
// 1 for a max age of 0. That 0 has no narrower form and is Inexpressible
// otherwise.
//
// The error is a *[policy.Error] with every finding that the options do not
// accept; the filter is then nil and the report complete.
func Render(p *policy.Policy, opts *Options) (*gatewayv1.HTTPRouteFilter, policy.Report, error) {
	const op = "adapters/gatewayapi: render"
	o := opts.orDefault()
	spec := p.Spec()
	w := writer{model: o.Implementation.model(), specification: o.Implementation.model() == Specification.model(),
		widen: o.Tolerance >= policy.DangerouslyAllowWider, policy: p, credentials: spec.AllowCredentials}
	f := &gatewayv1.HTTPRouteFilter{
		Type: gatewayv1.HTTPRouteFilterCORS,
		CORS: &gatewayv1.HTTPCORSFilter{
			AllowOrigins:     typed[gatewayv1.CORSOrigin](w.origins(spec.AllowOrigins)),
			AllowCredentials: &spec.AllowCredentials,
			AllowMethods:     typed[gatewayv1.HTTPMethodWithWildcard](w.methods(spec.AllowMethods)),
			AllowHeaders:     typed[gatewayv1.HTTPHeaderName](w.headers(spec.AllowHeaders)),
			ExposeHeaders:    typed[gatewayv1.HTTPHeaderName](w.expose(spec.ExposeHeaders)),
			MaxAge:           w.maxAge(p.MaxAgeSeconds()),
		},
	}
	rendered, behaviour, err := Parse(f, opts)
	if err != nil {
		return nil, w.report, err
	}
	behaviour = behaviour.With(policy.Note, policy.Advice) // the audit has the dangers
	report, err := proof.Check(op, p, rendered, append(w.report, behaviour...), proof.Terms{Tolerance: o.Tolerance, Accept: o.Accept})
	if err != nil {
		return nil, report, err
	}
	return f, report, nil
}

// writer turns a canonical Spec into lists that the schema accepts.
type writer struct {
	model         *model
	specification bool
	widen         bool // Tolerance
	policy        *policy.Policy
	credentials   bool
	report        policy.Report
}

func (w *writer) find(code policy.Code, effect policy.Effect, field policy.Field, value, detail string) {
	w.report = append(w.report, policy.Finding{Code: code, Effect: effect, Field: field, Value: value, Detail: detail})
}

// limit leaves out the entries beyond the n that the schema accepts.
func (w *writer) limit(field policy.Field, entries []string, n int, value func(entry string) string) []string {
	if len(entries) <= n {
		return entries
	}
	for _, e := range entries[n:] {
		w.find(CodeTooMany, policy.Narrower, field, value(e),
			fmt.Sprintf("left out: the list holds at most %d entries; split the route into several, or use wildcards", n))
	}
	return entries[:n]
}

func itself(s string) string { return s }

func (w *writer) methods(methods []string) []string {
	var out []string
	for _, m := range methods {
		switch {
		case validMethod(m):
			out = append(out, m)
		case w.widen:
			w.find(policy.CodeInexpressible, policy.Wider, policy.FieldMethods, m, "written as *, every method: a filter knows nine methods and this is none of them")
			return []string{"*"}
		default:
			w.find(policy.CodeInexpressible, policy.Narrower, policy.FieldMethods, m, "left out: a filter knows nine methods and this is none of them; * is the only way to allow it")
		}
	}
	return out
}

func (w *writer) headers(names []string) []string {
	if !slices.Contains(names, "*") {
		return w.names(policy.FieldHeaders, names)
	}
	asked := slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, "Authorization") })
	covered := w.credentials || !w.model.literalHeaders
	switch {
	case asked && !covered:
		w.find(policy.CodeInexpressible, policy.Narrower, policy.FieldHeaders, "Authorization",
			"left out: without credentials * is sent as it stands, does not cover Authorization, and must stand alone; list the names")
	case !asked && covered && w.widen:
		w.find(policy.CodeInexpressible, policy.Wider, policy.FieldHeaders, "*", "* echoes the requested names and so covers Authorization; list the names")
	case !asked && covered:
		w.find(policy.CodeInexpressible, policy.Narrower, policy.FieldHeaders, "*",
			"left out: * echoes the requested names and so would cover Authorization; list the names, or allow Authorization as well")
		return nil
	}
	return []string{"*"}
}

func (w *writer) expose(names []string) []string {
	if w.credentials && slices.Contains(names, "*") && !w.exposesAny(names) {
		w.find(policy.CodeInexpressible, policy.Narrower, policy.FieldExposeHeaders, "*",
			"left out: a gateway must not expose * together with credentials; list the names")
		names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "*" })
	}
	return w.names(policy.FieldExposeHeaders, names)
}

// exposesAny reports whether the gateway sends, with credentials, these names
// and the `*` among them.
func (w *writer) exposesAny(names []string) bool {
	switch {
	case w.specification || w.model.expose == exposeDropped:
		return false
	case w.model.expose == exposeOnlyAny:
		return len(names) == 1
	}
	return true
}

// names leaves out what is too long or too much.
func (w *writer) names(field policy.Field, names []string) []string {
	var out []string
	for _, n := range names {
		if len(n) > maxHeaderLength {
			w.find(CodeTooLong, policy.Narrower, field, n, "left out: a header name has at most 256 characters")
			continue
		}
		out = append(out, n)
	}
	return w.limit(field, out, maxHeaders, itself)
}

func (w *writer) maxAge(seconds int64) int32 {
	const field = policy.FieldMaxAge
	switch {
	case seconds < minMaxAge:
		effect := policy.Wider
		if !w.widen && w.remembers(minMaxAge) {
			effect = policy.Inexpressible
		}
		w.find(policy.CodeInexpressible, effect, field, strconv.FormatInt(seconds, 10),
			"preflights cannot be kept from being remembered, as 0 means the default of 5 seconds; 1 second is the shortest")
		return minMaxAge
	case seconds > math.MaxInt32:
		w.find(policy.CodeInexpressible, policy.Narrower, field, strconv.FormatInt(seconds, 10), "shortened to 2147483647 seconds, the longest that a filter can say")
		return math.MaxInt32
	}
	return int32(seconds)
}

// remembers reports whether any preflight is remembered longer if the policy
// says so many seconds.
func (w *writer) remembers(seconds int64) bool {
	spec := w.policy.Spec()
	spec.MaxAgeSeconds = &seconds
	return policy.Compare(w.policy, policy.MustNew(spec)).Relation != policy.Equal
}
