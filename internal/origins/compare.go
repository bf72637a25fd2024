package origins

import "sort"

// Minus looks for an origin of the universe that is in s and not in other.
// With [Unknown] the origin is "".
func (s *Set) Minus(other *Set) (string, Answer) { return s.minus(other, (*search).find) }

// minus is Minus with a choice of how origins are looked for.
func (s *Set) minus(other *Set, find func(*search) (string, Answer)) (string, Answer) {
	if other.any {
		return "", No
	}
	outcome, work := No, 0
	within := func(q *search) (string, Answer) {
		if work > MaxWork {
			return "", Unknown
		}
		origin, answer := find(q)
		work += q.spent()
		return origin, answer
	}
	for i, p := range s.patterns {
		if other.covers(p, s.texts[i]) {
			continue
		}
		if p.single() {
			return s.texts[i], Yes
		}
		origin, answer := s.patternMinus(p, other, within)
		if answer == Yes {
			return origin, Yes
		}
		outcome = max(outcome, answer)
	}
	return "", outcome
}

func (s *Set) patternMinus(p Pattern, other *Set, find func(*search) (string, Answer)) (string, Answer) {
	alone := NewSet([]Pattern{p})
	for _, origin := range p.samples() {
		if !other.Contains(origin) && alone.Contains(origin) {
			return origin, Yes
		}
	}
	q := search{yes: []automaton{p.automaton()}, no: other.automataBeside(p)}
	var complete bool
	q.schemes, complete = allSchemes(s, other)
	origin, answer := find(&q)
	switch {
	case answer != No:
	case p.MatchesNull() && !other.Contains("null"):
		return "null", Yes
	case !complete:
		return "", Unknown
	}
	return origin, answer
}

// Common looks for an origin of the universe that is in both sets.
func (s *Set) Common(other *Set) (string, Answer) {
	switch nothing := NewSet(nil); {
	case s.any:
		return other.Minus(nothing)
	case other.any:
		return s.Minus(nothing)
	}
	for i, p := range s.patterns {
		if p.single() {
			if other.Contains(s.texts[i]) {
				return s.texts[i], Yes
			}
			continue
		}
		for _, origin := range p.samples() {
			if other.Contains(origin) {
				return origin, Yes
			}
		}
	}
	for i, p := range other.patterns {
		if p.single() && s.Contains(other.texts[i]) {
			return other.texts[i], Yes
		}
	}
	if len(s.wild)+len(s.regexps) == 0 || len(other.wild)+len(other.regexps) == 0 {
		return "", No
	}
	return s.commonByPairs(other)
}

// commonByPairs tries the patterns that are no single origins two by two.
func (s *Set) commonByPairs(other *Set) (string, Answer) {
	schemes, complete := allSchemes(s, other)
	outcome, work := No, 0
	if !complete {
		outcome = Unknown
	}
	for _, p := range s.patterns {
		if p.single() {
			continue
		}
		for _, o := range other.patterns {
			if o.single() || p.apart(o) {
				continue
			}
			if work > MaxWork {
				return "", Unknown
			}
			if p.MatchesNull() && o.MatchesNull() {
				return "null", Yes
			}
			q := search{yes: []automaton{p.automaton(), o.automaton()}, schemes: schemes}
			origin, answer := q.find()
			if answer == Yes {
				return origin, Yes
			}
			outcome = max(outcome, answer)
			work += q.spent() + pairWork
		}
	}
	return "", outcome
}

// samples returns origins of the pattern that refute most inclusions before
// any automaton is needed, the most telling first.
func (p Pattern) samples() []string {
	start, port := p.Scheme+"://", ""
	if p.Port != AnyPort && p.Port != "" {
		port = ":" + p.Port
	}
	hosts := []string{p.Host}
	switch p.Kind {
	case Any:
		return []string{"https://evil.example", "http://evil.example", "null"}
	case Null:
		return []string{"null"}
	case Regexp:
		return nil
	case OneLabel:
		hosts = []string{"evil." + p.Host}
	case AnyDepth:
		hosts = []string{"evil." + p.Host, "evil.www." + p.Host}
	case AnyHost:
		hosts = []string{"evil.example", "evil.www.example"}
	}
	var out []string
	for _, host := range hosts {
		out = append(out, start+host+port)
	}
	if p.Port == AnyPort {
		for _, host := range hosts {
			out = append(out, start+host+":8443", start+host+":1234")
		}
	}
	return out
}

// MatchesNull reports whether null is in the pattern.
func (p Pattern) MatchesNull() bool {
	return p.Kind == Any || p.Kind == Null || p.Kind == Regexp && expressionOf(p.Expr).match("null")
}

func (p Pattern) automaton() automaton { return newMachine(expressionOf(p.RE2()).program) }

// apart reports whether a glance shows that two patterns share no origin.
func (p Pattern) apart(o Pattern) bool {
	if p.Scheme == "" || o.Scheme == "" {
		return false
	}
	if p.Scheme != o.Scheme || p.Port != o.Port && p.Port != AnyPort && o.Port != AnyPort {
		return true
	}
	return p.Host != "" && o.Host != "" && !below(p.Host, o.Host) && !below(o.Host, p.Host)
}

// below reports whether host is base or a name below it.
func below(host, base string) bool {
	if len(host) <= len(base) {
		return host == base
	}
	return host[len(host)-len(base):] == base && host[len(host)-len(base)-1] == '.'
}

// automataBeside returns automata that accept the origins of the set, as far
// as they can be in p as well.
func (s *Set) automataBeside(p Pattern) []automaton {
	var out []automaton
	var union []Pattern
	for _, o := range s.patterns {
		if !o.single() && !p.apart(o) {
			union = append(union, o)
		}
	}
	if len(union) > 0 {
		out = append(out, newMachine(unionProgram(union)))
	}
	inP := NewSet([]Pattern{p})
	var texts []string
	for origin := range s.exact {
		if inP.Contains(origin) {
			texts = append(texts, origin)
		}
	}
	if len(texts) > 0 {
		sort.Strings(texts)
		out = append(out, newList(texts))
	}
	return out
}
