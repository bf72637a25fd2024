package origins

import (
	"slices"
	"strings"
)

// Reading is how a data plane applies a regular expression to an origin.
type Reading uint8

const (
	InFull   Reading = iota // Envoy, Istio: the whole origin
	Anywhere                // Traefik: any part of it
)

// Lift returns the patterns that mean what a data plane makes of a regular
// expression: exact origins and wildcards where they are proved to be the same
// set, otherwise one Regexp pattern, which matches in full. It returns nothing
// for an expression that matches no origin. Its error is that of [Parse] for
// "~" and the expression.
func Lift(expr string, reading Reading) ([]Pattern, error) {
	p, problem := parseRegexp(expr)
	if problem != "" {
		return nil, &SyntaxError{Problem: problem}
	}
	if reading == Anywhere {
		if p, problem = parseRegexp(whole(expr)); problem != "" {
			return nil, &SyntaxError{Problem: problem}
		}
	}
	if same, ok := unwrite(p.Expr); ok {
		return []Pattern{same}, nil
	}
	return slices.Clone(expressionOf(p.Expr).lifted()), nil
}

// whole returns an expression that matches in full the texts in which expr
// matches anywhere.
func whole(expr string) string {
	if strings.Contains(expr, `\Q`) { // may be unclosed and swallow what follows
		expr = mustParse(expr).String()
	}
	if strings.Contains(expr, "|") || strings.Contains(expr, "(?") {
		return ".*(?:" + expr + ").*"
	}
	before, after := ".*", ".*"
	if inner, ok := strings.CutPrefix(expr, "^"); ok && strings.IndexAny(inner, "*+?{") != 0 {
		before, expr = "", inner
	}
	if inner, ok := strings.CutSuffix(expr, "$"); ok && (len(inner)-len(strings.TrimRight(inner, `\`)))%2 == 0 {
		after, expr = "", inner
	}
	return before + expr + after
}

// unwrite reads an expression that [Pattern.RE2] wrote.
func unwrite(expr string) (Pattern, bool) {
	scheme, rest, ok := strings.Cut(expr, "://")
	if !ok {
		return Pattern{}, false
	}
	p := Pattern{Kind: Exact, Scheme: strings.ReplaceAll(scheme, `\`, "")}
	switch {
	case strings.HasPrefix(rest, reAnyHost):
		p.Kind, rest = AnyHost, rest[len(reAnyHost):]
	case strings.HasPrefix(rest, reLabels):
		p.Kind, rest = AnyDepth, rest[len(reLabels):]
	case strings.HasPrefix(rest, reLabel+`\.`):
		p.Kind, rest = OneLabel, rest[len(reLabel)+2:]
	}
	if host, ok := strings.CutSuffix(rest, reAnyPort); ok {
		p.Port, rest = AnyPort, host
	} else if i := strings.LastIndexByte(rest, ':'); i >= 0 && canonicalPort(rest[i+1:]) {
		p.Port, rest = rest[i+1:], rest[:i]
	}
	p.Host = strings.ReplaceAll(rest, `\`, "")
	if p.RE2() != expr {
		return Pattern{}, false
	}
	_, problem := parse(p.String())
	return p, problem == ""
}

// The bounds of what lift tries.
const (
	maxLifted = 32 // patterns that may stand for one expression
	maxBases  = 8  // host names below which wildcards are tried
)

// lift looks for exact origins and wildcards that lie within the expression,
// and takes them for it if nothing of the expression is left.
func lift(p Pattern) []Pattern {
	target := NewSet([]Pattern{p})
	work := 0
	find := func(s *search) (string, Answer) {
		if work > Work {
			return "", Unknown
		}
		origin, answer := s.any()
		work += s.spent()
		return origin, answer
	}
	everything := Pattern{Kind: Any}
	if _, answer := NewSet([]Pattern{everything}).minus(target, find); answer == No {
		return []Pattern{everything}
	}
	var found []Pattern
	for len(found) < maxLifted {
		origin, answer := target.minus(NewSet(found), find)
		if answer == No {
			return maximal(found)
		}
		if answer == Unknown {
			break
		}
		next, err := Parse(origin)
		if err != nil {
			break
		}
		next = widest(next, target, find)
		if next.Kind == Exact && !spelledOut(origin, target.regexps[0]) {
			break // one of many that no wildcard covers
		}
		found = append(found, next)
	}
	return []Pattern{p}
}

// spelledOut reports whether the expression matches the origin without using
// a class or repetition that leaves much choice.
func spelledOut(origin string, e *expression) bool {
	m := newMachine(e.program)
	state := m.start()
	for i := 0; i < len(origin) && state != dead; i++ {
		state = m.stepOf(state, origin[i], narrowOnly)
	}
	return state != dead && m.accepting(state)
}

// widest returns the widest pattern that holds the origin and lies within
// target, which holds it.
func widest(origin Pattern, target *Set, find func(*search) (string, Answer)) Pattern {
	if origin.Kind == Null {
		return origin
	}
	var tries []Pattern
	ports := []string{AnyPort}
	if origin.Port != "" {
		ports = append(ports, origin.Port)
	} else {
		ports = append(ports, "")
	}
	for _, port := range ports {
		tries = append(tries, Pattern{Kind: AnyHost, Scheme: origin.Scheme, Port: port})
	}
	var bases []string
	for _, base, ok := strings.Cut(origin.Host, "."); ok && len(bases) < maxBases; _, base, ok = strings.Cut(base, ".") {
		bases = append(bases, base)
	}
	for i := len(bases) - 1; i >= 0; i-- {
		if checkBase(bases[i]) != "" {
			continue
		}
		for _, port := range ports {
			tries = append(tries, Pattern{Kind: AnyDepth, Scheme: origin.Scheme, Host: bases[i], Port: port})
		}
	}
	if len(bases) > 0 && checkBase(bases[0]) == "" {
		for _, port := range ports {
			tries = append(tries, Pattern{Kind: OneLabel, Scheme: origin.Scheme, Host: bases[0], Port: port})
		}
	}
	tries = append(tries, Pattern{Kind: Exact, Scheme: origin.Scheme, Host: origin.Host, Port: AnyPort})
	for _, try := range tries {
		set := NewSet([]Pattern{try})
		if !set.Contains(origin.String()) {
			continue
		}
		if _, answer := set.minus(target, find); answer == No {
			return try
		}
	}
	return origin
}

// maximal leaves out the patterns that others cover.
func maximal(patterns []Pattern) []Pattern {
	var out []Pattern
	for i, p := range patterns {
		rest := append(append([]Pattern(nil), out...), patterns[i+1:]...)
		if !NewSet(rest).covers(p, p.String()) {
			out = append(out, p)
		}
	}
	return out
}
