package manifest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// jsonNumberTag marks a number that was read from JSON and is written as it is.
const jsonNumberTag = "!json"

// resolve returns what a plain scalar means under YAML 1.1 as go.yaml.in/yaml/v2
// reads it, which kubectl and the API server use: nil, a bool, an int64, a
// uint64, a float64, or the string itself. yaml/v3 differs (on is a string).
func resolve(s string) any {
	if s == "" {
		return nil
	}
	switch c := s[0]; {
	case strings.IndexByte("yYnNtTfFoO~", c) >= 0:
		return resolveWord(s)
	case c == '.':
		if f, ok := resolveWord(s).(float64); ok {
			return f
		}
		if f, err := strconv.ParseFloat(s, 64); err == nil {
			return f
		}
	case c == '+' || c == '-' || '0' <= c && c <= '9':
		return resolveNumber(s)
	}
	return s
}

func resolveWord(s string) any {
	switch s {
	case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return true
	case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return false
	case "~", "null", "Null", "NULL":
		return nil
	case ".nan", ".NaN", ".NAN":
		return math.NaN()
	case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF":
		return math.Inf(1)
	case "-.inf", "-.Inf", "-.INF":
		return math.Inf(-1)
	}
	return s
}

var decimalFloat = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)

func resolveNumber(s string) any {
	if f, ok := resolveWord(s).(float64); ok {
		return f
	}
	plain := strings.ReplaceAll(s, "_", "")
	if i, err := strconv.ParseInt(plain, 0, 64); err == nil {
		return i
	}
	if u, err := strconv.ParseUint(plain, 0, 64); err == nil {
		return u
	}
	if decimalFloat.MatchString(plain) {
		if f, err := strconv.ParseFloat(plain, 64); err == nil {
			return f
		}
	}
	return s
}

// scalar returns the value of a scalar node.
func scalar(n *yaml.Node) (any, error) {
	if n.Tag == jsonNumberTag {
		return json.Number(n.Value), nil
	}
	if n.Style&yaml.TaggedStyle == 0 {
		if n.Style == 0 {
			return resolve(n.Value), nil
		}
		return n.Value, nil
	}
	tag := n.ShortTag()
	switch tag {
	case "!!binary":
		b, err := base64.StdEncoding.DecodeString(n.Value)
		if err != nil {
			return nil, fmt.Errorf("%w: !!binary: %v", ErrSyntax, err)
		}
		return string(b), nil
	case "!!null", "!!bool", "!!int", "!!float":
		value := resolve(n.Value)
		if got := tagOf(value); got != tag && (tag != "!!float" || got != "!!int") {
			return nil, fmt.Errorf("%w: %q is no %s", ErrSyntax, n.Value, tag)
		}
		return value, nil
	}
	return n.Value, nil
}

func tagOf(value any) string {
	switch value.(type) {
	case nil:
		return "!!null"
	case bool:
		return "!!bool"
	case int64, uint64:
		return "!!int"
	case float64:
		return "!!float"
	}
	return "!!str"
}

// key returns the JSON name that a scalar used as a key becomes.
func key(n *yaml.Node) (string, error) {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	if n.Kind != yaml.ScalarNode {
		return "", fmt.Errorf("%w: a key must be a scalar", ErrSyntax)
	}
	value, err := scalar(n)
	if err != nil {
		return "", err
	}
	switch v := value.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		switch {
		case math.IsNaN(v):
			return ".nan", nil
		case math.IsInf(v, 1):
			return ".inf", nil
		case math.IsInf(v, -1):
			return "-.inf", nil
		}
		return strconv.FormatFloat(v, 'g', -1, 32), nil // as sigs.k8s.io/yaml
	}
	return "", fmt.Errorf("%w: %q cannot be a key", ErrSyntax, n.Value)
}

// appendScalar writes the value of a scalar node as JSON.
func appendScalar(out []byte, n *yaml.Node) ([]byte, error) {
	value, err := scalar(n)
	if err != nil {
		return nil, err
	}
	switch v := value.(type) {
	case nil:
		return append(out, "null"...), nil
	case bool:
		return strconv.AppendBool(out, v), nil
	case int64:
		return strconv.AppendInt(out, v, 10), nil
	case uint64:
		return strconv.AppendUint(out, v, 10), nil
	case json.Number:
		return append(out, v...), nil
	case string:
		return appendString(out, v), nil
	}
	b, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("%w: JSON has no number %s", ErrSyntax, n.Value)
	}
	return append(out, b...), nil
}

func appendString(out []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7F {
			b, _ := json.Marshal(s) // a string always can be
			return append(out, b...)
		}
	}
	out = append(out, '"')
	out = append(out, s...)
	return append(out, '"')
}
