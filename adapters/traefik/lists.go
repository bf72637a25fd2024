package traefik

import (
	"slices"
	"strings"

	"github.com/corslate/corslate/policy"
)

// names is a list of methods or header names as the browser gets it.
type names struct {
	listed    []string
	any       bool // "*" is among them
	echo      bool // the answer is whatever the request asks for
	malformed bool
}

// list reads entries that Traefik joins with commas and does not check. What
// the browser reads is therefore not the entries: one may hold several names,
// and one that is no token spoils the whole header
// (https://fetch.spec.whatwg.org/#extract-header-list-values).
func (r *reader) list(field policy.Field, key string, entries []string) names {
	var n names
	if at := slices.Index(entries, "*"); at >= 0 && r.h.AccessControlAllowCredentials {
		r.starWithCredentials(field, path(key, at))
		if n.echo = r.algorithm == Reflecting; n.echo {
			return n
		}
	}
	return r.join(field, func(i int) string { return path(key, i) }, entries)
}

// join reads entries as the browser does that gets them joined with commas.
func (r *reader) join(field policy.Field, at func(i int) string, entries []string) names {
	var n names
	for i, entry := range entries {
		for name := range strings.SplitSeq(sent.Replace(entry), ",") {
			switch name = strings.Trim(name, " \t"); {
			case name == "":
			case name == "*":
				n.any = true
			case !token(name):
				n.malformed = true
				r.add(CodeListMalformed, policy.Advice, field, entry, at(i),
					"browsers discard the whole header for one entry that is no token: no preflight succeeds, or nothing is exposed; correct or remove it")
			case field == policy.FieldMethods && !sendable(name):
				r.add(policy.CodeMethodNeverSent, policy.Note, field, name, at(i),
					"methods are compared byte by byte, and no browser sends this one; remove it, or write it in upper case")
			default:
				n.listed = append(n.listed, name)
			}
		}
	}
	return n
}

// sent is what net/http does to line ends in the value of a header.
var sent = strings.NewReplacer("\n", " ", "\r", " ")

// token reports whether the name is a token of RFC 9110, section 5.6.2.
func token(name string) bool {
	_, err := policy.New(policy.Spec{ExposeHeaders: []string{name}})
	return err == nil
}

// starWithCredentials reports how releases differ about "*" beside credentials.
func (r *reader) starWithCredentials(field policy.Field, at string) {
	effect, later := policy.Advice, "answer with whatever the request asks for; name each, so that an upgrade grants nothing"
	if field == policy.FieldExposeHeaders {
		effect, later = policy.Note, "leave out the whole header, the names beside * included; name each without *"
	}
	r.add(policy.CodeReleasesDiffer, effect, field, "*", at,
		"with credentials, releases before v3.6.22 and v3.7.6 send *, which credentialed requests cannot use, and later ones "+later)
}

func (r *reader) methodsAndHeaders() {
	methods := r.list(policy.FieldMethods, "accessControlAllowMethods", r.h.AccessControlAllowMethods)
	headers := r.list(policy.FieldHeaders, "accessControlAllowHeaders", r.h.AccessControlAllowHeaders)
	if methods.malformed || headers.malformed || r.byHand.origin != "" && len(r.allowed.spec()) == 0 {
		return // no preflight succeeds
	}
	r.spec.AllowMethods = r.names(methods, policy.FieldMethods, "accessControlAllowMethods")
	r.spec.AllowHeaders = r.names(headers, policy.FieldHeaders, "accessControlAllowHeaders")
}

// names returns a list as a policy says it.
func (r *reader) names(n names, field policy.Field, key string) []string {
	switch {
	case n.echo && field == policy.FieldHeaders:
		return []string{"*", "Authorization"} // echoed by name
	case n.echo:
		return []string{"*"}
	case !n.any:
		return n.listed
	}
	if r.spec.AllowCredentials && r.h.AccessControlAllowCredentials {
		r.doubt(doubt{
			finding: policy.Finding{Code: CodeAnyLiteral, Field: field, Value: "*", Path: path(key),
				Detail: "browsers let * count for requests without credentials alone, which a policy cannot say; it is read as if it counted for all"},
			request: unlisted(field, n.listed),
			before:  policy.Verdict{Preflight: true, Reason: refusal[field]},
		})
	}
	return append([]string{"*"}, n.listed...)
}

var refusal = map[policy.Field]policy.Code{
	policy.FieldMethods: policy.ReasonMethod,
	policy.FieldHeaders: policy.ReasonHeader,
}

// unlisted returns a credentialed request for what a list does not name.
func unlisted(field policy.Field, listed []string) policy.Request {
	name := map[policy.Field]string{policy.FieldMethods: "PURGE", policy.FieldHeaders: "x-other"}[field]
	for slices.ContainsFunc(listed, func(l string) bool { return strings.EqualFold(l, name) }) {
		name += "-2"
	}
	if field == policy.FieldMethods {
		return policy.Request{Method: name, Credentials: true}
	}
	return policy.Request{Method: "GET", Headers: []string{name}, Credentials: true}
}

// sendable reports whether scripts can make a browser send the method as it is
// spelled.
func sendable(method string) bool {
	_, err := policy.New(policy.Spec{AllowMethods: []string{method}})
	return err == nil
}

func (r *reader) expose() {
	const key = "accessControlExposeHeaders"
	n := r.list(policy.FieldExposeHeaders, key, r.h.AccessControlExposeHeaders)
	if len(r.h.AccessControlExposeHeaders) == 0 || n.echo { // Traefik sets no header
		n = r.handwrittenExpose()
	}
	if n.malformed {
		return
	}
	r.spec.ExposeHeaders = n.listed
	if n.any {
		r.spec.ExposeHeaders = append([]string{"*"}, n.listed...)
	}
}
