package main

import (
	"encoding/json"

	"github.com/corslate/corslate/internal/manifest"
	"github.com/corslate/corslate/policy"
)

// key is what objects are paired by.
type key struct{ namespace, name string }

// held is an object whose policy is kept: a side of a diff, or what is to be
// grafted. It keeps the policy as text, which is much smaller than compiled.
type held struct {
	key         key // under which it is paired
	place       manifest.Place
	head        manifest.Head
	kind        kind
	spec        string // the canonical policy.Spec as JSON; empty without CORS
	refused     bool   // it has a policy that cannot be had
	host        string
	middlewares string
	// The policy is known to grant more, or less, than the object really does,
	// which no policy can express.
	overstated, understated bool

	met bool // it has a partner
}

// hold keeps what matters of a source.
func hold(s *source) held {
	h := held{place: s.place, head: s.head, kind: s.kind, host: s.host, middlewares: s.middlewares,
		overstated:  len(s.report.With(policy.Wider)) > 0,
		understated: len(s.report.With(policy.Narrower)) > 0,
	}
	if s.policy == nil {
		h.refused = s.outcome() != outcomeNoCORS
		return h
	}
	text, err := json.Marshal(s.policy.Spec())
	if err != nil {
		panic("corslate: " + err.Error()) // strings, a bool and a number
	}
	h.spec = string(text)
	return h
}

// policy compiles the policy again. An object without CORS has one that grants
// nothing.
func (h *held) policy() *policy.Policy {
	var spec policy.Spec
	if h.spec != "" {
		if err := json.Unmarshal([]byte(h.spec), &spec); err != nil {
			panic("corslate: " + err.Error()) // hold wrote it
		}
	}
	return policy.MustNew(spec)
}

func (h *held) hasCORS() bool { return h.spec != "" || h.refused }

// title names the object in a sentence.
func (h *held) title() string {
	if title := h.head.String(); title != "" {
		return title
	}
	return "the policy"
}

func (h *held) against() *against {
	return &against{File: h.place.File, Document: h.place.Document, Item: h.place.Item, Line: h.place.Line,
		Kind: h.head.Kind, Namespace: h.head.Namespace, Name: h.head.Name}
}

// side is one of the two inputs of a diff, by key, in the order of the input.
type side struct {
	order []key
	by    map[key][]*held
	bare  []*held // policies without a name, for every object of the other side
}

func (d *side) add(k key, h *held) {
	h.key = k
	if h.kind == kindSpec && k.name == "" {
		d.bare = append(d.bare, h)
		return
	}
	if d.by == nil {
		d.by = map[key][]*held{}
	}
	if _, known := d.by[k]; !known {
		d.order = append(d.order, k)
	}
	d.by[k] = append(d.by[k], h)
}
