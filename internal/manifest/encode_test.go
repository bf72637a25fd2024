package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	networkingv1 "k8s.io/api/networking/v1"
	"pgregory.net/rapid"
	sigsyaml "sigs.k8s.io/yaml"
)

func TestEncode(t *testing.T) {
	var in networkingv1.Ingress
	if err := sigsyaml.Unmarshal([]byte(ingress), &in); err != nil {
		t.Fatal(err)
	}
	in.Labels["on"] = "no"
	in.Annotations = map[string]string{"a": "true", "b": "it's: #1", "c": "line\n  two\n", "d": "\x01é\u2028\U0001F600", "e": "", "f": `\.x`, "g": "*"}
	got, err := Encode(&in)
	want := `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: team
  labels:
    app: shop
    "on": "no"
  annotations:
    a: "true"
    b: 'it''s: #1'
    c: |
      line
        two
    d: "\x01é\U00002028😀"
    e: ""
    f: '\.x'
    g: '*'
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http:
      paths:
      - backend:
          service:
            name: shop
            port:
              number: 80
        path: /
        pathType: Prefix
`
	if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	var b bytes.Buffer
	w := NewWriter(&b)
	w.Encode(&in)
	w.Encode(&in)
	if b.String() != want+"---\n"+want {
		t.Errorf("stream %q", b.String())
	}
	if _, err := Encode(func() {}); err == nil {
		t.Error("a function was encoded")
	}
}

func drawTree(t *rapid.T, depth int) any {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom(scalars), rapid.StringMatching(`[-a-z0-9:#'"|>&*!%@ \n\t.,\[\]{}?~=<]{0,12}`), rapid.SampledFrom([]string{strings.Repeat("k", 2000), "---", "...", "a\n\n", "\n", " a\nb", "a \n b\n\n\n"}))
	switch n := rapid.IntRange(0, 8).Draw(t, "kind"); {
	case n <= 1 && depth > 0:
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "n") {
			list = append(list, drawTree(t, depth-1))
		}
		return list
	case n <= 4 && depth > 0:
		m := map[string]any{}
		for range rapid.IntRange(0, 3).Draw(t, "n") {
			m[text.Draw(t, "key")] = drawTree(t, depth-1)
		}
		return m
	case n == 5:
		return rapid.SampledFrom([]any{nil, true, false}).Draw(t, "word")
	case n == 6:
		return rapid.Float64Range(-1e30, 1e30).Draw(t, "float")
	case n == 7:
		return rapid.Int32().Draw(t, "int")
	}
	return text.Draw(t, "text")
}

// What is encoded is read back the same by all readers.
func TestEncodeReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := map[string]any{"v": drawTree(t, 4)}
		canonical, _ := json.Marshal(tree)
		var want any
		json.Unmarshal(canonical, &want)
		dropNullTimestamps(want)
		text, err := Encode(tree)
		if err != nil {
			t.Fatal(err)
		}
		for name, read := range map[string]func() (any, error){
			"yaml/v2": func() (v any, err error) { err = sigsyaml.UnmarshalStrict(text, &v); return },
			"yaml/v3": func() (any, error) {
				var v any
				if err := yaml.Unmarshal(text, &v); err != nil {
					return nil, err
				}
				j, err := json.Marshal(v)
				if err != nil {
					return nil, err
				}
				var back any
				err = json.Unmarshal(j, &back)
				return back, err
			},
			"manifest": func() (v any, err error) {
				for d, err := range Documents("f", bytes.NewReader(text)) {
					if err != nil {
						return nil, err
					}
					for o, err := range d.Objects() {
						if err != nil {
							return nil, err
						}
						j, err := o.JSON()
						if err != nil {
							return nil, err
						}
						if v != nil {
							return nil, fmt.Errorf("more than one object")
						}
						if err := json.Unmarshal(j, &v); err != nil {
							return nil, err
						}
					}
				}
				return v, nil
			},
		} {
			got, err := read()
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Fatalf("%s: %v\n%s\n%q (-want +got):\n%s", name, err, text, text, diff)
			}
		}
	})
}
