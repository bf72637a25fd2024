package main

import (
	"fmt"
	"strings"

	"github.com/corslate/corslate/internal/manifest"
	"github.com/corslate/corslate/policy"
)

// textForm writes a line per finding: place, object, effect, code, what it is
// about, and a sentence.
type textForm struct{ colour bool }

func (f textForm) record(out []byte, r record) ([]byte, error) {
	if r.File != "" {
		out = append(out, escape(place(r.File, r.Line, r.Document, r.Item))...)
		out = append(out, ": "...)
	}
	if object := (manifest.Head{Kind: r.Kind, Namespace: r.Namespace, Name: r.Name}).String(); object != "" {
		out = append(out, escape(object)...)
		if r.To != "" {
			out = append(out, " -> "...)
			out = append(out, r.To...)
		}
		out = append(out, ": "...)
	}
	line := escape(r.Finding.String())
	if word := r.Effect.String(); f.colour {
		if rest, ok := strings.CutPrefix(line, word); ok {
			line = "\x1b[" + colours[r.Effect] + "m" + word + "\x1b[0m" + rest
		}
	}
	out = append(append(out, line...), '\n')
	if r.Replay != "" {
		out = fmt.Appendf(out, "\t%s\n", r.Replay)
	}
	return out, nil
}

// colours are the parameters of the terminal's escape sequence for each effect.
var colours = map[policy.Effect]string{
	policy.Note: "2", policy.Advice: "36", policy.Narrower: "33", policy.Wider: "1;31",
	policy.Danger: "1;31", policy.Inexpressible: "31", policy.Malformed: "31",
}

func (f textForm) end(out []byte, s summary) ([]byte, error) {
	return fmt.Appendf(out, "corslate: %s\n", escape(s.text)), nil
}

// place writes where an object is, with the line of the finding.
func place(file string, line, document, item int) string {
	return manifest.Place{File: file, Line: line, Document: document, Item: item}.String()
}
