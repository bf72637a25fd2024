package manifest

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sigsyaml "sigs.k8s.io/yaml"
)

var scalars = []string{
	"y", "n", "on", "Off", "YES", "true", "~", "null", "", "0777", "0o17", "0x1F", "0b11", "-0b1", "1_000", "+1", "-1", "18446744073709551615",
	"99999999999999999999", "1.5", ".5", "1.", "1e3", "1.0", "-.5", ".inf", "2001-01-01", "1:30", "!!str 12", "!!int \"3\"", "!!float 3", "!!binary aGk=",
	"!x y", "'on'", "\"a\\u00e9\"", "|\n  a\n  b\n", ">\n  a\n  b\n", "<<", "=", "nan", "0.1e-7", "1e21", "a: b", "{on: 1, 1: 2, 1.5: 3, true: 4}", "[1, [2], {}]", "!!bool yes",
	"&a x", "+.inf", "_1", "1__0", "0_8", "08", "-", "a#b",
}

var bareTag = regexp.MustCompile(`!(\s|$)`)

// sameAsAPIServer compares our JSON with that of sigs.k8s.io/yaml.
func sameAsAPIServer(t *testing.T, text string) {
	// yaml/v3 does not tell the tag ! from none: ! 12 is a number to it, and a
	// string to yaml/v2. Nobody writes it.
	if bareTag.MatchString(text) {
		return
	}
	want, err := sigsyaml.YAMLToJSONStrict([]byte(text))
	if err != nil || want[0] != '{' {
		return
	}
	for o, err := range (&Document{Raw: []byte(text)}).Objects() {
		if err != nil {
			return // stricter is right
		}
		got, err := o.JSON()
		if err != nil {
			return
		}
		var a, b any
		if err := json.Unmarshal(got, &a); err != nil {
			t.Fatalf("%s: %v", got, err)
		}
		json.Unmarshal(want, &b)
		if diff := cmp.Diff(b, a); diff != "" {
			t.Fatalf("%q (-API server +got):\n%s", text, diff)
		}
	}
}

func TestScalarsMeanWhatTheyMeanToTheAPIServer(t *testing.T) {
	for _, s := range scalars {
		sameAsAPIServer(t, "v: "+s+"\n")
	}
}

func FuzzMeaning(f *testing.F) {
	for _, s := range scalars {
		f.Add("v: " + s + "\n")
	}
	f.Add("a: &a {b: 1}\nc:\n  <<: *a\n  b: 2\n")
	f.Add("a: &a {b: 1}\nc:\n  <<: [*a, {d: 1}]\n")
	f.Add(ingress)
	f.Fuzz(func(t *testing.T, text string) {
		docs := 0
		for d, err := range Documents("f", strings.NewReader(text)) {
			docs++
			if err != nil || docs > 1 || string(d.Raw) != text || d.JSON {
				return
			}
		}
		sameAsAPIServer(t, text)
	})
}
