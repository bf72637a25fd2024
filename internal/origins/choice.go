package origins

import "regexp/syntax"

// wideClass is the number of host bytes from which on a class leaves so much
// choice that whoever writes it cannot have meant each outcome: [0-9] does,
// the alternation (a|b|c), which RE2 turns into a class, does not.
const wideClass = 10

// choice tells whether an instruction leaves whoever picks an origin much
// choice (wideOnly: a large class, or anything that can be repeated without
// end) or little (narrowOnly).
func (m *machine) choice(pc uint32) int {
	if m.wide == nil {
		m.wide = wideInstructions(m.prog)
	}
	if m.wide(pc) {
		return wideOnly
	}
	return narrowOnly
}

func wideInstructions(prog *syntax.Prog) func(pc uint32) bool {
	wide := make([]bool, len(prog.Inst))
	looping := onCycle(prog)
	for i := range prog.Inst {
		n := 0
		for c := rune('!'); c <= '~'; c++ {
			if hostByte(byte(c)) && matches(&prog.Inst[i], c) {
				n++
			}
		}
		wide[i] = n >= wideClass || n > 0 && looping[i]
	}
	return func(pc uint32) bool { return wide[pc] }
}

// onCycle tells which instructions can be reached from themselves (Tarjan's
// strongly connected components, with an explicit stack).
func onCycle(prog *syntax.Prog) []bool {
	n := len(prog.Inst)
	looping := make([]bool, n)
	order := make([]int, n) // 0: not visited
	low := make([]int, n)
	onStack := make([]bool, n)
	var stack []uint32
	type frame struct {
		pc   uint32
		next int
	}
	clock := 0
	for root := range prog.Inst {
		if order[root] != 0 {
			continue
		}
		calls := []frame{{pc: uint32(root)}}
		for len(calls) > 0 {
			f := &calls[len(calls)-1]
			pc := f.pc
			if f.next == 0 {
				clock++
				order[pc], low[pc], onStack[pc] = clock, clock, true
				stack = append(stack, pc)
			}
			succ := successors(&prog.Inst[pc])
			if f.next < len(succ) {
				to := succ[f.next]
				f.next++
				switch {
				case to == pc:
					looping[pc] = true
				case order[to] == 0:
					calls = append(calls, frame{pc: to})
				case onStack[to]:
					low[pc] = min(low[pc], order[to])
				}
				continue
			}
			calls = calls[:len(calls)-1]
			if len(calls) > 0 {
				parent := calls[len(calls)-1].pc
				low[parent] = min(low[parent], low[pc])
			}
			if low[pc] == order[pc] {
				at := len(stack) - 1
				for stack[at] != pc {
					at--
				}
				for _, member := range stack[at:] {
					onStack[member] = false
					looping[member] = looping[member] || len(stack)-at > 1
				}
				stack = stack[:at]
			}
		}
	}
	return looping
}

func successors(inst *syntax.Inst) []uint32 {
	switch inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		return []uint32{inst.Out, inst.Arg}
	case syntax.InstFail, syntax.InstMatch:
		return nil
	}
	return []uint32{inst.Out}
}
