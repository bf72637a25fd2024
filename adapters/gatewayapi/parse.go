package gatewayapi

import (
	"fmt"
	"slices"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/policy"
)

// Parse returns the policy that the filter gives an application that sends no
// CORS headers of its own, read by the implementation that the options name or,
// with nil options, as the specification says. Paths of the report start at the
// filter: cors.allowOrigins[0].
//
// The error is [policy.ErrNoPolicy], wrapped, for nil and for a filter of
// another type, and a *[policy.Error] with every violation of the schema if the
// API server would refuse the filter; then the old configuration stays in force.
func Parse(f *gatewayv1.HTTPRouteFilter, opts *Options) (*policy.Policy, policy.Report, error) {
	const op = "adapters/gatewayapi: parse"
	if f == nil || f.Type != gatewayv1.HTTPRouteFilterCORS && f.CORS == nil {
		return nil, nil, fmt.Errorf("%s: %w", op, policy.ErrNoPolicy)
	}
	if refused := violations(f); len(refused) > 0 {
		return nil, refused, &policy.Error{Op: op, Findings: refused}
	}
	r := reader{model: opts.orDefault().Implementation.model(), cors: f.CORS}
	r.credentials = f.CORS.AllowCredentials != nil && *f.CORS.AllowCredentials
	spec := policy.Spec{
		AllowOrigins:     r.origins(),
		AllowMethods:     r.methods(),
		AllowHeaders:     r.headers(),
		ExposeHeaders:    r.expose(),
		AllowCredentials: r.credentials,
		MaxAgeSeconds:    r.maxAge(),
	}
	r.behaviour()
	p, err := policy.New(spec)
	if err != nil {
		return nil, r.report, fmt.Errorf("%s: %w", op, err)
	}
	return p, r.report, nil
}

// reader turns a filter that the schema accepts into a Spec.
type reader struct {
	model       *model
	cors        *gatewayv1.HTTPCORSFilter
	credentials bool
	report      policy.Report
}

func (r *reader) find(code policy.Code, effect policy.Effect, field policy.Field, index int, value, detail string) {
	path := ""
	if index >= 0 {
		path = fmt.Sprintf("cors.%s[%d]", field, index)
	}
	r.report = append(r.report, policy.Finding{Code: code, Effect: effect, Field: field, Value: value, Path: path, Detail: detail})
}

func (r *reader) origins() []string {
	var out []string
	for i, text := range strs(r.cors.AllowOrigins) {
		patterns, respelled := r.model.patterns(text)
		for _, p := range patterns {
			out = append(out, p.String())
		}
		switch {
		case len(patterns) == 0:
			r.find(policy.CodeOriginNeverSent, policy.Advice, policy.FieldOrigins, i, text,
				"no browser sends this origin as the gateway compares it, so it allows nothing; write lower case and no default port, or remove it")
		case respelled:
			r.find(CodeOriginSpelling, policy.Advice, policy.FieldOrigins, i, text,
				"it is taken for its lower-case form without default port, but most implementations compare byte by byte and never match it; write that form")
		}
		r.originDifferences(i, text)
	}
	return out
}

// originDifferences reports what readers of this very origin do not agree on.
func (r *reader) originDifferences(i int, text string) {
	if text == "*" {
		r.find(CodeNullDiffers, policy.Note, policy.FieldOrigins, i, text,
			"Istio and kgateway do not take the origin null for it, other implementations do")
		if r.credentials {
			r.find(policy.CodeReflectsAny, policy.Danger, policy.FieldOrigins, i, text,
				"with allowCredentials the gateway reflects every origin, so every site reads with the user's cookies; list the origins")
		}
		return
	}
	switch o := splitOrigin(text); {
	case !o.wild:
	case o.host == "" && o.port == "":
		r.find(CodePortsDiffer, policy.Advice, policy.FieldOrigins, i, text,
			"Cilium and agentgateway take the scheme's default port only, other implementations every port; write the hosts")
	default:
		r.find(CodeWildcardDiffers, policy.Note, policy.FieldOrigins, i, text,
			"it takes any number of DNS labels; some implementations also take hosts that are none, such as a_b.example")
	}
}

func (r *reader) methods() []string {
	var out []string
	for i, m := range strs(r.cors.AllowMethods) {
		if m == "CONNECT" || m == "TRACE" {
			r.find(policy.CodeMethodNeverSent, policy.Note, policy.FieldMethods, i, m, "scripts cannot send this method, so listing it grants nothing; remove it")
			continue
		}
		out = append(out, m)
	}
	return out
}

func (r *reader) headers() []string {
	names := strs(r.cors.AllowHeaders)
	if !slices.Contains(names, "*") {
		return names
	}
	if r.credentials {
		return []string{"*", "Authorization"}
	}
	r.find(CodeAuthorizationDiffers, policy.Note, policy.FieldHeaders, 0, "*",
		"most implementations echo the requested names, Authorization too; Traefik sends a literal *, which does not cover Authorization")
	if r.model.literalHeaders {
		return []string{"*"}
	}
	return []string{"*", "Authorization"}
}

func (r *reader) expose() []string {
	names := strs(r.cors.ExposeHeaders)
	any := slices.Index(names, "*")
	if any < 0 {
		return names
	}
	if r.credentials {
		r.find(CodeExposeAnyDiffers, policy.Advice, policy.FieldExposeHeaders, any, "*",
			"gateways must not send * with allowCredentials; some do, which exposes everything to requests without credentials, agentgateway drops the names beside it, Traefik the whole list; list the names")
	}
	switch {
	case r.model.expose == exposeDropped && r.credentials:
		return nil
	case r.model.expose == exposeOnlyAny:
		return []string{"*"}
	}
	return names
}

func (r *reader) maxAge() *int64 {
	seconds := int64(r.cors.MaxAge)
	if seconds == 0 {
		seconds = defaultMaxAge
	}
	return &seconds
}

// behaviour adds what is the same for every filter.
func (r *reader) behaviour() {
	r.find(policy.CodeNoVary, policy.Note, "", -1, "", "no implementation sends Vary: Origin; a shared cache needs to be told by the application")
	r.find(policy.CodePreflightAnswered, policy.Note, "", -1, "", "the gateway answers preflights itself; the application never sees them")
	r.find(policy.CodeApplicationHeaders, policy.Note, "", -1, "",
		"CORS headers that the application sends itself pass through to origins that the filter does not allow, and partly to others; remove them there")
}
