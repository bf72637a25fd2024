package istio

import (
	"regexp/syntax"
	"slices"

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"

	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/policy"
)

// origins writes the patterns of a canonical Spec as matchers, in their order.
func (w *writer) origins(patterns []string) []*networkingv1alpha3.StringMatch {
	var out []*networkingv1alpha3.StringMatch
	for _, text := range patterns {
		matchers, ok := express(text)
		if !ok {
			w.tooMuch(text)
			continue
		}
		out = append(out, matchers...)
	}
	for _, m := range out {
		if m.GetExact() == star {
			return []*networkingv1alpha3.StringMatch{m}
		}
	}
	return out
}

// tooMuch reports a pattern that is left out.
func (w *writer) tooMuch(text string) {
	if pattern, err := origins.Parse(text); err == nil && len(pattern.RE2()) <= maxRegexp {
		w.add(policy.CodeInexpressible, policy.Narrower, policy.FieldOrigins, text,
			"Envoy would allow every origin, as the regular expression matches the text *, so it is left out; write one that has :// or lists the origins")
		return
	}
	w.add(CodeRegexpLength, policy.Narrower, policy.FieldOrigins, text,
		"Istio takes regular expressions of at most 1024 bytes and this one does not fall into shorter ones, so it is left out; write several patterns")
}

// maxMatchers bounds how many matchers may stand for one pattern.
const maxMatchers = 256

// express writes one pattern as matchers that mean the same together. It
// reports false if that cannot be done.
func express(text string) ([]*networkingv1alpha3.StringMatch, bool) {
	pattern, err := origins.Parse(text)
	if err != nil {
		return nil, false
	}
	if m, ok := expressWhole(pattern); ok {
		return []*networkingv1alpha3.StringMatch{m}, true
	}
	if pattern.Kind != origins.Regexp {
		return nil, false
	}
	re, err := syntax.Parse(pattern.Expr, syntax.Perl)
	if err != nil {
		return nil, false
	}
	return divide(pattern.Expr, re, maxMatchers)
}

// expressWhole writes a pattern as one matcher, if that is short enough, not
// empty, and does not match the text "*" unless it means it.
func expressWhole(p origins.Pattern) (*networkingv1alpha3.StringMatch, bool) {
	if text := p.String(); p.Kind == origins.Any || origins.Serialized(text) {
		return &networkingv1alpha3.StringMatch{MatchType: &networkingv1alpha3.StringMatch_Exact{Exact: text}}, true
	}
	expr := p.RE2()
	if expr == "" || len(expr) > maxRegexp || matchesStar(expr) {
		return nil, false
	}
	return &networkingv1alpha3.StringMatch{MatchType: &networkingv1alpha3.StringMatch_Regex{Regex: expr}}, true
}

// divide writes a regular expression that is too long, or matches the text "*",
// as the origins and wildcards that mean the same, or else alternative by
// alternative, with at most so many matchers.
func divide(expr string, re *syntax.Regexp, most int) ([]*networkingv1alpha3.StringMatch, bool) {
	if lifted, err := origins.Lift(expr, origins.InFull); err == nil {
		if out, ok := expressAll(lifted); ok {
			return out, len(out) <= most
		}
	}
	parts := alternatives(re)
	if len(parts) == 1 {
		return nil, false
	}
	var out []*networkingv1alpha3.StringMatch
	for _, part := range parts {
		text := part.String()
		if m, ok := expressWhole(origins.Pattern{Kind: origins.Regexp, Expr: text}); ok {
			out = append(out, m)
		} else if more, ok := divide(text, part, most-len(out)); ok {
			out = append(out, more...)
		} else {
			return nil, false
		}
		if len(out) > most {
			return nil, false
		}
	}
	return out, true
}

func expressAll(patterns []origins.Pattern) ([]*networkingv1alpha3.StringMatch, bool) {
	var out []*networkingv1alpha3.StringMatch
	for _, p := range patterns {
		m, ok := expressWhole(p)
		if !ok {
			return nil, false
		}
		out = append(out, m)
	}
	return out, true
}

// alternatives returns expressions that match in full, together, what re does:
// those of its first alternation or optional part that is not repeated, or re
// alone.
func alternatives(re *syntax.Regexp) []*syntax.Regexp {
	switch re.Op {
	case syntax.OpCapture:
		return alternatives(re.Sub[0])
	case syntax.OpAlternate:
		return re.Sub
	case syntax.OpQuest:
		return []*syntax.Regexp{{Op: syntax.OpEmptyMatch, Flags: re.Flags}, re.Sub[0]}
	case syntax.OpConcat:
		for i, sub := range re.Sub {
			parts := alternatives(sub)
			if len(parts) == 1 {
				continue
			}
			out := make([]*syntax.Regexp, len(parts))
			for j, part := range parts {
				whole := slices.Clone(re.Sub)
				whole[i] = part
				whole = slices.DeleteFunc(whole, func(s *syntax.Regexp) bool { return s.Op == syntax.OpEmptyMatch })
				out[j] = &syntax.Regexp{Op: syntax.OpConcat, Flags: re.Flags, Sub: whole}
			}
			return out
		}
	}
	return []*syntax.Regexp{re}
}
