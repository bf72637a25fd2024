package origins

import (
	"encoding/binary"
	"regexp/syntax"
)

// automaton is a deterministic automaton over bytes whose states are found as
// they are needed.
type automaton interface {
	start() int32
	step(state int32, c byte) int32 // dead if no continuation is accepted
	accepting(state int32) bool
	refine(*classes) // tells apart the bytes on which states may differ
}

// dead is the state from which nothing is accepted.
const dead int32 = -1

// run feeds text to the automaton.
func run(a automaton, state int32, text string) int32 {
	for i := 0; i < len(text) && state != dead; i++ {
		state = a.step(state, text[i])
	}
	return state
}

// machine runs the program of a regular expression, by the subset construction
// on demand. Empty-width assertions are resolved when the next byte is known.
type machine struct {
	prog   *syntax.Prog
	states []*subset
	index  map[string]int32
	asserts
	wide  func(pc uint32) bool // made when first needed
	spent int                  // instructions looked at so far
}

// asserts says which neighbours the program's assertions look at.
type asserts struct{ edge, word bool }

type subset struct {
	pcs   []uint32 // before assertions are resolved
	prev  rune     // what stands before, as far as assertions look at it
	next  [3][128]int32
	match uint8 // 0: not known yet, 1: no, 2: yes
}

// A step may be restricted to the instructions that leave much or little
// choice; see [machine.choice].
const (
	allChoices = iota
	narrowOnly
	wideOnly
)

// unknown marks a step that has not been taken yet.
const unknown int32 = -2

var noSteps = func() (next [128]int32) {
	for c := range next {
		next[c] = unknown
	}
	return next
}()

func newMachine(prog *syntax.Prog) *machine {
	m := &machine{prog: prog, index: map[string]int32{}}
	for i := range prog.Inst {
		if prog.Inst[i].Op == syntax.InstEmptyWidth {
			switch e := syntax.EmptyOp(prog.Inst[i].Arg); {
			case e&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0:
				m.word = true
			default:
				m.edge = true
			}
		}
	}
	m.intern([]uint32{uint32(prog.Start)}, -1)
	return m
}

func (m *machine) start() int32 { return 0 }

func (m *machine) step(state int32, c byte) int32 { return m.stepOf(state, c, allChoices) }

func (m *machine) stepOf(state int32, c byte, choice int) int32 {
	if next := m.states[state].next[choice][c]; next != unknown {
		return next
	}
	var pcs []uint32
	for _, pc := range m.closure(m.states[state].pcs, m.states[state].prev, rune(c)) {
		inst := &m.prog.Inst[pc]
		if !matches(inst, rune(c)) || choice != allChoices && m.choice(pc) != choice {
			continue
		}
		pcs = append(pcs, inst.Out)
	}
	next := dead
	if len(pcs) > 0 {
		next = m.intern(pcs, m.context(rune(c)))
	}
	m.states[state].next[choice][c] = next
	return next
}

func (m *machine) accepting(state int32) bool {
	s := m.states[state]
	if s.match == 0 {
		s.match = 1
		for _, pc := range m.closure(s.pcs, s.prev, -1) {
			if m.prog.Inst[pc].Op == syntax.InstMatch {
				s.match = 2
			}
		}
	}
	return s.match == 2
}

func matches(inst *syntax.Inst, c rune) bool {
	switch inst.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return inst.MatchRune(c)
	}
	return false
}

// context folds what stood before to what the assertions can tell apart.
func (m *machine) context(c rune) rune {
	switch {
	case m.word && syntax.IsWordChar(c):
		return 'a'
	case m.word || m.edge:
		return '-'
	}
	return -1
}

// intern returns the state of a set of instructions, which it sorts.
func (m *machine) intern(pcs []uint32, prev rune) int32 {
	pcs = sortUnique(pcs)
	key := make([]byte, 0, 4*len(pcs)+1)
	for _, pc := range pcs {
		key = binary.LittleEndian.AppendUint32(key, pc)
	}
	key = append(key, byte(prev))
	if s, ok := m.index[string(key)]; ok {
		return s
	}
	m.states = append(m.states, &subset{pcs: pcs, prev: prev, next: [3][128]int32{noSteps, noSteps, noSteps}})
	id := int32(len(m.states) - 1)
	m.index[string(key)] = id
	return id
}

// closure returns the consuming and accepting instructions reachable from pcs
// between prev and next (-1 at the edges).
func (m *machine) closure(pcs []uint32, prev, next rune) []uint32 {
	have := syntax.EmptyOpContext(prev, next)
	seen := make(map[uint32]bool, len(pcs))
	var out []uint32
	stack := append([]uint32(nil), pcs...)
	for len(stack) > 0 {
		pc := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[pc] {
			continue
		}
		seen[pc] = true
		m.spent++
		switch inst := &m.prog.Inst[pc]; inst.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			stack = append(stack, inst.Out, inst.Arg)
		case syntax.InstCapture, syntax.InstNop:
			stack = append(stack, inst.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(inst.Arg)&^have == 0 {
				stack = append(stack, inst.Out)
			}
		case syntax.InstFail:
		default:
			out = append(out, pc)
		}
	}
	return out
}

func (m *machine) refine(cl *classes) {
	if m.word {
		cl.split(func(c byte) bool { return syntax.IsWordChar(rune(c)) })
	}
	split := map[string]bool{} // programs repeat their classes
	for i := range m.prog.Inst {
		inst := &m.prog.Inst[i]
		if inst.Op != syntax.InstRune && inst.Op != syntax.InstRune1 {
			continue
		}
		key := string(append(inst.Rune[:len(inst.Rune):len(inst.Rune)], rune(inst.Arg)))
		if !split[key] {
			split[key] = true
			cl.split(func(c byte) bool { return inst.MatchRune(rune(c)) })
		}
	}
}
