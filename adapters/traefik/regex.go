package traefik

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/policy"
)

// expression returns the patterns that mean what Traefik makes of an entry of
// accessControlAllowOriginListRegex: regexp.MatchString, so a match of any part
// of the origin is enough.
func (r *reader) expression(i int, expr string) []string {
	at := path("accessControlAllowOriginListRegex", i)
	add := func(code policy.Code, effect policy.Effect, detail string) *policy.Finding {
		r.add(code, effect, policy.FieldOrigins, expr, at, detail)
		return &r.report[len(r.report)-1]
	}
	compiled, err := regexp.Compile(expr)
	if err != nil {
		add(CodeRegexSyntax, policy.Malformed, "Traefik refuses the Middleware and drops every router that refers to it: "+err.Error())
		return nil
	}
	text, reading := expr, origins.Anywhere
	inner, anchored := unanchor(expr)
	if anchored {
		text, reading = inner, origins.InFull
	}
	lifted, err := origins.Lift(text, reading)
	if err != nil {
		add(CodeRegexLength, policy.Inexpressible, "it cannot be analysed: "+err.Error()+"; split it into several")
		return nil
	}
	patterns := make([]string, len(lifted))
	for i, p := range lifted {
		patterns[i] = p.String()
	}
	switch {
	case len(patterns) == 0:
		add(policy.CodeOriginNeverSent, policy.Advice, "no origin that a browser sends matches it; correct or remove it")
	case !anchored:
		if more := policy.Compare(alone("~"+expr), alone(patterns...)); more.Relation != policy.Equal {
			f := add(CodeRegexUnanchored, policy.Danger, "a match of any part of the origin is enough, so it allows more than it spells out; write ^ before and $ after it")
			if len(more.Witnesses) > 0 {
				f.Witness = &more.Witnesses[0]
			}
		}
	}
	if compiled.MatchString("") {
		add(CodeRegexEmpty, policy.Note, "it matches the empty text, so responses to requests without an origin carry an empty Access-Control-Allow-Origin; write .+ for any origin")
	}
	return patterns
}

// alone is the policy that allows just these origins. They come out of the
// engine or were compiled, so they are well-formed.
func alone(patterns ...string) *policy.Policy {
	return policy.MustNew(policy.Spec{AllowOrigins: patterns})
}

// outside returns an origin that is none of the listed ones.
func outside(listed []string) string {
	return policy.Compare(alone(listed...), alone("*")).Witnesses[0].Request.Origin
}

// anchor writes an expression of which Traefik finds a part where the pattern
// matches in full.
func anchor(p origins.Pattern) string {
	if p.Kind != origins.Regexp {
		return "^" + p.RE2() + "$"
	}
	return "^(?:" + closed(p.Expr) + ")$"
}

// closed spells an expression so that text may follow it: \Q may be without
// its \E.
func closed(expr string) string {
	if !strings.Contains(expr, `\Q`) {
		return expr
	}
	return parse(expr).String()
}

// unanchor is the inverse of anchor: it reports whether expr matches nothing
// but whole texts because it begins with ^ and ends with $, and returns what
// stands between.
func unanchor(expr string) (inner string, ok bool) {
	tree := parse(expr)
	if len(expr) < 2 || expr[0] != '^' || expr[len(expr)-1] != '$' || tree.Op != syntax.OpConcat ||
		tree.Sub[0].Op != syntax.OpBeginText || tree.Sub[len(tree.Sub)-1].Op != syntax.OpEndText {
		return "", false
	}
	inner = expr[1 : len(expr)-1]
	bare, cut := strings.CutPrefix(inner, "(?:")
	if bare, ok = strings.CutSuffix(bare, ")"); cut && ok {
		if group, err := syntax.Parse(bare, syntax.Perl); err == nil && group.String() == parse(inner).String() {
			return bare, true
		}
	}
	return inner, true
}

// parse parses an expression that is known to compile.
func parse(expr string) *syntax.Regexp {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		panic("traefik: " + err.Error())
	}
	return tree
}
