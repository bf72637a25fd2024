package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/corslate/corslate/policy"
)

func TestProgress(t *testing.T) {
	now := time.Unix(0, 0)
	var out bytes.Buffer
	s := &screen{w: &out, terminal: true, started: now, now: func() time.Time { return now }}
	show := func(after time.Duration, documents int) string {
		out.Reset()
		now = time.Unix(0, 0).Add(after)
		s.progress(&tally{documents: documents, objects: documents})
		return out.String()
	}
	if got := show(500*time.Millisecond, 1); got != "" {
		t.Errorf("short work shows %q", got)
	}
	if got, want := show(2*time.Second, 20), clearLine+"20 documents, 20 objects"; got != want {
		t.Errorf("long work shows %q, want %q", got, want)
	}
	if got := show(2*time.Second+100*time.Millisecond, 30); got != "" {
		t.Errorf("shown again at once: %q", got)
	}
	out.Reset()
	s.Write([]byte("finding\n"))
	s.clear()
	if got, want := out.String(), clearLine+"finding\n"; got != want {
		t.Errorf("a finding shows as %q, want %q", got, want)
	}
	s.terminal = false
	if got := show(time.Hour, 40); got != "" {
		t.Errorf("without a terminal: %q", got)
	}
}

func TestColour(t *testing.T) {
	r := record{File: "a.yaml", Finding: policy.Finding{Code: "c", Effect: policy.Danger, Detail: "\x1b[0m"}}
	for _, test := range []struct {
		colour bool
		want   string
	}{
		{false, "a.yaml: danger c: \\x1b[0m\n"},
		{true, "a.yaml: \x1b[1;31mdanger\x1b[0m c: \\x1b[0m\n"},
	} {
		if got, _ := (textForm{colour: test.colour}).record(nil, r); string(got) != test.want {
			t.Errorf("colour %t: got %q, want %q", test.colour, got, test.want)
		}
	}
	for effect := policy.Note; effect <= policy.Malformed; effect++ {
		if colours[effect] == "" {
			t.Errorf("no colour for %s", effect)
		}
	}
}
