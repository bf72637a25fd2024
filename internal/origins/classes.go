package origins

import "slices"

// classes partitions the bytes that an origin may hold, so that a search tries
// one byte for all that no automaton tells apart.
type classes struct{ id [128]int }

// split separates the bytes of the set from those outside of it.
func (cl *classes) split(in func(c byte) bool) {
	var ids [2 * len(cl.id)]int // by the old class and membership; 0: not seen yet
	n := 0
	for i := range cl.id {
		part := 2 * cl.id[i]
		if in(byte(i)) {
			part++
		}
		if ids[part] == 0 {
			n++
			ids[part] = n
		}
		cl.id[i] = ids[part] - 1
	}
}

// readable lists the bytes of host and port, those first that read best in a
// witness.
const readable = "xabcdefghijklmnopqrstuvwyz" + "0123456789" + "-.:[]_!$&'()+,;=~"

// representatives returns one byte for each class, the most readable one.
func (cl *classes) representatives() []byte {
	var out []byte
	var seen []int
	for i := 0; i < len(readable); i++ {
		if id := cl.id[readable[i]]; !slices.Contains(seen, id) {
			seen = append(seen, id)
			out = append(out, readable[i])
		}
	}
	return out
}

func sortUnique(pcs []uint32) []uint32 {
	slices.Sort(pcs)
	return slices.Compact(pcs)
}
