package istio

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"

	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/policy"
)

// star is the text that Envoy tries on each origin matcher before the origin
// itself: isOriginAllowed in
// https://github.com/envoyproxy/envoy/blob/main/source/extensions/filters/http/cors/cors_filter.cc.
const star = "*"

// maxRegexp is the longest regular expression, in bytes, that Istio's
// validation lets pass.
const maxRegexp = 1024

// origins returns the patterns that the origin matchers mean together.
func (r *reader) origins(f *networkingv1alpha3.CorsPolicy) []string {
	var all []string
	//lint:ignore SA1019 objects in use have it
	deprecated := f.GetAllowOrigin()
	if len(f.GetAllowOrigins()) == 0 {
		for i, text := range deprecated {
			all = append(all, r.exact(text, r.path("allowOrigin[%d]", i))...)
		}
		if len(deprecated) > 0 {
			r.add(policy.Finding{Code: CodeDeprecatedAllowOrigin, Effect: policy.Advice, Field: policy.FieldOrigins, Path: r.path("allowOrigin"),
				Detail: "allowOrigin is deprecated and its texts are not validated; write each as exact under allowOrigins"})
		}
		return onlyStar(all)
	}
	for i, m := range f.GetAllowOrigins() {
		all = append(all, r.matcher(m, r.path("allowOrigins[%d]", i))...)
	}
	if len(deprecated) > 0 {
		r.add(policy.Finding{Code: CodeAllowOriginIgnored, Effect: policy.Advice, Field: policy.FieldOrigins, Value: strings.Join(deprecated, ","), Path: r.path("allowOrigin"),
			Detail: "Istio ignores the deprecated allowOrigin beside allowOrigins; remove it, or move what is meant to allowOrigins"})
	}
	return onlyStar(all)
}

// onlyStar returns "*" alone if the patterns have it.
func onlyStar(patterns []string) []string {
	if slices.Contains(patterns, star) {
		return []string{star}
	}
	return patterns
}

func (r *reader) matcher(m *networkingv1alpha3.StringMatch, path string) []string {
	switch t := m.GetMatchType().(type) {
	case *networkingv1alpha3.StringMatch_Exact:
		if t.Exact != "" {
			return r.exact(t.Exact, path+".exact")
		}
	case *networkingv1alpha3.StringMatch_Prefix:
		if t.Prefix != "" {
			return r.prefix(t.Prefix, path+".prefix")
		}
	case *networkingv1alpha3.StringMatch_Regex:
		if t.Regex != "" {
			return r.regex(t.Regex, path+".regex")
		}
	}
	r.add(policy.Finding{Code: CodeMatcherEmpty, Effect: policy.Malformed, Field: policy.FieldOrigins, Path: path,
		Detail: "Istio's validation refuses an origin matcher without text; write exact, prefix or regex"})
	return nil
}

func (r *reader) exact(text, path string) []string {
	if text == star {
		r.anybody(text, path)
		return []string{text}
	}
	if origins.Serialized(text) {
		return []string{text}
	}
	detail := "Envoy compares byte by byte, and no browser sends this as its origin; remove it"
	if pattern, err := origins.Parse(text); err == nil && pattern.Kind != origins.Regexp {
		detail = "an exact text has no wildcards, and no browser sends this as its origin; write regex: " + pattern.RE2()
	} else if syntax := (*origins.SyntaxError)(nil); errors.As(err, &syntax) && syntax.Correction != "" {
		detail = "Envoy compares byte by byte, and no browser sends this as its origin; write " + syntax.Correction
	}
	r.neverSent(text, path, detail)
	return nil
}

func (r *reader) neverSent(text, path, detail string) {
	r.add(policy.Finding{Code: policy.CodeOriginNeverSent, Effect: policy.Advice, Field: policy.FieldOrigins, Value: text, Path: path, Detail: detail})
}

func (r *reader) prefix(text, path string) []string {
	if text == star {
		r.anybody(text, path)
		r.opensAll(text, path, nil, "the prefix * does not mean the character: it allows every origin; write exact: \"*\" if that is meant")
		return []string{star}
	}
	patterns, err := origins.Lift(regexp.QuoteMeta(text)+".*", origins.InFull)
	if err != nil || len(patterns) == 0 { // an error: too long for any origin
		r.neverSent(text, path, "no origin that a browser sends begins with this prefix; remove it")
		return nil
	}
	lifted := texts(patterns)
	r.openEnd(text, path, lifted)
	return lifted
}

// openEnd reports a prefix that ends within a part of an origin.
func (r *reader) openEnd(text, path string, lifted []string) {
	f := policy.Finding{Effect: policy.Advice, Field: policy.FieldOrigins, Value: text, Path: path}
	scheme, rest, ok := strings.Cut(text, "://")
	host, port, hasPort := cutPort(rest)
	switch {
	case !ok:
		f.Code = CodePrefixInScheme
		f.Detail = "the prefix ends within the scheme and allows every host of every scheme that begins so; end it after ://, or write regex"
	case rest == "", hasPort && port == "", strings.HasSuffix(host, "]") && !hasPort, len(lifted) == 1 && lifted[0] == text:
		return
	case hasPort:
		f.Code = CodePrefixInPort
		f.Detail = "the prefix ends within the port and allows every port that begins so; write exact: " + text
	default:
		f.Code, f.Effect = CodePrefixInHost, policy.Danger
		f.Detail = "the prefix ends within the host and allows every host that begins so, whoever owns it; write exact, or a regex, which must match the whole origin"
		own := func(s policy.Spec) policy.Spec {
			s.AllowOrigins = slices.DeleteFunc(slices.Clone(s.AllowOrigins), func(o string) bool { return slices.Contains(lifted, o) })
			if origins.Serialized(text) {
				s.AllowOrigins = append(s.AllowOrigins, text)
			}
			return s
		}
		r.addDoubt(f, doubt{before: own, request: policy.Request{Origin: continued(scheme, rest), Method: "GET"}})
		return
	}
	r.add(f)
}

// cutPort splits what follows "://" in a prefix, which may end anywhere.
func cutPort(rest string) (host, port string, ok bool) {
	if end := strings.IndexByte(rest, ']'); strings.HasPrefix(rest, "[") {
		if end < 0 {
			return rest, "", false
		}
		_, port, ok = strings.Cut(rest[end:], ":")
		return rest[:end+1], port, ok
	}
	return strings.Cut(rest, ":")
}

// continued returns an origin of somebody else that begins with scheme://host,
// or "" if none of the usual endings gives one.
func continued(scheme, host string) string {
	ends := []string{".evil.com", "1]", "::1]", ":1]", "]"}
	switch {
	case strings.HasSuffix(host, "."):
		ends = []string{"evil.com"}
	case strings.HasSuffix(host, "-"):
		ends = []string{"x.evil.com"}
	}
	for _, end := range ends {
		if origin := scheme + "://" + host + end; origins.Serialized(origin) {
			return origin
		}
	}
	return ""
}

func (r *reader) regex(expr, path string) []string {
	if problem := regexpProblem(expr); problem != nil {
		problem.Path = path
		r.add(*problem)
		return nil
	}
	patterns, err := origins.Lift(expr, origins.InFull)
	if err != nil { // it compiles, but repeats too much to be analysed
		r.add(policy.Finding{Code: CodeRegexpSyntax, Effect: policy.Malformed, Field: policy.FieldOrigins, Value: expr, Path: path, Detail: err.Error()})
		return nil
	}
	lifted := texts(patterns)
	if matchesStar(expr) {
		r.anybody(expr, path)
		if !slices.Contains(lifted, star) {
			r.opensAll(expr, path, lifted, "the regular expression matches the text *, for which Envoy allows every origin; write one that does not match it, or exact: \"*\" if every origin is meant")
		}
		return []string{star}
	}
	if len(lifted) == 0 {
		r.neverSent(expr, path, "the regular expression matches no origin that a browser sends; remove it")
	}
	return lifted
}

// anybody reports that every origin is let in with credentials.
func (r *reader) anybody(text, path string) {
	if r.credentials {
		r.add(policy.Finding{Code: policy.CodeReflectsAny, Effect: policy.Danger, Field: policy.FieldOrigins, Value: text, Path: path,
			Detail: "with allowCredentials Envoy sends back the origin of every request, so every site reads with the user's cookies; list the origins, or drop allowCredentials"})
	}
}

// opensAll reports a matcher that allows every origin, with a request of an
// origin that its words, taken as the patterns of words, do not name.
func (r *reader) opensAll(text, path string, words []string, detail string) {
	f := policy.Finding{Code: CodeMatcherOpensAll, Effect: policy.Danger, Field: policy.FieldOrigins, Value: text, Path: path, Detail: detail}
	r.addDoubt(f, doubt{before: func(s policy.Spec) policy.Spec {
		s.AllowOrigins = words
		return s
	}})
}

// regexpProblem returns why Istio's validation refuses a regular expression,
// or nil.
func regexpProblem(expr string) *policy.Finding {
	f := policy.Finding{Effect: policy.Malformed, Field: policy.FieldOrigins, Value: expr}
	if len(expr) > maxRegexp {
		f.Code, f.Detail = CodeRegexpLength, "Istio's validation refuses a regular expression of more than 1024 bytes; write several matchers"
		return &f
	}
	if _, err := regexp.Compile(expr); err != nil {
		f.Code, f.Detail = CodeRegexpSyntax, "Istio's validation refuses what is no RE2 regular expression: "+err.Error()
		return &f
	}
	return nil
}

// matchesStar reports whether an expression that compiles matches the text "*"
// in full. The expression is not wrapped: an unclosed \Q would swallow what is
// appended.
func matchesStar(expr string) bool {
	re := regexp.MustCompile(expr)
	re.Longest()
	at := re.FindStringIndex(star)
	return at != nil && at[0] == 0 && at[1] == len(star)
}

func texts(patterns []origins.Pattern) []string {
	out := make([]string, len(patterns))
	for i, p := range patterns {
		out[i] = p.String()
	}
	return out
}
