package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Encode returns obj as one YAML document without a mark: what its JSON form
// says, without an empty status and without creationTimestamp: null. Fields are
// in alphabetical order, but for apiVersion, kind, metadata and spec, and in
// metadata name, namespace, labels and annotations, which come first. The same
// object gives the same bytes.
//
// YAML 1.1 and 1.2 readers read the text alike: strings that either takes for
// something else are quoted.
func Encode(obj any) ([]byte, error) {
	tree, err := toTree(obj)
	if err != nil {
		return nil, err
	}
	e := emitter{out: make([]byte, 0, 1024)}
	e.document(tree)
	return e.out, nil
}

// toTree returns an object's JSON form, decoded and pruned.
func toTree(obj any) (any, error) {
	text, err := json.Marshal(obj)
	if err != nil {
		return nil, fmt.Errorf("manifest: encode: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, fmt.Errorf("manifest: encode: %w", err)
	}
	if m, ok := tree.(map[string]any); ok {
		if isEmpty(m["status"]) {
			delete(m, "status")
		}
		dropNullTimestamps(m)
	}
	return tree, nil
}

// isEmpty reports whether a value holds nothing but nulls, empty objects and
// empty lists, as the status of an object that no controller has seen.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		for _, item := range v {
			if !isEmpty(item) {
				return false
			}
		}
		return true
	case map[string]any:
		for _, value := range v {
			if !isEmpty(value) {
				return false
			}
		}
		return true
	}
	return false
}

// dropNullTimestamps also reaches the metadata of templates.
func dropNullTimestamps(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			dropNullTimestamps(item)
		}
	case map[string]any:
		if at, ok := v["creationTimestamp"]; ok && at == nil {
			delete(v, "creationTimestamp")
		}
		for _, value := range v {
			dropNullTimestamps(value)
		}
	}
}

// Writer writes a stream of YAML documents with a line --- between them.
type Writer struct {
	w       io.Writer
	started bool
}

// NewWriter returns a Writer to w, which is written to once for each document.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Encode writes obj as [Encode] gives it.
func (w *Writer) Encode(obj any) error {
	text, err := Encode(obj)
	if err != nil {
		return err
	}
	return w.Write(text)
}

// Write writes the text of one document, which has no mark and ends in a line
// break, as [Encode] returns it. Several goroutines may encode; one writes.
func (w *Writer) Write(document []byte) error {
	if w.started {
		document = append([]byte("---\n"), document...)
	}
	w.started = true
	_, err := w.w.Write(document)
	return err
}
