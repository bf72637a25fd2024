package main

import (
	"iter"
	"slices"

	"github.com/corslate/corslate/policy"
)

// pair is what is compared. One of the two may be nil.
type pair struct{ before, after *held }

// bytes is how much there is to compare.
func (p pair) bytes() int {
	n := 0
	for _, h := range []*held{p.before, p.after} {
		if h != nil {
			n += len(h.spec)
		}
	}
	return n
}

// pairs gives what is to be compared, in the order of the new side, and then
// what is on the old side alone.
func pairs(before, after *side) iter.Seq[pair] {
	return func(yield func(pair) bool) {
		with := func(n *held, old []*held) bool {
			for _, o := range old {
				o.met = true
				if !yield(pair{o, n}) {
					return false
				}
			}
			return len(old) > 0 || yield(pair{nil, n})
		}
		named := before.withCORS()
		for _, n := range after.bare {
			if !with(n, slices.Concat(before.bare, named)) {
				return
			}
		}
		for _, k := range after.order {
			for _, n := range carriers(after.by[k]) {
				old := partners(n, before.by[k])
				if n.hasCORS() {
					old = slices.Concat(before.bare, old)
				}
				if len(old) == 0 && len(after.bare) > 0 {
					continue
				}
				if !with(n, old) {
					return
				}
			}
		}
		for _, o := range slices.Concat(before.bare, named) {
			if !o.met && !yield(pair{o, nil}) {
				return
			}
		}
	}
}

// withCORS returns what has a policy, in order; bare policies are not in it.
func (d *side) withCORS() []*held {
	var out []*held
	for _, k := range d.order {
		for _, h := range d.by[k] {
			if h.hasCORS() {
				out = append(out, h)
			}
		}
	}
	return out
}

// carriers returns those of the objects of one name that have CORS, or the
// first if none has.
func carriers(list []*held) []*held {
	var out []*held
	for _, h := range list {
		if h.hasCORS() {
			out = append(out, h)
		}
	}
	if len(out) == 0 && len(list) > 0 {
		out = list[:1]
	}
	return out
}

// partners returns which of the objects of one name to compare with n: those of
// its kind, or all if there are none.
func partners(n *held, list []*held) []*held {
	list = carriers(list)
	var alike []*held
	for _, h := range list {
		if h.kind == n.kind {
			alike = append(alike, h)
		}
	}
	if len(alike) > 0 {
		return alike
	}
	return list
}

// lonely reports an object without a partner, if it has CORS.
func lonely(p pair) (r record, alone bool) {
	h, effect, detail := p.before, policy.Narrower, "no object of NEW has this name, so what it grants is granted no more; map the name with --map if it has another"
	if h == nil {
		h, effect, detail = p.after, policy.Wider, "no object of OLD has this name, so what it grants is new; map the name with --map if it had another"
	}
	if !h.hasCORS() {
		return r, false
	}
	return about(h.place, h.head, policy.Finding{Code: codeNoPartner, Effect: effect, Detail: detail}), true
}
