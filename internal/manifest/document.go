package manifest

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Document is one document of a stream. Its methods parse it when first called
// and are not safe for concurrent use; documents are independent of each other.
type Document struct {
	Place Place
	Raw   []byte // its bytes in the stream, marks and comments included
	JSON  bool   // it is a value in a stream of JSON; see Documents

	parsed   bool
	root     *yaml.Node // nil when empty
	comments [2]string  // before and behind root
	err      error
}

// Empty reports whether the document holds nothing, or null, as Helm writes for
// a template that renders to nothing.
func (d *Document) Empty() bool {
	d.parse()
	return d.err == nil && d.root == nil
}

// Objects gives the document's object, or the items of a List, each with a nil
// error, or a nil object with an [*Error]. An empty document and an empty List
// have none. A List is what kubectl takes for one: its kind ends in List and it
// has items; an item that does not say its kind has that of an IngressList, for
// one, without the List. A List in a List is an error.
func (d *Document) Objects() iter.Seq2[*Object, error] {
	return func(yield func(*Object, error) bool) {
		if d.parse(); d.err != nil {
			yield(nil, d.err)
			return
		}
		if d.root == nil {
			return
		}
		o, err := d.object(d.root, d.Place)
		if err != nil {
			yield(nil, err)
			return
		}
		var items *yaml.Node
		if strings.HasSuffix(o.Head.Kind, "List") {
			if items, err = itemsOf(d.root); err != nil {
				yield(nil, d.problem(d.Place, o.Head, err))
				return
			}
		}
		if items == nil {
			yield(o, nil)
			return
		}
		for i, node := range items.Content {
			if item, err := d.item(o.Head, node, i+1); !yield(item, err) {
				return
			}
		}
	}
}

// parse makes a tree of Raw, once.
func (d *Document) parse() {
	if d.parsed {
		return
	}
	d.parsed = true
	if d.JSON {
		d.root, d.err = parseJSON(d.Raw)
	} else {
		d.root, d.comments, d.err = parseCommented(d.Raw)
	}
	switch {
	case d.err != nil:
		d.err = d.problem(d.Place, Head{}, d.err)
	case d.root != nil && target(d.root).Kind == yaml.ScalarNode:
		if value, err := scalar(target(d.root)); err == nil && value == nil {
			d.root = nil
		}
	}
}

// problem completes an error whose line counts from the document's first.
func (d *Document) problem(place Place, head Head, err error) *Error {
	e := problem(place, head, err)
	if e.Line > 0 {
		e.Line += d.Place.Line - 1
	}
	return e
}

// target follows an alias. The root of a document can be none.
func target(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

func (d *Document) object(n *yaml.Node, place Place) (*Object, error) {
	n = target(n)
	if n.Kind != yaml.MappingNode {
		return nil, d.problem(place, Head{}, &nodeError{n.Line, fmt.Errorf("%w: a manifest is a mapping with apiVersion and kind", ErrNotObject)})
	}
	head, err := readHead(n)
	if err != nil {
		return nil, d.problem(place, head, err)
	}
	return &Object{Place: place, Head: head, document: d, node: n}, nil
}

// itemsOf returns the sequence items of a mapping, nil if it has none.
func itemsOf(n *yaml.Node) (*yaml.Node, error) {
	found, err := lookup(n, "", "items")
	if err != nil || found[0] == nil || target(found[0]).Kind != yaml.SequenceNode {
		return nil, err
	}
	return target(found[0]), nil
}

func (d *Document) item(list Head, node *yaml.Node, number int) (*Object, error) {
	place := d.Place
	place.Item = number
	place.Line += node.Line - 1
	o, err := d.object(node, place)
	if err != nil {
		return nil, err
	}
	if o.Head.Kind == "" && list.Kind != "List" {
		o.Head.Kind = strings.TrimSuffix(list.Kind, "List")
		o.Head.APIVersion = list.APIVersion
		o.implied = true
	}
	if !strings.HasSuffix(o.Head.Kind, "List") {
		return o, nil
	}
	if items, err := itemsOf(o.node); err != nil || items != nil {
		return nil, d.problem(place, o.Head, fmt.Errorf("%w: a List in a List; write its items into the outer one", ErrNotObject))
	}
	return o, nil
}

// readHead reads the head. A field of it that is set twice is an error, and so
// is one that is no string: nobody could say which object this is.
func readHead(n *yaml.Node) (h Head, err error) {
	top, err := lookup(n, "", "apiVersion", "kind", "metadata")
	if err != nil {
		return h, err
	}
	if err := readStrings(top[:2], []string{"apiVersion", "kind"}, &h.APIVersion, &h.Kind); err != nil {
		return h, err
	}
	if top[2] == nil || target(top[2]).Kind != yaml.MappingNode {
		return h, nil
	}
	metadata, err := lookup(top[2], "metadata.", "name", "namespace")
	if err != nil {
		return h, err
	}
	return h, readStrings(metadata, []string{"metadata.name", "metadata.namespace"}, &h.Name, &h.Namespace)
}

// lookup returns the values of a mapping's fields, nil for one that it lacks.
func lookup(n *yaml.Node, prefix string, names ...string) ([]*yaml.Node, error) {
	var w jsonWriter
	if err := w.collect(target(n), 0); err != nil {
		return nil, err
	}
	for _, f := range w.duplicates {
		if slices.Contains(names, f.path) {
			return nil, &nodeError{f.line, fmt.Errorf("%w: %s%s", ErrDuplicate, prefix, f.path)}
		}
	}
	values := make([]*yaml.Node, len(names))
	for _, m := range w.members {
		if i := slices.Index(names, m.name); i >= 0 {
			values[i] = m.value
		}
	}
	return values, nil
}

func readStrings(values []*yaml.Node, names []string, into ...*string) error {
	for i, value := range values {
		if value == nil {
			continue
		}
		value = target(value)
		v, err := any(value), error(nil)
		if value.Kind == yaml.ScalarNode {
			v, err = scalar(value)
		}
		text, isString := v.(string)
		if err != nil || !isString && v != nil {
			return &nodeError{value.Line, fmt.Errorf("%w: %s must be a string; if it is a number or a word as on and no, quote it", ErrType, names[i])}
		}
		*into[i] = text
	}
	return nil
}
