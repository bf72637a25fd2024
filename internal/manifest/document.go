package manifest

import (
	"bytes"
	"fmt"
	"iter"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Document is one document of a stream. Its methods parse it when first called
// and are not safe for concurrent use; documents are independent of each other.
type Document struct {
	Place Place
	Raw   []byte // its bytes in the stream, marks and comments included
	JSON  bool   // it is a value in a stream of JSON; see Documents

	parsed  bool
	root    *yaml.Node // nil when empty
	err     error
	objects []*Object
	list    *yaml.Node // the items' node
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
		items := d.listItems(o.Head)
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
		d.root, d.err = parseYAML(d.Raw)
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

func (d *Document) listItems(list Head) *yaml.Node {
	if !strings.HasSuffix(list.Kind, "List") {
		return nil
	}
	items, err := lookup(d.root, "items")
	if err != nil || items == nil || target(items).Kind != yaml.SequenceNode {
		return nil
	}
	return target(items)
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
	if d.nested(o) {
		return nil, d.problem(place, o.Head, fmt.Errorf("%w: a List in a List; write its items into the outer one", ErrNotObject))
	}
	return o, nil
}

func (d *Document) nested(o *Object) bool {
	items, err := lookup(o.node, "items")
	return strings.HasSuffix(o.Head.Kind, "List") && err == nil && items != nil && target(items).Kind == yaml.SequenceNode
}

// lookup returns the value of a mapping's field, nil if it has none.
func lookup(n *yaml.Node, name string) (*yaml.Node, error) {
	var w jsonWriter
	if err := w.collect(target(n), 0); err != nil {
		return nil, err
	}
	for _, f := range w.duplicates {
		if f.path == name {
			return nil, &nodeError{f.line, fmt.Errorf("%w: %s", ErrDuplicate, name)}
		}
	}
	for _, m := range w.members {
		if m.name == name {
			return m.value, nil
		}
	}
	return nil, nil
}

// readHead reads the head. A field of it that is set twice is an error, and so
// is one that is no string: nobody could say which object this is.
func readHead(n *yaml.Node) (h Head, err error) {
	var metadata *yaml.Node
	for _, f := range []struct {
		name string
		into *string
	}{{"apiVersion", &h.APIVersion}, {"kind", &h.Kind}} {
		if err := readString(n, "", f.name, f.into); err != nil {
			return h, err
		}
	}
	if metadata, err = lookup(n, "metadata"); err != nil || metadata == nil || target(metadata).Kind != yaml.MappingNode {
		return h, err
	}
	if err := readString(metadata, "metadata.", "name", &h.Name); err != nil {
		return h, err
	}
	return h, readString(metadata, "metadata.", "namespace", &h.Namespace)
}

func readString(n *yaml.Node, prefix, name string, into *string) error {
	value, err := lookup(n, name)
	if err != nil || value == nil {
		return err
	}
	value = target(value)
	if value.Kind == yaml.ScalarNode {
		switch v, _ := scalar(value); v := v.(type) {
		case string:
			*into = v
			return nil
		case nil:
			return nil
		}
	}
	return &nodeError{value.Line, fmt.Errorf("%w: %s%s must be a string; quote it", ErrType, prefix, name)}
}

// parseYAML returns the content of the one document that text holds, nil if it
// holds none.
func parseYAML(text []byte) (n *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = nil, fmt.Errorf("%w: %v", ErrSyntax, r)
		}
	}()
	var doc, further yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&doc); err != nil {
		return nil, syntaxError(err)
	}
	if err := dec.Decode(&further); err != nil || further.Kind != 0 {
		if err := syntaxError(err); err != nil {
			return nil, err
		}
		if further.Kind != 0 {
			return nil, fmt.Errorf("%w: more than one document", ErrSyntax)
		}
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}
