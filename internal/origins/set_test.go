package origins

import (
	"fmt"
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

func setOf(t interface{ Fatalf(string, ...any) }, texts ...string) *Set {
	var patterns []Pattern
	for _, s := range texts {
		p, err := Parse(s)
		if err != nil {
			t.Fatalf("Parse(%q): %v", s, err)
		}
		patterns = append(patterns, p)
	}
	return NewSet(patterns)
}

func TestContains(t *testing.T) {
	for _, test := range []struct {
		pattern string
		in, out []string
	}{
		{"*", []string{"null", "https://a.example", "test-host"}, []string{""}},
		{"null", []string{"null"}, []string{"https://null", "", "NULL"}},
		{"https://a.example", []string{"https://a.example"}, []string{"https://a.example:8443", "https://a.example.", "http://a.example", "https://b.a.example", "https://A.example"}},
		{"https://a.example:*", []string{"https://a.example", "https://a.example:1", "https://a.example:65535"}, []string{"https://a.example:443", "https://a.example:0", "https://a.example:", "https://a.example:*", "https://b.example:1", "https://a.example:65536"}},
		{"https://*.a.example", []string{"https://b.a.example", "https://-.a.example"}, []string{"https://a.example", "https://c.b.a.example", "https://b_.a.example", "https://b.a.example:1", "https://.a.example", "https://b.a.example."}},
		{"https://*.a.example:8443", []string{"https://b.a.example:8443"}, []string{"https://b.a.example", "https://b.a.example:8444"}},
		{"https://**.a.example", []string{"https://b.a.example", "https://d.c.b.a.example"}, []string{"https://a.example", "https://x_.b.a.example", "https://ba.example", "https://b..a.example", "https://b.a.example.evil.example"}},
		{"https://**.a.example:*", []string{"https://b.a.example:1"}, []string{"https://a.example:1"}},
		{"https://**", []string{"https://a", "https://a.b.c", "https://192.0.2.1", "https://[::1]"}, []string{"https://a:8443", "http://a", "https://_", "https://a.1", "https://[0::1]", "https://"}},
		{"https://**:*", []string{"https://a", "https://a:8443", "https://[::1]:8443"}, []string{"http://a", "https://a:443"}},
		{`~https://(a|b)\.example`, []string{"https://a.example", "https://b.example"}, []string{"https://a.example.evil.example", "xhttps://a.example", "https://c.example"}},
		{`~\Qhttps://a.example`, []string{"https://a.example"}, []string{"https://a.examples", "xhttps://a.example", "https://aXexample"}},
		{`~https://a|https://b`, []string{"https://a", "https://b"}, []string{"https://ab", "https://a.example"}},
	} {
		set := setOf(t, test.pattern)
		for _, o := range test.in {
			if !set.Contains(o) {
				t.Errorf("%s does not contain %q", test.pattern, o)
			}
		}
		for _, o := range test.out {
			if set.Contains(o) {
				t.Errorf("%s contains %q", test.pattern, o)
			}
		}
	}
}

var (
	somePatterns = []string{
		"*", "null", "https://a.example", "https://b.a.example", "https://a.example:8443", "https://a.example:*", "http://a.example",
		"https://*.a.example", "https://**.a.example", "https://**.b.a.example", "https://*.a.example:*", "https://**.a.example:8443",
		"https://**", "https://**:*", "http://**", "https://[::1]", "https://192.0.2.1", "https://x_y.a.example", "app://a.example",
		`~https://(a|b)\.example`, `~https://[a-z]+\.a\.example`, `~https://.*a\.example`, `~https?://a.example(:[0-9]+)?`,
		`~(?i)HTTPS://[A-C]\.EXAMPLE`, `~.*null`, `~https://\[[0-9a-f:]+\]`, `~.*\ba\b.*`, `~https://[0-9.]+`, `~.+`,
	}
	someOrigins = []string{
		"null", "https://a.example", "https://b.example", "https://c.example", "https://b.a.example", "https://c.b.a.example", "https://ba.example",
		"https://a.example:8443", "https://a.example:1", "https://b.a.example:8443", "http://a.example", "http://axexample", "https://axexample", "https://x_y.a.example",
		"https://[::1]", "https://[::2]", "https://192.0.2.1", "https://1.1.1.1", "app://a.example", "moz-extension://a", "https://b-.a.example", "https://null", "https://.a.example", "https://a.example.",
	}
	drawSet = rapid.Custom(func(t *rapid.T) *Set {
		return setOf(t, rapid.SliceOfN(rapid.SampledFrom(somePatterns), 0, 4).Draw(t, "patterns")...)
	})
)

// A wildcard and the expression that data planes get for it are one set.
func TestRE2MeansThePattern(t *testing.T) {
	for _, text := range somePatterns {
		p, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		set, re := NewSet([]Pattern{p}), regexp.MustCompile("^(?:"+p.RE2()+")$")
		for _, o := range someOrigins {
			if set.Contains(o) != re.MatchString(o) {
				t.Errorf("%s on %s: pattern %v, expression %s %v", text, o, set.Contains(o), re, re.MatchString(o))
			}
		}
		other := NewSet([]Pattern{{Kind: Regexp, Expr: p.RE2()}})
		if o, answer := set.Minus(other); answer != No {
			t.Errorf("%s without its expression %s: %s %v", text, p.RE2(), o, answer)
		}
		if o, answer := other.Minus(set); answer != No {
			t.Errorf("%s's expression %s beyond it: %s %v", text, p.RE2(), o, answer)
		}
	}
}

func TestMinusAgreesWithContains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawSet.Draw(t, "a"), drawSet.Draw(t, "b")
		witness, answer := a.Minus(b)
		switch answer {
		case Yes:
			if !a.Contains(witness) || b.Contains(witness) || !Serialized(witness) {
				t.Fatalf("%v minus %v: no witness: %q", a.patterns, b.patterns, witness)
			}
		case No:
			for _, o := range someOrigins {
				if a.Contains(o) && !b.Contains(o) {
					t.Fatalf("%v minus %v is said to be empty but has %s", a.patterns, b.patterns, o)
				}
			}
		default:
			t.Fatalf("%v minus %v is not decided", a.patterns, b.patterns)
		}
	})
}

func TestCommonAgreesWithContains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawSet.Draw(t, "a"), drawSet.Draw(t, "b")
		witness, answer := a.Common(b)
		switch answer {
		case Yes:
			if !a.Contains(witness) || !b.Contains(witness) || !Serialized(witness) {
				t.Fatalf("%v and %v: not common: %q", a.patterns, b.patterns, witness)
			}
		case No:
			for _, o := range someOrigins {
				if a.Contains(o) && b.Contains(o) {
					t.Fatalf("%v and %v share %s", a.patterns, b.patterns, o)
				}
			}
		default:
			t.Fatalf("%v and %v: not decided", a.patterns, b.patterns)
		}
	})
}

func TestWitnessesReadWell(t *testing.T) {
	for _, test := range []struct{ wide, narrow, witness string }{
		{`~https://.*a\.example`, "https://**.a.example", "https://evil-a.example"},
		{`~https://www.example\.com`, "https://www.example.com", "https://wwwxexample.com"},
		{"https://**.a.example", "https://*.a.example", "https://evil.www.a.example"},
		{"*", "https://a.example", "https://evil.example"},
		{"*", "https://**:*", "http://evil.example"},
		{`~.*extension://abc`, "chrome-extension://abc", "moz-extension://abc"},
		{`~(foo|bar)://a`, "foo://a", "bar://a"},
		{"https://a.example:*", "https://a.example", "https://a.example:8443"},
		{`~https://.*\.a\.example`, "https://**.a.example", "https://evil_host.a.example"},
		{"*", `~.*://.*`, "null"},
	} {
		if got, _ := setOf(t, test.wide).Minus(setOf(t, test.narrow)); got != test.witness {
			t.Errorf("%s beyond %s: %s, want %s", test.wide, test.narrow, got, test.witness)
		}
	}
}

func TestBeyondTheLimitIsUnknown(t *testing.T) {
	a := setOf(t, `~https://([ab]*a[ab]{14}|x)\.example`)
	b := setOf(t, `~https://([ab]*b[ab]{14}|x)\.example`, `~https://[ab]*a[ab]{14}\.exampl[e]`)
	if o, answer := a.Minus(b); answer != Unknown || o != "" {
		t.Errorf("%q %v, want no answer", o, answer)
	}
}

func TestContainsDoesNotAllocate(t *testing.T) {
	set := setOf(t, "https://a.example", "https://*.b.example", "https://**.c.example:*", "http://**", `~https://[a-z]+\.d\.example`)
	for _, o := range []string{"https://a.example", "https://x.b.example", "https://x.y.c.example:1", "http://[::1]", "https://x.d.example", "https://no.example", "null"} {
		if n := testing.AllocsPerRun(100, func() { set.Contains(o) }); n != 0 {
			t.Errorf("%s: %v allocations", o, n)
		}
	}
}

func BenchmarkContains(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 10000} {
		texts := make([]string, n)
		for i := range texts {
			texts[i] = fmt.Sprintf("https://host-%d.example", i)
		}
		set := setOf(b, texts...)
		b.Run(fmt.Sprintf("origins=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !set.Contains("https://host-7.example") || set.Contains("https://other.example") {
					b.Fatal("wrong")
				}
			}
		})
	}
}
