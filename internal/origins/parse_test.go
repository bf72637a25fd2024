package origins

import (
	"errors"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, s := range []string{
		"*", "null", "https://a.example", "http://[::1]:3000", "capacitor://localhost",
		"https://*.a.example", "https://**.a.example", "https://**", "https://**:*", "https://**:8443",
		"https://a.example:*", "https://*.a.example:*", "https://**.a.example:8443",
		`~https://(a|b)\.example`, "~", "https://my_app.example", "https://a.example.", "https://192.0.2.1",
		"https://[2001:db8::1]:8443", "https://[::ffff:102:304]", "https://a..b", "https://*.com", "https://65535.example:65535",
		"chrome-extension://abcdefghijklmnopabcdefghijklmnop", "x2+y-z.w://host", "https://0xg", "https://a.0x",
	} {
		p, err := Parse(s)
		if s == "https://a.0x" {
			if err == nil {
				t.Errorf("Parse(%q) = %v; browsers read the host as an address", s, p)
			}
			continue
		}
		if err != nil {
			t.Errorf("Parse(%q): %v", s, err)
		} else if got := p.String(); got != s {
			t.Errorf("Parse(%q).String() = %q", s, got)
		}
	}
}

func TestParseRefusesWithCorrection(t *testing.T) {
	for _, test := range []struct{ text, correction string }{
		{"", ""},
		{"a.example", "https://a.example"},
		{"//a.example", "https://a.example"},
		{"HTTPS://a.example", "https://a.example"},
		{"https://A.Example", "https://a.example"},
		{"https://a.example/", "https://a.example"},
		{"https://a.example/path?q#f", "https://a.example"},
		{"https://user:pass@a.example", "https://a.example"},
		{"https://a.example:443", "https://a.example"},
		{"http://a.example:80", "http://a.example"},
		{"http://a.example:443/", "http://a.example:443"},
		{"https://a.example:08443", "https://a.example:8443"},
		{"https://a.example:0", "https://a.example"},
		{"https://a.example:", "https://a.example"},
		{"https://a.example:65536", ""},
		{"https://a.example:84x", ""},
		{"http://[0:0::1]", "http://[::1]"},
		{"http://[::1", ""},
		{"http://[::1]x", ""},
		{"http://[fe80::1%25eth0]", "http://[fe80::1]"},
		{"https://[::ffff:1.2.3.4]", "https://[::ffff:102:304]"},
		{"https://bücher.example", "https://xn--bcher-kva.example"},
		{"https://*.Bücher.example:443", "https://*.xn--bcher-kva.example"},
		{"https://*", "https://**"},
		{"https://*:8443", "https://**:8443"},
		{"https://foo.*.example", ""},
		{"https://*foo.example", ""},
		{"https://*.*.example", ""},
		{"https://***.example", ""},
		{"https://*.my_app.example", ""},
		{"https://*.1.2.3", ""},
		{"https://1.2.3", ""},
		{"https://1.2.3.04", ""},
		{"https://256.1.1.1", ""},
		{" https://a.example ", "https://a.example"},
		{"https://a.example,https://b.example", ""},
		{"https://a b.example", ""},
		{"://a.example", ""},
		{"1http://a.example", ""},
		{"NULL", "null"},
		{"~(", ""},
		{"~(?=x)", ""},
		{"https://", ""},
	} {
		p, err := Parse(test.text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("Parse(%q) = %v, %v; want a *SyntaxError", test.text, p, err)
			continue
		}
		if syntax.Correction != test.correction {
			t.Errorf("Parse(%q) corrects to %q, want %q", test.text, syntax.Correction, test.correction)
		}
		if syntax.Problem == "" {
			t.Errorf("Parse(%q) does not say what is wrong", test.text)
		}
	}
}

func TestParseBoundsExpressions(t *testing.T) {
	long := make([]byte, MaxRegexp+2)
	for i := range long {
		long[i] = 'a'
	}
	long[0] = '~'
	if _, err := Parse(string(long)); err == nil {
		t.Errorf("an expression of %d bytes is accepted", MaxRegexp+1)
	}
	if _, err := Parse(string(long[:MaxRegexp+1])); err != nil {
		t.Errorf("an expression of %d bytes: %v", MaxRegexp, err)
	}
}

// What is accepted can be compiled and matched.
func TestParseBoundsPrograms(t *testing.T) {
	for expr, ok := range map[string]bool{
		strings.Repeat("(", 990) + "a" + strings.Repeat(")", 990): true,
		strings.Repeat("(", 999) + "a" + strings.Repeat(")", 999): false,
		strings.Repeat("a{1000}", 8):                              true,
		strings.Repeat("a{1000}", 9):                              false,
	} {
		p, err := Parse("~" + expr)
		if (err == nil) != ok {
			t.Errorf("%.20s…: %v", expr, err)
		}
		if err == nil {
			NewSet([]Pattern{p}).Contains("https://a.example")
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"*", "null", "https://*.a.example:*", "https://**", "~a(b)?", "HTTPS://u@[::1]:443/x", "https://bücher.example", "https://0x.0x1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s)
		if err == nil {
			if p.String() != s {
				t.Fatalf("Parse(%q).String() = %q", s, p)
			}
			return
		}
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Fatalf("Parse(%q): %T", s, err)
		}
		if syntax.Correction != "" {
			if _, err := Parse(syntax.Correction); err != nil {
				t.Fatalf("Parse(%q) corrects to %q, which is refused: %v", s, syntax.Correction, err)
			}
		}
	})
}
