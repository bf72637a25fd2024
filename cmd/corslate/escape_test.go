package main

import (
	"encoding/json"
	"strconv"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestEscape(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"plain é ✓", "plain é ✓"},
		{"a\nb\tc\x1b\x7f", `a\x0ab\x09c\x1b\x7f`},
		{"\u009b\u202e\u2028\u200b", `\u009b\u202e\u2028\u200b`},
		{"\U000e0001", `\U000e0001`},
		{"\xff", `\xff`},
	} {
		if got := escape(test.in); got != test.want {
			t.Errorf("escape(%q) = %s, want %s", test.in, got, test.want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "plain", "a\x1b[2J", "\u202e\U000e0001", "\xc2", "é\xff\u009b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range escape(s) {
			if !unicode.IsPrint(r) {
				t.Fatalf("%q holds %U", escape(s), r)
			}
		}
		text, err := appendJSON(nil, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range string(text[:len(text)-1]) {
			if !unicode.IsPrint(r) {
				t.Fatalf("%q holds %U", text, r)
			}
		}
		var back string
		if err := json.Unmarshal(text, &back); err != nil || utf8.ValidString(s) && back != s {
			t.Fatalf("%s reads back as %s, %v", strconv.Quote(s), strconv.Quote(back), err)
		}
	})
}
