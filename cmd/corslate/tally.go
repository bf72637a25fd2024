package main

// outcome is what became of an object.
type outcome uint8

const (
	outcomeRead     outcome = iota // check and diff: it has a policy
	outcomeExact                   // translated, every grant kept
	outcomeNarrowed                // translated, some grants left out
	outcomeWidened                 // translated, with grants that it did not have
	outcomeRefused                 // its policy cannot be had or translated on the terms
	outcomeNoCORS                  // it carries no policy
	outcomeOther                   // of another kind
	outcomeUnusable                // it cannot be read, or its data plane would reject it
	outcomeEqual                   // diff: of a pair, and the three that follow
	outcomeNarrower
	outcomeWider
	outcomeIncomparable
	outcomeAlone // diff: without a partner
	outcomes     // how many there are
)

// tally counts what became of the input.
type tally struct {
	documents, empty, objects int
	counts                    [outcomes]int
	others                    map[string]int // objects by kind
	dangers, advice           int            // findings
}

// otherKinds bounds how many kinds are counted by name.
const otherKinds = 50

func (t *tally) other(kind string, n int) {
	if t.others == nil {
		t.others = map[string]int{}
	}
	if kind == "" {
		kind = "without a kind"
	}
	if _, known := t.others[kind]; !known && len(t.others) >= otherKinds {
		kind = "and more"
	}
	t.others[kind] += n
}

func (t *tally) add(more tally) {
	t.documents += more.documents
	t.empty += more.empty
	t.objects += more.objects
	t.dangers += more.dangers
	t.advice += more.advice
	for i, n := range more.counts {
		t.counts[i] += n
	}
	for kind, n := range more.others {
		t.other(kind, n)
	}
}

// status is the exit status that the counts ask for.
func (t *tally) status() status {
	c := t.counts
	s := statusFine
	if c[outcomeRefused]+c[outcomeNarrower]+c[outcomeWider]+c[outcomeIncomparable]+c[outcomeAlone] > 0 {
		s = statusRefused
	}
	if c[outcomeUnusable] > 0 {
		s = worse(s, statusUnusable)
	}
	return s
}
