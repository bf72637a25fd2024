package manifest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	maxDepth     = 10_000   // of collections in each other, as encoding/json has it
	maxJSONBytes = 32 << 20 // of one object after expansion of its aliases
	maxSteps     = 4 << 20  // values and merges in it; a document of the longest has fewer
)

// member is a key of a mapping with its value, merge keys resolved.
type member struct {
	name  string
	value *yaml.Node
}

// field is a place in an object.
type field struct {
	path string
	line int
}

// nodeError is an error at a line of the document's text.
type nodeError struct {
	line int
	err  error
}

func (e *nodeError) Error() string { return e.err.Error() }
func (e *nodeError) Unwrap() error { return e.err }

// jsonWriter turns a tree of nodes into JSON text.
type jsonWriter struct {
	out        []byte
	path       []string
	members    []member // of the mappings in work, the innermost last
	expanding  []*yaml.Node
	duplicates []field
	steps      int // taken, to bound what aliases and merge keys can multiply
}

// writeJSON returns the tree's JSON text and the fields that are set twice.
func writeJSON(n *yaml.Node, size int) ([]byte, []field, error) {
	w := jsonWriter{out: make([]byte, 0, size)}
	err := w.value(n)
	return w.out, w.duplicates, err
}

func (w *jsonWriter) value(n *yaml.Node) (err error) {
	if w.steps++; len(w.path) > maxDepth || len(w.out) > maxJSONBytes || w.steps > maxSteps {
		return &nodeError{n.Line, fmt.Errorf("%w: too deep, or too large once its aliases are expanded", ErrSyntax)}
	}
	switch n.Kind {
	case yaml.AliasNode:
		return w.expand(n, w.value)
	case yaml.MappingNode:
		return w.mapping(n)
	case yaml.SequenceNode:
		w.out = append(w.out, '[')
		w.path = append(w.path, "")
		for i, item := range n.Content {
			if i > 0 {
				w.out = append(w.out, ',')
			}
			w.path[len(w.path)-1] = "[" + strconv.Itoa(i) + "]"
			if err := w.value(item); err != nil {
				return err
			}
		}
		w.path = w.path[:len(w.path)-1]
		w.out = append(w.out, ']')
		return nil
	}
	if w.out, err = appendScalar(w.out, n); err != nil {
		return &nodeError{n.Line, err}
	}
	return nil
}

// expand calls f with what an alias stands for.
func (w *jsonWriter) expand(n *yaml.Node, f func(*yaml.Node) error) error {
	if n.Alias == nil || slices.Contains(w.expanding, n.Alias) {
		return &nodeError{n.Line, fmt.Errorf("%w: the anchor %s contains itself", ErrSyntax, n.Value)}
	}
	w.expanding = append(w.expanding, n.Alias)
	err := f(n.Alias)
	w.expanding = w.expanding[:len(w.expanding)-1]
	return err
}

func (w *jsonWriter) mapping(n *yaml.Node) error {
	base := len(w.members)
	if err := w.collect(n, base); err != nil {
		return err
	}
	w.out = append(w.out, '{')
	w.path = append(w.path, "")
	for i := base; i < len(w.members); i++ {
		m := w.members[i]
		if i > base {
			w.out = append(w.out, ',')
		}
		w.out = appendString(w.out, m.name)
		w.out = append(w.out, ':')
		w.path[len(w.path)-1] = m.name
		if err := w.value(m.value); err != nil {
			return err
		}
	}
	w.members = w.members[:base]
	w.path = w.path[:len(w.path)-1]
	w.out = append(w.out, '}')
	return nil
}

// collect appends the members of a mapping. A merge key adds those that the
// mapping itself does not set behind it; a field set before the merge key and
// by it is a duplicate, because readers do not agree which of the two counts.
func (w *jsonWriter) collect(n *yaml.Node, base int) error {
	var index map[string]int // of members from base, once they are many
	merged := -1             // members from base up to here came by merging
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if isMerge(k) {
			mine := len(w.members)
			if err := w.merge(v); err != nil {
				return err
			}
			for _, m := range w.members[mine:] {
				if slices.ContainsFunc(w.members[base:mine], func(o member) bool { return o.name == m.name }) {
					w.duplicate(m.name, k.Line)
				}
			}
			merged = len(w.members)
			index = nil
			continue
		}
		name, err := key(k)
		if err != nil {
			return &nodeError{k.Line, err}
		}
		at := -1
		if len(w.members)-base < 16 {
			at = slices.IndexFunc(w.members[base:], func(m member) bool { return m.name == name })
		} else {
			if index == nil {
				index = map[string]int{}
				for j, m := range w.members[base:] {
					index[m.name] = j
				}
			}
			if j, ok := index[name]; ok {
				at = j
			}
			index[name] = max(at, len(w.members)-base)
			if at >= 0 {
				index[name] = at
			}
		}
		switch {
		case at < 0:
			w.members = append(w.members, member{name, v})
		case base+at < merged:
			w.members[base+at].value = v
		default:
			w.duplicate(name, k.Line)
		}
	}
	return nil
}

func (w *jsonWriter) duplicate(name string, line int) {
	w.duplicates = append(w.duplicates, field{joinPath(append(w.path, name)), line})
}

// merge appends the members of the mapping, or of the sequence of mappings, that
// a merge key has; the first of the sequence to set a field wins.
func (w *jsonWriter) merge(n *yaml.Node) error {
	if w.steps += 1 + len(n.Content); len(w.expanding) > maxDepth || w.steps > maxSteps {
		return &nodeError{n.Line, fmt.Errorf("%w: too large once its merge keys are expanded", ErrSyntax)}
	}
	switch n.Kind {
	case yaml.AliasNode:
		return w.expand(n, w.merge)
	case yaml.MappingNode:
		return w.collect(n, len(w.members))
	case yaml.SequenceNode:
		base := len(w.members)
		for _, item := range n.Content {
			mine := len(w.members)
			if item.Kind == yaml.SequenceNode || item.Kind == yaml.AliasNode && item.Alias != nil && item.Alias.Kind == yaml.SequenceNode {
				return errMerge(item)
			}
			if err := w.merge(item); err != nil {
				return err
			}
			seen := map[string]bool{}
			for _, m := range w.members[base:mine] {
				seen[m.name] = true
			}
			kept := slices.DeleteFunc(w.members[mine:], func(m member) bool { return seen[m.name] })
			w.members = w.members[:mine+len(kept)]
		}
		return nil
	}
	return errMerge(n)
}

func errMerge(n *yaml.Node) error {
	return &nodeError{n.Line, fmt.Errorf("%w: a merge key takes a mapping or a list of mappings", ErrSyntax)}
}

func isMerge(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "<<" && n.ShortTag() == "!!merge"
}

// joinPath writes a path as findings carry it: spec.rules[0].host, with names
// that hold a dot in brackets.
func joinPath(path []string) string {
	var b strings.Builder
	for _, name := range path {
		switch {
		case strings.HasPrefix(name, "["):
			b.WriteString(name)
		case strings.ContainsAny(name, ".[]"):
			b.WriteString("[" + name + "]")
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(name)
		}
	}
	return b.String()
}

// problem makes an Error of an error of this file.
func problem(place Place, head Head, err error) *Error {
	e := &Error{Place: place, Object: head, Err: err}
	if at := new(nodeError); errors.As(err, &at) {
		e.Err = at.err
		e.Line = at.line
	}
	return e
}
