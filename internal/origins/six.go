package origins

import "sync"

// sixState is what matters of an IPv6 address in the serialization of the URL
// standard: eight pieces without leading zeros, of which the first longest run
// of two or more zeros is written as "::".
type sixState struct {
	before, after       int8 // complete pieces before and after "::"
	longest, longestEnd int8 // longest run of zeros on either side
	run                 int8 // zeros that end at the current piece
	digits              int8 // of the current piece
	zero                bool // the current piece is 0
	compressed          bool // "::" has been read
	colon               bool // the last byte was the first of ":" or "::"
}

// endPiece counts the current piece.
func (s sixState) endPiece() sixState {
	if s.zero {
		s.run++
	} else {
		s.run = 0
	}
	if s.compressed {
		s.after++
		s.longestEnd = max(s.longestEnd, s.run)
	} else {
		s.before++
		s.longest = max(s.longest, s.run)
	}
	s.digits, s.zero = 0, false
	return s
}

// viable prunes what can no longer become canonical.
func (s sixState) viable() bool {
	room := 8 - s.before - s.after
	if s.compressed {
		return room >= 2 && room > s.longest && room >= s.longestEnd
	}
	return room >= 0
}

func (s sixState) step(c byte) (sixState, bool) {
	switch {
	case c == ':' && s.colon:
		if s.compressed || s.run > 0 {
			return s, false // a zero beside "::" would be part of it
		}
		s.compressed, s.colon, s.run = true, false, 0
		return s, s.viable()
	case c == ':' && s.digits > 0:
		s = s.endPiece()
		s.colon = true
		return s, s.viable() && (s.compressed || s.before < 8)
	case c == ':':
		s.colon = true
		return s, s.before == 0 && !s.compressed // "::" at the start
	case s.colon && s.before == 0 && !s.compressed:
		return s, false // a lone ":" at the start
	case s.digits == 4 || s.zero:
		return s, false
	}
	if c == '0' && s.digits == 0 {
		if s.compressed && s.after == 0 {
			return s, false
		}
		s.zero = true
	}
	s.colon = false
	s.digits++
	return s, true
}

func (s sixState) accepting() bool {
	if s.colon {
		return false
	}
	if s.digits > 0 {
		s = s.endPiece()
	} else if !s.compressed || s.after > 0 {
		return false
	}
	if s.compressed {
		return s.viable()
	}
	return s.before == 8 && s.longest < 2
}

// sixDFA is the minimal automaton over the bytes between the brackets.
type sixDFA struct {
	next      [][3]int32 // by sixClass
	accepting []bool
}

const sixStart int32 = 0

func sixClass(c byte) int {
	switch {
	case c == ':':
		return 0
	case c == '0':
		return 1
	case '1' <= c && c <= '9', 'a' <= c && c <= 'f':
		return 2
	}
	return -1
}

func (d *sixDFA) step(state int32, c byte) int32 {
	class := sixClass(c)
	if class < 0 {
		return dead
	}
	return d.next[state][class]
}

var sixTable = sync.OnceValue(func() *sixDFA {
	var d sixDFA
	index := map[sixState]int32{}
	var states []sixState
	intern := func(s sixState) int32 {
		if id, ok := index[s]; ok {
			return id
		}
		id := int32(len(states))
		index[s] = id
		states = append(states, s)
		return id
	}
	intern(sixState{})
	for i := 0; i < len(states); i++ {
		next := [3]int32{dead, dead, dead}
		for class, c := range []byte(":01") {
			if to, ok := states[i].step(c); ok {
				next[class] = intern(to)
			}
		}
		d.next = append(d.next, next)
		d.accepting = append(d.accepting, states[i].accepting())
	}
	return d.minimize()
})

// minimize merges equivalent states (Moore's partition refinement) and states
// from which nothing is accepted into dead. State 0 stays the start.
func (d *sixDFA) minimize() *sixDFA {
	block := make([]int32, len(d.next))
	for i, ok := range d.accepting {
		if ok {
			block[i] = 1
		}
	}
	of := func(state int32) int32 {
		if state == dead {
			return dead
		}
		return block[state]
	}
	for count := 0; ; {
		type signature [4]int32
		ids := map[signature]int32{}
		refined := make([]int32, len(block))
		for i, next := range d.next {
			sig := signature{block[i], of(next[0]), of(next[1]), of(next[2])}
			id, ok := ids[sig]
			if !ok {
				id = int32(len(ids))
				ids[sig] = id
			}
			refined[i] = id
		}
		block = refined
		if len(ids) == count {
			break
		}
		count = len(ids)
	}
	min := &sixDFA{}
	for i, next := range d.next {
		if int(block[i]) == len(min.next) {
			min.next = append(min.next, [3]int32{of(next[0]), of(next[1]), of(next[2])})
			min.accepting = append(min.accepting, d.accepting[i])
		}
	}
	return min
}
