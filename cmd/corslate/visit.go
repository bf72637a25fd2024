package main

import (
	"errors"

	"github.com/corslate/corslate/internal/manifest"
)

// visit reads the objects of one document, counts them, records what cannot be
// read, and calls each for those that are of a kind that carries policies.
func visit(e entry, r *reading, t *tally, records *[]record, each func(*source, *manifest.Object)) {
	unusable := func(err error) {
		*records = append(*records, unreadable(err))
		t.counts[outcomeUnusable]++
	}
	if e.err != nil {
		if where := new(manifest.Error); errors.As(e.err, &where) && where.Place.Document > 0 {
			t.documents++
		}
		unusable(e.err)
		return
	}
	t.documents++
	if e.document.Empty() {
		t.empty++
		return
	}
	for o, err := range e.document.Objects() {
		if err != nil {
			unusable(err)
			continue
		}
		t.objects++
		k, err := kindOf(o)
		switch {
		case err != nil:
			unusable(&manifest.Error{Place: o.Place, Object: o.Head, Err: err})
		case k == kindOther || k == kindIngressRoute:
			t.counts[outcomeOther]++
			t.other(o.Head.Kind, 1)
		default:
			s := r.read(o, k)
			each(&s, o)
		}
	}
}
