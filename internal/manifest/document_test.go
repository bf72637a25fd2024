package manifest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	networkingv1 "k8s.io/api/networking/v1"
)

// outline gives each object as its place and head, and each error.
func outline(t *testing.T, stream string) (lines []string) {
	for d, err := range Documents("f", strings.NewReader(stream)) {
		if err != nil {
			lines = append(lines, err.Error())
			continue
		}
		if d.Empty() {
			lines = append(lines, d.Place.String()+": empty")
		}
		for o, err := range d.Objects() {
			if err != nil {
				if e := new(Error); !errors.As(err, &e) {
					t.Errorf("%v is no *Error", err)
				}
				lines = append(lines, err.Error())
			} else {
				lines = append(lines, o.Place.String()+": "+o.Head.APIVersion+" "+o.Head.String())
			}
		}
	}
	return lines
}

func TestObjects(t *testing.T) {
	for _, test := range []struct {
		name, stream string
		want         []string
	}{
		{"heads", "apiVersion: v1\nkind: A\nmetadata: {name: nn, namespace: s}\n--- {kind: B}\n", []string{"f:1: document 1: v1 A s/nn", "f:4: document 2:  B"}},
		{"empty", "---\n# c\n---\n---\nnull\n---\nkind: A\n", []string{"f:1: document 1: empty", "f:3: document 2: empty", "f:4: document 3: empty", "f:6: document 4:  A"}},
		{"JSON", "{\"kind\":\"A\"}\n{\"kind\":\"B\",\"metadata\":{\"name\":\"\\ud83d\\ude00\"}}", []string{"f:1: document 1:  A", "f:2: document 2:  B 😀"}},
		{"List", "kind: List\nitems:\n- kind: A\n- 5\n- kind: B\n", []string{"f:3: document 1, items[0]:  A", "f:4: document 1, items[1]: not an object: a manifest is a mapping with apiVersion and kind", "f:5: document 1, items[2]:  B"}},
		{"typed List", "apiVersion: x/v1\nkind: AList\nitems: [{metadata: {name: nn}}]\n", []string{"f:3: document 1, items[0]: x/v1 A nn"}},
		{"empty List", "kind: List\nitems: []\n", nil},
		{"List in a List", "kind: List\nitems:\n- kind: List\n  items: []\n", []string{"f:3: document 1, items[0]: List: not an object: a List in a List; write its items into the outer one"}},
		{"anchors", "kind: &k A\nmetadata: &m\n  name: *k\n", []string{"f:1: document 1:  A A"}},
		{"merge", "x: &x {kind: A}\n<<: *x\n", []string{"f:1: document 1:  A"}},
		{"broken, then sound", "a: 1\nb: [\n---\nkind: A\n", []string{"f:2: document 1: cannot be parsed: did not find expected node content", "f:3: document 2:  A"}},
		{"garbage behind the content", "{a: 1}\n}\n", []string{"f:1: document 1: cannot be parsed: did not find expected <document start>"}},
		{"kind twice", "kind: A\nkind: B\n", []string{"f:2: document 1: A: a field is set twice: kind"}},
		{"name is a number", "kind: A\nmetadata:\n  name: 12\n", []string{"f:3: document 1: A: a field has a value of another type: metadata.name must be a string; if it is a number or a word as on and no, quote it"}},
		{"anchor in itself", "&a\nkind: A\nx: *a\n", []string{"f:1: document 1:  A"}},
		{"directive, CRLF, byte-order mark", bom + "%YAML 1.1\r\n---\r\nkind: A\r\n", []string{"f:1: document 1:  A"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := outline(t, test.stream)
			if test.name == "kind twice" {
				got[0] = strings.Replace(got[0], ": A:", ":", 1)
				test.want[0] = strings.Replace(test.want[0], ": A:", ":", 1)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func object(t testing.TB, text string) *Object {
	for o, err := range (&Document{Place: Place{File: "f", Document: 1, Line: 1}, Raw: []byte(text), JSON: strings.HasPrefix(text, "{")}).Objects() {
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	t.Fatal("no object")
	return nil
}

func TestDecode(t *testing.T) {
	var in networkingv1.Ingress
	unknown, err := object(t, strings.Replace(ingress, "  rules:\n  - host", "  Rules: 1\n  rules:\n  - hots: x\n    host", 1)).Decode(&in)
	if err != nil || in.Name != "shop" || in.Spec.Rules[0].Host != "shop.example" {
		t.Errorf("%v, %+v", err, in)
	}
	if diff := cmp.Diff([]string{"spec.Rules", "spec.rules[0].hots"}, unknown); diff != "" {
		t.Errorf("unknown fields (-want +got):\n%s", diff)
	}
	for name, test := range map[string]struct {
		text string
		want error
		line int
	}{
		"twice":                {"kind: Ingress\nspec:\n  x: 1\n  x: 2\n", ErrDuplicate, 4},
		"twice in JSON":        {"{\"spec\":{\n\"x\":1,\n\"x\":2}}", ErrDuplicate, 3},
		"before and by <<":     {"b: &b {x: 1}\nspec:\n  x: 2\n  <<: *b\n", ErrDuplicate, 4},
		"anchor in itself":     {"kind: A\nspec: &a\n  x: *a\n", ErrSyntax, 3},
		"bool as a string":     {"metadata:\n  annotations:\n    a: on\n", ErrType, 0},
		"no number of JSON":    {"a: .inf\n", ErrSyntax, 1},
		"aliases without end":  {bomb(), ErrSyntax, 0},
		"merge without end":    {mergeBomb(), ErrSyntax, 0},
		"key that is a list":   {"[a]: 1\n", nil, 0},
		"merge of no mapping":  {"a: {<<: 5}\n", ErrSyntax, 1},
		"many keys, one twice": {manyKeys(), ErrDuplicate, 41},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "key that is a list" {
				if got := outline(t, test.text); len(got) != 1 || !strings.Contains(got[0], ErrSyntax.Error()) {
					t.Errorf("got %q", got)
				}
				return
			}
			_, err := object(t, test.text).Decode(&networkingv1.Ingress{})
			var e *Error
			if !errors.Is(err, test.want) || !errors.As(err, &e) || test.line > 0 && e.Line != test.line {
				t.Errorf("got %#v: %v", e, err)
			}
		})
	}
}

func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x,x,x,x,x,x,x,x]\n")
	for i := range 12 {
		fmt.Fprintf(&b, "a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d,", i), 7), i)
	}
	return b.String()
}

func mergeBomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 {x: 1}\n")
	for i := range 40 {
		fmt.Fprintf(&b, "a%d: &a%d {<<: [*a%d, *a%d]}\n", i+1, i+1, i, i)
	}
	return b.String()
}

func manyKeys() string {
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&b, "k%d: 1\n", i)
	}
	return b.String() + "k30: 2\n"
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"b.yaml": "kind: B", "a/c.YML": "kind: C", "a/d.json": `{"kind":"D"}`, "a/e.txt": "kind: E", "empty/x": "", "..2026/b.yaml": "kind: B"} {
		path := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "a"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for d, err := range Read(strings.NewReader("kind: S"), dir, "-", filepath.Join(dir, "a/e.txt"), filepath.Join(dir, "none"), filepath.Join(dir, "empty"), filepath.Join(dir, "link")) {
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		for o := range d.Objects() {
			got = append(got, o.Place.File+" "+o.Head.Kind)
		}
	}
	text := strings.ReplaceAll(strings.Join(got, "\n"), dir, "DIR")
	want := "DIR/a/c.YML C\nDIR/a/d.json D\nDIR/b.yaml B\nDIR/link: " + ErrLinkedDirectory.Error() + "\n- S\nDIR/a/e.txt E\nDIR/none: stat: no such file or directory\n" +
		"DIR/empty: " + ErrNoFiles.Error() + "\nDIR/link/c.YML C\nDIR/link/d.json D"
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for range Read(strings.NewReader("a: 1\n---\nb: 1\n"), "-", dir) {
		break
	}
}
