package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// parseYAML returns the content of the one document that text holds, nil if it
// holds none.
func parseYAML(text []byte) (n *yaml.Node, err error) {
	n, _, err = parseCommented(text)
	return n, err
}

// parseCommented also returns the comments before and behind the content.
func parseCommented(text []byte) (n *yaml.Node, comments [2]string, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = nil, fmt.Errorf("%w: %v", ErrSyntax, r)
		}
	}()
	var doc, further yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&doc); err != nil {
		return nil, comments, syntaxError(err)
	}
	// The library stops behind the content, before what makes the text wrong.
	if err := dec.Decode(&further); err == nil {
		return nil, comments, fmt.Errorf("%w: more than one document", ErrSyntax)
	} else if err := syntaxError(err); err != nil {
		return nil, comments, err
	}
	if len(doc.Content) == 0 {
		return nil, comments, nil
	}
	return doc.Content[0], [2]string{doc.HeadComment, doc.FootComment}, nil
}

var yamlErrorText = regexp.MustCompile(`(?s)^yaml: (?:line (\d+): )?(.*)$`)

// syntaxError makes one of an error of the YAML library, nil of its io.EOF. Its
// text has the line, counted in the document.
func syntaxError(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	m := yamlErrorText.FindStringSubmatch(err.Error())
	if m == nil {
		return fmt.Errorf("%w: %v", ErrSyntax, err)
	}
	line, _ := strconv.Atoi(m[1])
	return &nodeError{line, fmt.Errorf("%w: %s", ErrSyntax, m[2])}
}

// parseJSON returns the value that text holds.
func parseJSON(text []byte) (*yaml.Node, error) {
	text = bytes.TrimPrefix(text, []byte(bom))
	p := jsonParser{text: text, line: 1, dec: json.NewDecoder(bytes.NewReader(text))}
	p.dec.UseNumber()
	n, err := p.value(0)
	if err == nil {
		if _, more := p.dec.Token(); more != io.EOF {
			err = errors.New("more than one value")
		}
	}
	if err != nil {
		p.advance()
		return nil, &nodeError{p.line, fmt.Errorf("%w: %v", ErrSyntax, err)}
	}
	return n, nil
}

type jsonParser struct {
	text   []byte
	dec    *json.Decoder
	offset int // up to which line counts
	line   int
}

func (p *jsonParser) advance() {
	to := min(int(p.dec.InputOffset()), len(p.text))
	p.line += countLines(p.text[p.offset:to])
	p.offset = to
}

func (p *jsonParser) value(depth int) (*yaml.Node, error) {
	token, err := p.dec.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, errors.New("too deep")
	}
	p.advance()
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: p.line}
	switch t := token.(type) {
	case nil:
		n.Tag, n.Value = "!!null", "null"
	case bool:
		n.Tag, n.Value = "!!bool", strconv.FormatBool(t)
	case json.Number:
		n.Tag, n.Value = jsonNumberTag, t.String()
	case string:
		n.Tag, n.Value, n.Style = "!!str", t, yaml.DoubleQuotedStyle
	case json.Delim:
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
		if t == '[' {
			n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		}
		for p.dec.More() {
			child, err := p.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, child)
		}
		if _, err := p.dec.Token(); err != nil {
			return nil, err
		}
	}
	return n, nil
}
