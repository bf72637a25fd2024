package nginx

import (
	"slices"
	"strings"

	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/policy"
)

// traefik reads the annotations as Traefik's provider does, and gives them the
// meaning of its headers middleware from v3.6.22 and v3.7.6 on.
func (r *reading) traefik() {
	r.traefikCredentials()
	r.traefikOrigins()
	methods, methodsReadable := r.traefikList(allowMethods, policy.FieldMethods, defaultMethods)
	headers, headersReadable := r.traefikList(allowHeaders, policy.FieldHeaders, defaultHeaders)
	r.spec.AllowMethods, r.spec.AllowHeaders = methods, headers
	r.preflightsFail(methodsReadable && headersReadable)
	r.spec.ExposeHeaders, _ = r.traefikList(exposeHeaders, policy.FieldExposeHeaders, "")
	r.maxAge()
}

func (r *reading) traefikCredentials() {
	raw, present := r.annotations[r.key(allowCredentials)]
	value, readable := r.boolean(raw)
	switch {
	case !present:
		value = true
		r.add(CodeDefault, policy.Note, policy.FieldCredentials, allowCredentials, "", "absent means true")
	case !readable:
		r.add(CodeNotBoolean, policy.Advice, policy.FieldCredentials, allowCredentials, raw, `all but "true" means false; write "true" or "false"`)
	}
	r.spec.AllowCredentials = value
}

// traefikItems splits a list. Traefik checks none of the items.
func (r *reading) traefikItems(name string) (list []string, present bool) {
	raw, present := r.annotations[r.key(name)]
	if !present {
		return nil, false
	}
	for item := range strings.SplitSeq(raw, ",") {
		list = append(list, strings.TrimSpace(item))
	}
	return list, true
}

func (r *reading) traefikOrigins() {
	list, present := r.traefikItems(allowOrigin)
	if !present {
		list = []string{"*"}
		r.add(CodeDefault, policy.Note, policy.FieldOrigins, allowOrigin, "", "absent means every origin")
	}
	if slices.Contains(list, "*") {
		r.spec.AllowOrigins = []string{"*"}
		if r.spec.AllowCredentials {
			r.add(policy.CodeReflectsAny, policy.Danger, policy.FieldOrigins, allowOrigin, r.annotations[r.key(allowOrigin)],
				"Traefik answers every origin with that origin and with credentials, so that every website reads with the user's cookies; list the origins or set "+allowCredentials+` to "false"`)
			r.add(policy.CodeReleasesDiffer, policy.Note, policy.FieldOrigins, allowOrigin, "*", "Traefik up to v3.6.21 and v3.7.5 sends a literal *, which browsers refuse for credentialed requests")
		}
		return
	}
	for _, item := range list {
		switch {
		case item == "":
		case origins.Serialized(item):
			r.spec.AllowOrigins = append(r.spec.AllowOrigins, item)
		default:
			r.add(policy.CodeOriginNeverSent, policy.Advice, policy.FieldOrigins, allowOrigin, item,
				"Traefik compares origins byte by byte, and no browser sends this; wildcards need a Middleware with accessControlAllowOriginListRegex")
		}
	}
}

// traefikList reads a list of names, which the middleware joins by commas. With
// credentials it does not send *: it answers a * among methods or headers with
// what the browser asks for, and leaves out exposed headers altogether.
func (r *reading) traefikList(name string, field policy.Field, dflt string) (list []string, readable bool) {
	items, present := r.traefikItems(name)
	if !present && dflt != "" {
		r.add(CodeDefault, policy.Note, field, name, "", "absent means "+dflt)
		items = strings.Split(dflt, ",")
	}
	if !r.spec.AllowCredentials || !slices.Contains(items, "*") {
		return r.names(name, field, strings.Join(items, ","))
	}
	switch field {
	case policy.FieldExposeHeaders:
		r.add(CodeListReplaced, policy.Advice, field, name, strings.Join(items, ","), "with credentials, Traefik drops a list of exposed headers that has a *; list the names alone")
		return nil, true
	case policy.FieldHeaders:
		list = []string{"*", "Authorization"}
	default:
		list = []string{"*"}
	}
	r.add(policy.CodeReleasesDiffer, policy.Note, field, name, strings.Join(items, ","), "with credentials, Traefik answers * with what the browser asks for; up to v3.6.21 and v3.7.5 it sends a literal *, which browsers then read as a name")
	return list, true
}
