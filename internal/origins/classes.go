package origins

import "slices"

// classes partitions the bytes that an origin may hold, so that a search tries
// one byte for all that no automaton tells apart.
type classes struct{ id [128]int }

// split separates the bytes of the set from those outside of it.
func (cl *classes) split(in func(c byte) bool) {
	type part struct {
		old int
		in  bool
	}
	ids := map[part]int{}
	for i := range cl.id {
		p := part{cl.id[i], in(byte(i))}
		id, ok := ids[p]
		if !ok {
			id = len(ids)
			ids[p] = id
		}
		cl.id[i] = id
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
