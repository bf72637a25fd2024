package origins

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestLift(t *testing.T) {
	for _, test := range []struct {
		expr    string
		reading Reading
		want    []string
	}{
		{`^https://a\.example$`, Anywhere, []string{"https://a.example"}},
		{`https://a\.example`, InFull, []string{"https://a.example"}},
		{`https://a\.example`, Anywhere, []string{`~.*https://a\.example.*`}},
		{`^https://a\.example`, Anywhere, []string{`~https://a\.example.*`}},
		{`a\.example$`, Anywhere, []string{`~.*a\.example`}},
		{`^https://a\.example\$`, Anywhere, []string{`~https://a\.example\$.*`}},
		{`^https://a\.example$|^https://b\.example$`, Anywhere, []string{"https://a.example", "https://b.example"}},
		{`^https?://(a|b)\.example$`, Anywhere, []string{"http://a.example", "http://b.example", "https://a.example", "https://b.example"}},
		{`(?i)^https://A\.example$`, Anywhere, []string{"https://a.example"}},
		{`^https://A\.example$`, Anywhere, []string{}},
		{`^https://[a-z0-9-]+\.a\.example$`, Anywhere, []string{"https://*.a.example"}},
		{`^https://([a-z0-9-]+\.)*a\.example(:[0-9]+)?$`, Anywhere, []string{"https://**.a.example:*", "https://a.example:*"}},
		{`https://([a-z0-9-]+\.)+a\.example:8443`, InFull, []string{"https://**.a.example:8443"}},
		{`https://[a-z0-9\-]+\.a\.example`, InFull, []string{"https://*.a.example"}},
		{`https://[^.]+\.a\.example`, InFull, []string{`~https://[^.]+\.a\.example`}},
		{`.*`, Anywhere, []string{"*"}}, {``, Anywhere, []string{"*"}}, {`.+`, InFull, []string{"*"}},
		{``, InFull, []string{}},
		{`https://.*`, InFull, []string{`~https://.*`}},
		{`null`, InFull, []string{"null"}},
		{`[^/]+`, InFull, []string{"null"}},
		{`^(null|https://a\.example)$`, Anywhere, []string{"https://a.example", "null"}},
		{`https://app[12]\.a\.example`, InFull, []string{"https://app1.a.example", "https://app2.a.example"}},
		{`https://app[0-9]+\.a\.example`, InFull, []string{`~https://app[0-9]+\.a\.example`}},
		{"^https://a\\.example\n", Anywhere, []string{}},
		{`\Qhttps://a.example`, InFull, []string{"https://a.example"}},
	} {
		got, err := Lift(test.expr, test.reading)
		if err != nil {
			t.Errorf("Lift(%q): %v", test.expr, err)
			continue
		}
		texts := []string{}
		for _, p := range NewSet(got).Patterns() {
			texts = append(texts, p.String())
		}
		if !slices.Equal(texts, test.want) {
			t.Errorf("Lift(%q, %v) = %q, want %q", test.expr, test.reading, texts, test.want)
		}
	}
	if _, err := Lift("(", InFull); err == nil {
		t.Error("Lift accepts an expression that does not compile")
	}
}

// A short expression may have a program that takes hours to explore: without
// the bounds this test does not end.
func TestWorkIsBounded(t *testing.T) {
	for _, expr := range []string{
		"https://" + strings.Repeat("b{1,9}", 160) + `\.example`,
		".*(a|b){500}.*",
		`https://.*a.{300}b`,
		".*" + strings.Repeat(`(a|b|c)?x`, 300) + ".*",
	} {
		p, err := Parse("~" + expr)
		if err != nil {
			t.Fatal(err)
		}
		if lifted, err := Lift(expr, InFull); err != nil || len(lifted) != 1 || lifted[0] != p {
			t.Errorf("Lift(%.20s…): %v %v", expr, lifted, err)
		}
		if _, answer := p.Registrable(); answer != Unknown {
			t.Errorf("%.20s… Registrable: %v, want no answer", expr, answer)
		}
		if _, answer := NewSet([]Pattern{p}).Minus(setOf(t, `~https://b*\.exampl[e]`)); answer != Unknown {
			t.Errorf("%.20s… Minus: %v, want no answer", expr, answer)
		}
	}
}

// What Lift returns holds the origins that the data plane's own matcher takes.
func FuzzLift(f *testing.F) {
	for _, e := range []string{`^https://a\.example$`, `a|b`, `\Qx`, `(?i)^https://A$`, `^$`, `[^/]+`, `https://[a-z]+\.a\.example`, `$^`, `\bnull\b`, `(?m)^https://a$`} {
		f.Add(e)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		if len(expr) > 40 {
			return
		}
		re, err := regexp.Compile(expr)
		lifted, liftErr := Lift(expr, Anywhere)
		if (err == nil) != (liftErr == nil) {
			t.Fatalf("regexp: %v, Lift: %v", err, liftErr)
		}
		if err != nil {
			return
		}
		set := NewSet(lifted)
		for _, o := range someOrigins {
			if set.Contains(o) != re.MatchString(o) {
				t.Fatalf("%q on %s: data plane %v, %v %v", expr, o, re.MatchString(o), lifted, set.Contains(o))
			}
		}
	})
}
