package manifest

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"
)

// sameTree compares two results of toTree. A field that is missing and one that
// is null differ.
func sameTree(a, b any) bool { return reflect.DeepEqual(a, b) }

// patch changes n, which was read as before, where before and after differ, and
// returns the node to put in its place.
func patch(n *yaml.Node, before, after any) *yaml.Node {
	if sameTree(before, after) {
		return n
	}
	switch a := after.(type) {
	case map[string]any:
		if b, ok := before.(map[string]any); ok && n.Kind == yaml.MappingNode && patchMapping(n, b, a) {
			return n
		}
	case []any:
		if b, ok := before.([]any); ok && n.Kind == yaml.SequenceNode && len(b) == len(n.Content) {
			patchSequence(n, b, a)
			return n
		}
	}
	made := toNode(after)
	made.HeadComment, made.LineComment, made.FootComment = n.HeadComment, n.LineComment, n.FootComment
	return made
}

// patchMapping reports false if it cannot: a field to remove comes from a merge
// key.
func patchMapping(n *yaml.Node, before, after map[string]any) bool {
	at := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if name, err := key(n.Content[i]); err == nil && !isMerge(n.Content[i]) {
			at[name] = i + 1
		}
	}
	for name := range before {
		_, stays := after[name]
		if _, own := at[name]; !stays && !own {
			return false
		}
	}
	for _, name := range order(after, slices.Concat(topOrder, metadataOrder)) {
		value := after[name]
		old, had := before[name]
		i, own := at[name]
		switch {
		case had && sameTree(old, value):
		case own && had:
			n.Content[i] = patch(n.Content[i], old, value)
		case own:
			n.Content[i] = toNode(value)
		default:
			n.Content = append(n.Content, toNode(name), toNode(value))
		}
	}
	gone := map[int]bool{}
	for name := range maps.Keys(before) {
		if _, stays := after[name]; !stays {
			gone[at[name]] = true
		}
	}
	kept := n.Content[:0]
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !gone[i+1] {
			kept = append(kept, n.Content[i], n.Content[i+1])
		}
	}
	n.Content = kept
	if len(kept) == 0 {
		n.Style = yaml.FlowStyle
	} else if len(before) == 0 {
		n.Style &^= yaml.FlowStyle
	}
	return true
}

// patchSequence keeps the items that are equal at both ends. Those between are
// changed in place if there are as many as before, or else written anew.
func patchSequence(n *yaml.Node, before, after []any) {
	head, tail := 0, 0
	shorter := min(len(before), len(after))
	for head < shorter && sameTree(before[head], after[head]) {
		head++
	}
	for tail < shorter-head && sameTree(before[len(before)-1-tail], after[len(after)-1-tail]) {
		tail++
	}
	items := slices.Clone(n.Content[:head])
	for i := head; i < len(after)-tail; i++ {
		if len(before) == len(after) {
			items = append(items, patch(n.Content[i], before[i], after[i]))
		} else {
			items = append(items, toNode(after[i]))
		}
	}
	n.Content = append(items, n.Content[len(n.Content)-tail:]...)
	if len(n.Content) == 0 {
		n.Style = yaml.FlowStyle
	} else if len(before) == 0 {
		n.Style &^= yaml.FlowStyle
	}
}

// unshare replaces aliases by copies of what they stand for, so that a change in
// one place is none in another. It fails when there is too much to copy.
func unshare(n *yaml.Node) (*yaml.Node, error) {
	budget := maxJSONBytes / 64
	var walk func(n *yaml.Node, depth int) (*yaml.Node, error)
	walk = func(n *yaml.Node, depth int) (_ *yaml.Node, err error) {
		if n.Kind == yaml.AliasNode && n.Alias != nil {
			n = n.Alias
		}
		if budget--; budget < 0 || depth > maxDepth {
			return nil, &nodeError{n.Line, fmt.Errorf("%w: too large once its aliases are expanded", ErrSyntax)}
		}
		c := *n
		c.Anchor = ""
		c.Content = make([]*yaml.Node, len(n.Content))
		for i, child := range n.Content {
			if c.Content[i], err = walk(child, depth+1); err != nil {
				return nil, err
			}
		}
		return &c, nil
	}
	return walk(n, 0)
}

// toNode makes nodes of a result of toTree.
func toNode(v any) *yaml.Node {
	switch v := v.(type) {
	case map[string]any:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, name := range order(v, slices.Concat(topOrder, metadataOrder)) {
			n.Content = append(n.Content, toNode(name), toNode(v[name]))
		}
		if len(v) == 0 {
			n.Style = yaml.FlowStyle
		}
		return n
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, item := range v {
			n.Content = append(n.Content, toNode(item))
		}
		if len(v) == 0 {
			n.Style = yaml.FlowStyle
		}
		return n
	case string:
		n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v}
		switch {
		case isPlain(v):
		case literal(v):
			n.Style = yaml.LiteralStyle
		default:
			n.Style = yaml.DoubleQuotedStyle
		}
		return n
	case bool:
		n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "false"}
		if v {
			n.Value = "true"
		}
		return n
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: v.String()}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
}
