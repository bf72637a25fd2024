package origins

import (
	"slices"
	"strings"
)

// Set is an immutable set of origins: the union of some patterns. It is safe
// for concurrent use.
type Set struct {
	patterns []Pattern // sorted as text, without duplicates
	texts    []string  // of the patterns
	any      bool
	null     bool
	exact    map[string]struct{}
	wild     map[Pattern]struct{} // every kind that Contains finds by look-up
	kinds    [Regexp + 1]bool     // which kinds wild holds; Exact stands for any port
	regexps  []*expression
}

// NewSet returns the union of patterns that [Parse] returned.
func NewSet(patterns []Pattern) *Set {
	type entry struct {
		text    string
		pattern Pattern
	}
	entries := make([]entry, len(patterns))
	for i, p := range patterns {
		entries[i] = entry{p.String(), p}
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.text, b.text) })
	entries = slices.CompactFunc(entries, func(a, b entry) bool { return a.text == b.text })

	s := &Set{
		patterns: make([]Pattern, len(entries)),
		texts:    make([]string, len(entries)),
		exact:    make(map[string]struct{}, len(entries)),
	}
	for i, e := range entries {
		p := e.pattern
		s.patterns[i], s.texts[i] = p, e.text
		if p.Kind == Exact && p.Port != AnyPort {
			s.exact[e.text] = struct{}{}
			continue
		}
		switch p.Kind {
		case Any:
			s.any = true
		case Null:
			s.null = true
		case Regexp:
			s.regexps = append(s.regexps, expressionOf(p.Expr))
		default:
			if s.wild == nil {
				s.wild = map[Pattern]struct{}{}
			}
			s.wild[p] = struct{}{}
			s.kinds[p.Kind] = true
		}
	}
	return s
}

// Patterns returns the set's patterns, sorted as text; not to be modified.
func (s *Set) Patterns() []Pattern { return s.patterns }

// Texts returns the patterns as text, in order; not to be modified.
func (s *Set) Texts() []string { return s.texts }

// IsAny reports whether the set has the pattern *.
func (s *Set) IsAny() bool { return s.any }

// Everything reports whether every origin is in the set, null included.
func (s *Set) Everything() bool {
	if s.any || len(s.regexps) == 0 {
		return s.any
	}
	_, answer := NewSet([]Pattern{{Kind: Any}}).minus(s, (*search).any)
	return answer == No
}

// Contains reports whether origin is in the set. It compares text, as data
// planes do, and does not allocate.
func (s *Set) Contains(origin string) bool {
	if origin == "" {
		return false
	}
	if s.any || s.null && origin == "null" {
		return true
	}
	if _, ok := s.exact[origin]; ok {
		return true
	}
	if len(s.wild) > 0 && s.containsWild(origin) {
		return true
	}
	for _, e := range s.regexps {
		if e.match(origin) {
			return true
		}
	}
	return false
}

func (s *Set) containsWild(origin string) bool {
	scheme, rest, ok := strings.Cut(origin, "://")
	if !ok {
		return false
	}
	host, port, problem := splitPort(rest)
	if problem != "" || port != "" && checkPort(scheme, port) != "" || port == AnyPort {
		return false
	}
	has := func(kind Kind, host string) bool {
		if !s.kinds[kind] {
			return false
		}
		if _, ok := s.wild[Pattern{Kind: kind, Scheme: scheme, Host: host, Port: port}]; ok {
			return true
		}
		_, ok := s.wild[Pattern{Kind: kind, Scheme: scheme, Host: host, Port: AnyPort}]
		return ok
	}
	if has(Exact, host) {
		return true
	}
	if s.kinds[AnyHost] && has(AnyHost, "") && checkHost(host) == "" && (host[0] == '[' || nameLabels(host)) {
		return true
	}
	if !s.kinds[OneLabel] && !s.kinds[AnyDepth] {
		return false
	}
	first := true
	for start := 0; ; {
		i := start
		for i < len(host) && labelByte(host[i]) {
			i++
		}
		if i == start || i == len(host) || host[i] != '.' {
			return false
		}
		base := host[i+1:]
		if first && has(OneLabel, base) || has(AnyDepth, base) {
			return true
		}
		first, start = false, i+1
	}
}

// covers reports whether one look-up shows that every origin of p, whose text
// is given as well, is in the set. False says nothing unless p is single.
func (s *Set) covers(p Pattern, text string) bool {
	if s.any {
		return true
	}
	if p.single() {
		return s.Contains(text)
	}
	switch p.Kind {
	case Any:
		return false
	case Regexp:
		return slices.ContainsFunc(s.regexps, func(e *expression) bool { return e.text == p.Expr })
	}
	if len(s.wild) == 0 {
		return false
	}
	has := func(kind Kind, host string) bool {
		_, ok := s.wild[Pattern{Kind: kind, Scheme: p.Scheme, Host: host, Port: p.Port}]
		if !ok {
			_, ok = s.wild[Pattern{Kind: kind, Scheme: p.Scheme, Host: host, Port: AnyPort}]
		}
		return ok
	}
	if has(p.Kind, p.Host) {
		return true
	}
	if p.Kind != AnyHost && (p.Kind != Exact || p.Host[0] == '[' || nameLabels(p.Host)) && has(AnyHost, "") {
		return true
	}
	if p.Kind != OneLabel && p.Kind != AnyDepth {
		return false
	}
	for base := p.Host; base != ""; _, base, _ = strings.Cut(base, ".") {
		if has(AnyDepth, base) {
			return true
		}
	}
	return false
}
