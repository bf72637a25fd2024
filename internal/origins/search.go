package origins

import (
	"slices"
	"strings"
)

// The bounds of a search, beyond which the answer is [Unknown].
const (
	Limit = 1 << 13 // combined states of the compared automata, and states of each
	Work  = 1 << 21 // instructions of regular expressions that are looked at

	MaxWork  = 4 * Work      // the same, for all searches of a question together
	pairWork = MaxWork >> 12 // what a search costs at least
)

// Answer is the outcome of a question about infinite sets.
type Answer uint8

const (
	No      Answer = iota // proved
	Yes                   // proved, by an origin
	Unknown               // beyond Limit
)

// search looks for an origin of the universe that all of yes accept and none
// of no.
type search struct {
	yes, no []automaton
	schemes []string
}

const maxAutomata = 5

// combined is a state of the universe and of the automata, those of yes first.
type combined struct {
	host  int32
	parts [maxAutomata]int32
}

// shortest returns the shortest origin, in the order of the schemes, among
// those that begin with prefix ("scheme://…") or, if that is empty, among all.
func (s *search) shortest(u *universe, prefix string) (string, Answer) {
	var cl classes
	u.refine(&cl)
	for _, a := range s.automata() {
		a.refine(&cl)
	}
	letters := cl.representatives()

	type step struct {
		from int32
		c    byte
	}
	var (
		states []combined
		steps  []step
		origin []string // for the first states: what led there
		index  = map[combined]int32{}
	)
	add := func(c combined, from int32, b byte) int32 {
		if _, ok := index[c]; ok {
			return dead
		}
		id := int32(len(states))
		index[c] = id
		states = append(states, c)
		steps = append(steps, step{from, b})
		return id
	}
	word := func(id int32) string {
		var tail []byte
		for steps[id].from != dead {
			tail = append(tail, steps[id].c)
			id = steps[id].from
		}
		slices.Reverse(tail)
		return origin[id] + string(tail)
	}
	for _, begin := range s.starts(prefix) {
		if c, ok := s.begin(u, begin); ok {
			if id := add(c, dead, 0); id != dead {
				origin = append(origin, begin.scheme+"://"+begin.host)
				if s.accepts(u, c) {
					return word(id), Yes
				}
			}
		}
	}
	for id := int32(0); int(id) < len(states); id++ {
		if len(states) > Limit || s.exhausted() {
			return "", Unknown
		}
		for _, b := range letters {
			next, ok := s.step(u, states[id], b)
			if !ok {
				continue
			}
			if to := add(next, id, b); to != dead && s.accepts(u, next) {
				return word(to), Yes
			}
		}
	}
	return "", No
}

func (s *search) automata() []automaton { return append(slices.Clip(s.yes), s.no...) }

// exhausted reports whether a bound has been reached, but for that of combined
// states.
func (s *search) exhausted() bool {
	for _, a := range s.automata() {
		if m, ok := a.(*machine); ok && (len(m.states) > Limit || m.spent > Work) {
			return true
		}
	}
	return false
}

// spent returns how many instructions the search has looked at.
func (s *search) spent() int {
	n := 0
	for _, a := range s.automata() {
		if m, ok := a.(*machine); ok {
			n += m.spent
		}
	}
	return n
}

// start is a place where the search begins: behind scheme://host.
type start struct{ scheme, host string }

func (s *search) starts(prefix string) []start {
	var out []start
	for _, scheme := range s.schemes {
		if host, ok := strings.CutPrefix(prefix, scheme+"://"); ok || prefix == "" {
			out = append(out, start{scheme, host})
		}
	}
	return out
}

func (s *search) begin(u *universe, b start) (combined, bool) {
	c := combined{host: u.startFor(b.scheme)}
	for i := 0; i < len(b.host); i++ {
		if c.host = u.step(c.host, b.host[i]); c.host == dead {
			return c, false
		}
	}
	for i, a := range s.automata() {
		c.parts[i] = run(a, a.start(), b.scheme+"://"+b.host)
		if c.parts[i] == dead && i < len(s.yes) {
			return c, false
		}
	}
	return c, true
}

func (s *search) step(u *universe, c combined, b byte) (combined, bool) {
	next := combined{}
	for i, a := range s.yes {
		if next.parts[i] = a.step(c.parts[i], b); next.parts[i] == dead {
			return next, false
		}
	}
	if next.host = u.step(c.host, b); next.host == dead {
		return next, false
	}
	for i, a := range s.no {
		i += len(s.yes)
		if next.parts[i] = dead; c.parts[i] != dead {
			next.parts[i] = a.step(c.parts[i], b)
		}
	}
	return next, true
}

func (s *search) accepts(u *universe, c combined) bool {
	if !u.accepting(c.host) {
		return false
	}
	for i, a := range s.yes {
		if !a.accepting(c.parts[i]) {
			return false
		}
	}
	for i, a := range s.no {
		if i += len(s.yes); c.parts[i] != dead && a.accepting(c.parts[i]) {
			return false
		}
	}
	return true
}

// any decides whether there is such an origin and returns the shortest.
func (s *search) any() (string, Answer) { return s.shortest(newUniverse(false), "") }

// find decides whether there is such an origin, and returns one that reads
// well: one that an attacker could use if there is one.
func (s *search) find() (string, Answer) {
	full := newUniverse(false)
	origin, answer := s.shortest(full, "")
	if answer != Yes {
		return "", answer
	}
	if nicer, ok := s.readable(func(string) bool { return true }); ok {
		return nicer, Yes
	}
	if nicer, answer := s.shortest(full, "https://evil_host"); answer == Yes {
		return nicer, Yes
	}
	return origin, Yes
}

// How a witness may begin and end, best first: visibly an attacker's, and a
// name that is reserved for documentation or under a common suffix.
var (
	beginnings = [][]string{{"https://evil.", "https://evil-"}, {"https://evil"}, {"https://"}, {"http://evil.", "http://evil-"}, {"http://"}}
	endings    = []string{`.*\.example(:[0-9]+)?`, `.*\.(com|net|org|io|dev|app)(:[0-9]+)?`, `.*`}
)

// readable returns an origin that fits and reads well.
func (s *search) readable(fits func(origin string) bool) (string, bool) {
	plain := newUniverse(true)
	for _, ending := range endings {
		q := search{yes: append(slices.Clip(s.yes), newMachine(compile(ending))), no: s.no, schemes: s.schemes}
		for _, alternatives := range beginnings {
			best := ""
			for _, prefix := range alternatives {
				origin, answer := q.shortest(plain, prefix)
				if answer == Yes && fits(origin) && (best == "" || len(origin) < len(best)) {
					best = origin
				}
			}
			if best != "" {
				return best, true
			}
		}
	}
	return "", false
}
