package istio

import (
	"slices"
	"strings"

	"github.com/corslate/corslate/policy"
)

// knownMethods are those that Istio's validation lets pass, beside "*".
var knownMethods = []string{"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}

// methods returns what a policy says for allowMethods. Only an entry "*" that
// is alone is echoed: Istio joins the list with commas, and Envoy compares the
// whole text.
func (r *reader) methods(list []string) []string {
	const field = policy.FieldMethods
	var out []string
	for i, m := range list {
		path := r.path("allowMethods[%d]", i)
		switch {
		case m == star && len(list) == 1:
			r.echoed(field, path)
			out = append(out, m)
		case m == star:
			out = append(out, m)
		case m == "CONNECT", m == "TRACE":
			r.add(policy.Finding{Code: policy.CodeMethodNeverSent, Effect: policy.Note, Field: field, Value: m, Path: path,
				Detail: "pages cannot send this method, so listing it grants nothing; remove it"})
		case slices.Contains(knownMethods, m):
			out = append(out, m)
		default:
			r.add(policy.Finding{Code: CodeMethodUnknown, Effect: policy.Malformed, Field: field, Value: m, Path: path,
				Detail: "Istio's validation takes " + strings.Join(knownMethods, ", ") + " and * only, in upper case; any other method can only be had with a lone *"})
		}
	}
	if len(list) > 1 && slices.Contains(list, star) {
		r.literalStar(field, "allowMethods", func(s policy.Spec) policy.Spec {
			s.AllowMethods = withoutStar(s.AllowMethods)
			return s
		})
	}
	return out
}

// allowHeaders returns what a policy says for allowHeaders. Echoed names
// include Authorization.
func (r *reader) allowHeaders(list []string) []string {
	const field = policy.FieldHeaders
	if len(list) == 1 && list[0] == star {
		r.echoed(field, r.path("allowHeaders[0]"))
		return []string{star, "Authorization"}
	}
	names := r.names("allowHeaders", field, list)
	if slices.Contains(names, star) {
		r.literalStar(field, "allowHeaders", func(s policy.Spec) policy.Spec {
			s.AllowHeaders = withoutStar(s.AllowHeaders)
			return s
		})
	}
	return names
}

func (r *reader) echoed(field policy.Field, path string) {
	r.add(policy.Finding{Code: policy.CodeReleasesDiffer, Effect: policy.Note, Field: field, Value: star, Path: path,
		Detail: "Envoy before 1.22 (Istio before 1.14) sends the * itself, which browsers take for a wildcard in requests without credentials only"})
}

// literalStar reports a "*" beside other names. What credentialed requests get
// is the policy that without returns.
func (r *reader) literalStar(field policy.Field, list string, without func(policy.Spec) policy.Spec) {
	f := policy.Finding{Code: CodeLiteralStar, Effect: policy.Note, Field: field, Value: star, Path: r.path("%s", list),
		Detail: "beside other names Envoy sends * as it is, and browsers take it for a wildcard in requests without credentials"}
	if !r.credentials {
		r.add(f)
		return
	}
	f.Effect = policy.Wider
	f.Detail += " only; the policy that was read has it for all requests; write * alone, or the names"
	r.addDoubt(f, doubt{before: without})
}

func withoutStar(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == star })
}

// names returns the header names of a list as a browser reads them after Istio
// has joined it with commas.
func (r *reader) names(list string, field policy.Field, entries []string) []string {
	var out []string
	for i, entry := range entries {
		path := r.path("%s[%d]", list, i)
		if entry == "" || strings.Trim(entry, headerBytes+",") != "" {
			r.add(policy.Finding{Code: CodeHeaderSyntax, Effect: policy.Malformed, Field: field, Value: entry, Path: path,
				Detail: "Istio's validation refuses what is no header name; write one name per entry, of letters, digits and !#$%&'*+-.^_`|~"})
			continue
		}
		if strings.Contains(entry, ",") {
			r.add(policy.Finding{Code: CodeHeaderComma, Effect: policy.Advice, Field: field, Value: entry, Path: path,
				Detail: "Istio's validation lets the comma pass and the entry becomes several names; write one name per entry"})
		}
		for name := range strings.SplitSeq(entry, ",") {
			if name != "" {
				out = append(out, name)
			}
		}
	}
	return out
}

// headerBytes are the characters of a token of RFC 9110.
const headerBytes = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
