package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Edit returns the document's text with some of its objects changed. edit is
// called for each object that [Document.Objects] gives without an error. It
// returns the object as [Object.Decode] gave it and as it shall be, or nil for
// both to keep it. Raw itself is returned when nothing differs.
//
// Only what differs between before and after changes: comments, unknown fields,
// order and quoting elsewhere stay. A changed YAML document is laid out anew
// (blank lines and indentation can differ); its marks and directives stay, and a
// JSON value stays JSON. The text is read back before it is returned.
func (d *Document) Edit(edit func(*Object) (before, after any, err error)) ([]byte, error) {
	frame := splitFrame(d)
	work := &Document{Place: d.Place, Raw: frame.body, JSON: d.JSON}
	work.Place.Line += countLines(frame.prefix)
	if work.parse(); work.root != nil {
		root, err := unshare(work.root)
		if err != nil {
			return nil, d.problem(d.Place, Head{}, err)
		}
		work.root = root
	}
	changed := false
	for o, err := range work.Objects() {
		if err != nil {
			if work.err != nil {
				return nil, err
			}
			continue
		}
		before, after, err := edit(o)
		if err != nil {
			return nil, err
		}
		if after == nil {
			continue
		}
		old, err := toTree(before)
		if err != nil {
			return nil, err
		}
		tree, err := toTree(after)
		if err != nil {
			return nil, err
		}
		if sameTree(old, tree) {
			continue
		}
		changed = true
		*o.node = *patch(o.node, old, tree)
	}
	if !changed {
		return d.Raw, nil
	}
	body, err := work.render()
	if err != nil {
		return nil, d.problem(d.Place, Head{}, err)
	}
	return frame.around(body), nil
}

// render writes the document's changed tree.
func (d *Document) render() ([]byte, error) {
	want, _, err := writeJSON(d.root, len(d.Raw))
	if err != nil {
		return nil, err
	}
	if d.JSON {
		return layoutJSON(want, d.Raw)
	}
	text, err := encodeNode(d.root, d.comments)
	if err == nil {
		if root, err := parseYAML(text); err == nil && root != nil {
			if got, _, err := writeJSON(root, len(want)); err == nil && bytes.Equal(got, want) {
				return text, nil
			}
		}
	}
	// The library could not write what it read. The text of ours has no comments.
	dec := json.NewDecoder(bytes.NewReader(want))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrSyntax, err)
	}
	var e emitter
	e.document(tree)
	return e.out, nil
}

func encodeNode(root *yaml.Node, comments [2]string) (text []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if compact(root) {
		enc.CompactSeqIndent()
	}
	doc := &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{root}, HeadComment: comments[0], FootComment: comments[1]}
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	err = enc.Close()
	return b.Bytes(), err
}

// compact reports whether the first sequence in a mapping stands at the column
// of its key, as kubectl writes it.
func compact(n *yaml.Node) bool {
	var found, result bool
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		for i, child := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 1 && !found &&
				child.Kind == yaml.SequenceNode && child.Style&yaml.FlowStyle == 0 && child.Column > 0 {
				found, result = true, child.Column == n.Content[i-1].Column
			}
			if !found {
				walk(child)
			}
		}
	}
	walk(n)
	return result || !found
}

func layoutJSON(text, like []byte) ([]byte, error) {
	core := bytes.TrimSpace(bytes.TrimPrefix(like, []byte(bom)))
	start := bytes.Index(like, core)
	out := bytes.NewBuffer(bytes.Clone(like[:start]))
	if i := bytes.IndexByte(core, '\n'); i < 0 {
		out.Write(text)
	} else {
		second := core[i+1:]
		indent := second[:len(second)-len(bytes.TrimLeft(second, " \t"))]
		if err := json.Indent(out, text, "", string(indent)); err != nil {
			return nil, fmt.Errorf("%w: %v", ErrSyntax, err)
		}
	}
	out.Write(like[start+len(core):])
	return out.Bytes(), nil
}

// frame is what a document's text has around its content.
type frame struct {
	prefix, body, suffix []byte
	crlf                 bool
}

func splitFrame(d *Document) frame {
	if d.JSON {
		return frame{body: d.Raw}
	}
	f := frame{crlf: bytes.Contains(d.Raw, []byte("\r\n"))}
	lines := splitter{buf: d.Raw, err: io.EOF}
	start, end := lines.afterBOM(0), len(d.Raw)
	for p, started := 0, false; p < len(d.Raw); {
		next, _ := lines.lineEnd(p)
		switch lines.lineKind(p) {
		case lineStart:
			start, started = next, true
			mark := bytes.Index(d.Raw[p:], []byte("---")) + p + 3
			for q := mark; q < next && breakAt(d.Raw[q:]) == 0 && d.Raw[q] != '#'; q++ {
				if !isBlank(d.Raw[q]) {
					start = mark // something stands behind the mark
					break
				}
			}
		case lineContent:
			started = true
		case lineStop:
			if started && end == len(d.Raw) {
				end = p
			}
		}
		p = next
	}
	f.prefix, f.body, f.suffix = d.Raw[:start], d.Raw[start:end], d.Raw[end:]
	return f
}

func (f frame) around(body []byte) []byte {
	if f.crlf {
		body = bytes.ReplaceAll(body, []byte("\n"), []byte("\r\n"))
	}
	out := bytes.Clone(f.prefix)
	if text := strings.TrimPrefix(string(out), bom); strings.HasSuffix(text, "---") {
		out = append(out, '\n')
	}
	return append(append(out, body...), f.suffix...)
}
