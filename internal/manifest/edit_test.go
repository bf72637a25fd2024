package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	networkingv1 "k8s.io/api/networking/v1"
)

// annotate edits the Ingress called x in a stream.
func annotate(t *testing.T, stream string) string {
	var out strings.Builder
	for d, err := range Documents("f", strings.NewReader(stream)) {
		if err != nil {
			t.Fatal(err)
		}
		text, err := d.Edit(func(o *Object) (any, any, error) {
			if o.Head.Name != "x" {
				return nil, nil, nil
			}
			var before networkingv1.Ingress
			if _, err := o.Decode(&before); err != nil {
				return nil, nil, err
			}
			after := before.DeepCopy()
			delete(after.Annotations, "old")
			if after.Annotations == nil {
				after.Annotations = map[string]string{}
			}
			after.Annotations["new"] = "on"
			return &before, after, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	return out.String()
}

func TestEdit(t *testing.T) {
	const other = "---\n# kept\n\nkind:   Other\nodd: {a: 1,   b: 2}\n"
	for _, test := range []struct{ name, in, want string }{
		{"comments and unknown fields",
			"# top\n---\n# head\nkind: Ingress # k\nmetadata:\n  name: x\n  annotations:\n    old: a\n    other: 'yes' # o\nspec:\n  hots: 1\n...\n",
			"# top\n---\n# head\nkind: Ingress # k\nmetadata:\n  name: x\n  annotations:\n    other: 'yes' # o\n    new: \"on\"\nspec:\n  hots: 1\n...\n"},
		{"no annotations", "kind: Ingress\nmetadata: {name: x}\n", "kind: Ingress\nmetadata: {name: x, annotations: {new: \"on\"}}\n"},
		{"CRLF", "---\r\nkind: Ingress\r\nmetadata:\r\n  name: x\r\n", "---\r\nkind: Ingress\r\nmetadata:\r\n  name: x\r\n  annotations:\r\n    new: \"on\"\r\n"},
		{"content on the mark", "--- {kind: Ingress, metadata: {name: x}}\n", "---\n{kind: Ingress, metadata: {name: x, annotations: {new: \"on\"}}}\n"},
		{"List",
			"kind: List\nitems:\n- kind: Other # c\n- kind: Ingress\n  metadata:\n    name: x\n- 5\n",
			"kind: List\nitems:\n- kind: Other # c\n- kind: Ingress\n  metadata:\n    name: x\n    annotations:\n      new: \"on\"\n- 5\n"},
		{"typed List", "kind: IngressList\nitems:\n- metadata:\n    name: x\n", "kind: IngressList\nitems:\n- metadata:\n    name: x\n    annotations:\n      new: \"on\"\n"},
		{"anchor used elsewhere",
			"kind: Ingress\nmetadata:\n  name: x\n  annotations: &a\n    k: v\nmine: *a\n",
			"kind: Ingress\nmetadata:\n  name: x\n  annotations:\n    k: v\n    new: \"on\"\nmine:\n  k: v\n"},
		{"merge key",
			"kind: Ingress\nmetadata:\n  name: x\n  annotations:\n    <<: {old: a, k: v}\n",
			"kind: Ingress\nmetadata:\n  name: x\n  annotations:\n    k: v\n    new: \"on\"\n"},
		{"JSON", "{\n    \"kind\": \"Ingress\",\n    \"metadata\": {\"name\": \"x\"}\n}\n{\"kind\":\"Other\"}", "{\n    \"kind\": \"Ingress\",\n    \"metadata\": {\n        \"name\": \"x\",\n        \"annotations\": {\n            \"new\": \"on\"\n        }\n    }\n}\n{\"kind\":\"Other\"}"},
		{"compact JSON", `{"kind":"Ingress","metadata":{"name":"x"},"n":1e3}` + "\n", `{"kind":"Ingress","metadata":{"name":"x","annotations":{"new":"on"}},"n":1e3}` + "\n"},
		{"already so", "kind:   Ingress\nmetadata: {name: x,   annotations: {new: 'on'}}\n", "kind:   Ingress\nmetadata: {name: x,   annotations: {new: 'on'}}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, after := "a:   1\n", other
			if strings.Contains(test.name, "JSON") {
				before, after = "", ""
			} else if !strings.HasPrefix(test.in, "---") && !strings.HasPrefix(test.in, "#") {
				before += "---\n"
			} else if strings.HasPrefix(test.in, "#") {
				before += "...\n"
			}
			if diff := cmp.Diff(before+test.want+after, annotate(t, before+test.in+after)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
