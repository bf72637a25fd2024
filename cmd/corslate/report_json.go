package main

import (
	"bytes"
	"encoding/json"

	"github.com/corslate/corslate/policy"
)

// jsonForm writes an object per line: a record, and at the end the summary, a
// note with the counts.
type jsonForm struct{}

func (jsonForm) record(out []byte, r record) ([]byte, error) { return appendJSON(out, r) }

func (jsonForm) end(out []byte, s summary) ([]byte, error) {
	return appendJSON(out, struct {
		policy.Finding
		Counts map[string]any `json:"counts"`
	}{policy.Finding{Code: codeSummary, Effect: policy.Note, Detail: s.text}, s.counts})
}

// appendJSON appends a value and a line break. Nothing in it can act upon a
// terminal.
func appendJSON(out []byte, value any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return out, err
	}
	text := bytes.TrimSuffix(b.Bytes(), []byte{'\n'})
	return append(append(out, escapeJSON(text)...), '\n'), nil
}
