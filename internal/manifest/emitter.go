package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// emitter writes the tree of a JSON value as YAML in block style, laid out as
// kubectl does. It knows few forms and quotes when in doubt.
type emitter struct{ out []byte }

func (e *emitter) document(v any) {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			e.mapping(v, 0, topOrder)
			return
		}
	case []any:
		if len(v) > 0 {
			e.sequence(v, 0)
			return
		}
	}
	e.inline(v, 0)
}

var (
	topOrder      = []string{"apiVersion", "kind", "metadata", "spec"}
	metadataOrder = []string{"name", "namespace", "labels", "annotations"}
)

// order returns the keys that come first, then the others by alphabet.
func order(m map[string]any, first []string) []string {
	keys := slices.AppendSeq(make([]string, 0, len(m)), maps.Keys(m))
	rank := func(key string) int {
		if i := slices.Index(first, key); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if ra, rb := rank(a), rank(b); ra != rb {
			return ra - rb
		}
		return strings.Compare(a, b)
	})
	return keys
}

// mapping writes the members of a mapping that is not empty; the first begins
// where the output ends, the others in a line of their own.
func (e *emitter) mapping(m map[string]any, indent int, first []string) {
	for i, name := range order(m, first) {
		if i > 0 {
			e.indent(indent)
		}
		if len(name) > 250 { // beyond 1024 characters YAML wants the mark
			e.out = append(e.out, "? "...)
			e.quote(name)
			e.out = append(e.out, '\n')
			e.indent(indent)
		} else {
			e.text(name)
		}
		e.out = append(e.out, ':')
		switch v := m[name].(type) {
		case map[string]any:
			if len(v) > 0 {
				e.out = append(e.out, '\n')
				e.indent(indent + 2)
				var inner []string
				if name == "metadata" {
					inner = metadataOrder
				}
				e.mapping(v, indent+2, inner)
				continue
			}
		case []any:
			if len(v) > 0 {
				e.out = append(e.out, '\n')
				e.indent(indent)
				e.sequence(v, indent)
				continue
			}
		}
		e.out = append(e.out, ' ')
		e.inline(m[name], indent)
	}
}

func (e *emitter) sequence(items []any, indent int) {
	for i, item := range items {
		if i > 0 {
			e.indent(indent)
		}
		e.out = append(e.out, "- "...)
		switch v := item.(type) {
		case map[string]any:
			if len(v) > 0 {
				e.mapping(v, indent+2, topOrder[:2])
				continue
			}
		case []any:
			if len(v) > 0 {
				e.sequence(v, indent+2)
				continue
			}
		}
		e.inline(item, indent)
	}
}

func (e *emitter) indent(n int) {
	for range n {
		e.out = append(e.out, ' ')
	}
}

// inline writes a value that needs no block, and ends its line.
func (e *emitter) inline(v any, indent int) {
	switch v := v.(type) {
	case nil:
		e.out = append(e.out, "null"...)
	case bool:
		e.out = strconv.AppendBool(e.out, v)
	case json.Number:
		e.out = append(e.out, v.String()...)
	case string:
		if literal(v) {
			e.literal(v, indent+2)
			return
		}
		e.text(v)
	case []any:
		e.out = append(e.out, "[]"...)
	case map[string]any:
		e.out = append(e.out, "{}"...)
	default:
		panic(fmt.Sprintf("manifest: %T is not of JSON", v))
	}
	e.out = append(e.out, '\n')
}

// text writes a string in one line: plain, in single quotes or in double quotes.
func (e *emitter) text(s string) {
	if isPlain(s) {
		e.out = append(e.out, s...)
		return
	}
	ascii := true
	for i := range len(s) {
		ascii = ascii && ' ' <= s[i] && s[i] < 0x7F
	}
	if _, word := resolve(s).(string); !ascii || !word {
		e.quote(s)
		return
	}
	e.out = append(e.out, '\'')
	e.out = append(e.out, strings.ReplaceAll(s, "'", "''")...)
	e.out = append(e.out, '\'')
}

// isPlain admits a part of what YAML allows without quotes.
func isPlain(s string) bool {
	if s == "" || s[len(s)-1] == ' ' || s[len(s)-1] == ':' {
		return false
	}
	if c := s[0] | 0x20; s[0] != '/' && (c < 'a' || c > 'z') {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9':
		case c == ':':
			if s[i+1] == ' ' { // it is not the last
				return false
			}
		case !strings.ContainsRune(" -_./,;+*?()=~%&@$^|\\<>!", rune(c)):
			return false
		}
	}
	_, ok := resolve(s).(string)
	return ok
}

const hex = "0123456789ABCDEF"

// quote writes a string in double quotes.
func (e *emitter) quote(s string) {
	e.out = append(e.out, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			e.out = append(e.out, '\\', byte(r))
		case r == '\n':
			e.out = append(e.out, `\n`...)
		case r == '\t':
			e.out = append(e.out, `\t`...)
		case isYAMLPrint(r):
			e.out = utf8.AppendRune(e.out, r)
		case r < 0x100:
			e.out = append(e.out, '\\', 'x', hex[r>>4], hex[r&15])
		default:
			e.out = fmt.Appendf(e.out, `\U%08X`, r)
		}
	}
	e.out = append(e.out, '"')
}

func isYAMLPrint(r rune) bool {
	return r == ' ' || unicode.IsPrint(r)
}

// literal reports whether a string of several lines can stand as a block: all
// of it printable, and its first line with something in the first column, so
// that the indentation is plain to see.
func literal(s string) bool {
	if !strings.Contains(s, "\n") || strings.ContainsRune(" \n\t", rune(s[0])) {
		return false
	}
	for _, r := range s {
		if r != '\n' && r != '\t' && !isYAMLPrint(r) {
			return false
		}
	}
	return true
}

func (e *emitter) literal(s string, indent int) {
	body := strings.TrimRight(s, "\n")
	switch len(s) - len(body) {
	case 0:
		e.out = append(e.out, "|-\n"...)
	case 1:
		e.out = append(e.out, "|\n"...)
	default:
		e.out = append(e.out, "|+\n"...)
		body = s[:len(s)-1]
	}
	for line := range bytes.SplitSeq([]byte(body), []byte{'\n'}) {
		if len(line) > 0 {
			e.indent(indent)
			e.out = append(e.out, line...)
		}
		e.out = append(e.out, '\n')
	}
}
