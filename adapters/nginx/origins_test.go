package nginx

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/policy"
)

// The proof behind the short cut for http and https: among what browsers send,
// only the very scheme ends in it.
func TestWebSchemesStandAlone(t *testing.T) {
	for _, item := range []string{"https://a.example", "http://a.example:8080", "https://*.a.example"} {
		p, err := origins.Parse(item)
		if err != nil {
			t.Fatal(err)
		}
		lifted, err := origins.Lift(expression(item, false), origins.InFull)
		if err != nil || !slices.Equal(lifted, []origins.Pattern{p}) {
			t.Errorf("%s: %v, %v", item, lifted, err)
		}
	}
}

func TestSchemesThatStandAlone(t *testing.T) {
	m := newMatcher([]string{"app://a", "myapp://b", "ionic://a"}, []string{"x-ionic"})
	for scheme, want := range map[string]bool{
		"http": true, "https": true, "capacitor": true, "myapp": true, "wails": true, "nosuch": true,
		"s": false, "extension": false, "view": false, "app": false, "ionic": false, "": false,
	} {
		if got := m.standsAlone(scheme); got != want {
			t.Errorf("%q: %v", scheme, got)
		}
	}
	m.unproved = true
	if m.standsAlone("capacitor") || !m.standsAlone("https") {
		t.Error("unproved")
	}
}

func TestUnwritten(t *testing.T) {
	for _, item := range []string{"null", "https://a.example", "https://*.a.example:8443", "extension://abc", "https://*.1.2.3", "https://*..x."} {
		for _, alone := range []bool{true, false} {
			if got, ok := unwritten(expression(item, alone)); !ok || got != item {
				t.Errorf("%s: %q, %v", item, got, ok)
			}
		}
	}
	for _, expr := range []string{"", ".*", "https://a.example", `https://a\.example.*`, `(https|http)://a`, `https://a_b`, `[a-z0-9+.-]*`, `.*null.*`, `https://[a-z0-9-]+\.[a-z0-9-]+\.a`} {
		if item, ok := unwritten(expr); ok {
			t.Errorf("%s: %s", expr, item)
		}
	}
}

// What Parse says a list matches is what nginx's expression matches.
func TestPatternsAreTheExpression(t *testing.T) {
	schemes := []string{"https", "http", "extension", "s", "app", "myapp", "capacitor"}
	browsers := []string{"null", "https", "http", "chrome-extension", "moz-extension", "safari-web-extension", "app", "capacitor"}
	hosts := []string{"a.example", "B.example", "*.a.example", "*.example.", "*.1.2.3", "null", "..", "", "*.", "10.0.0.1", "*.b-c"}
	ports := []string{"", "", ":8443", ":443", ":80", ":0", ":99999"}
	text := rapid.Custom(func(t *rapid.T) string {
		if rapid.IntRange(0, 9).Draw(t, "null") == 0 {
			return "null"
		}
		return rapid.SampledFrom(schemes).Draw(t, "scheme") + "://" + rapid.SampledFrom(hosts).Draw(t, "host") + rapid.SampledFrom(ports).Draw(t, "port")
	})
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(text, 1, 4).Draw(t, "items")
		parts := make([]string, len(list))
		for i, item := range list {
			if !originRecheck.MatchString(item) {
				t.Fatalf("%s is no item", item)
			}
			parts[i] = "(" + strings.Replace(regexp.QuoteMeta(item), `\*`, `[A-Za-z0-9\-]+`, 1) + ")"
		}
		token := "(" + strings.Join(parts, "|") + ")$"
		if len(token) != expressionLength(list) {
			t.Fatalf("%s has %d bytes, not %d", token, len(token), expressionLength(list))
		}
		nginx := regexp.MustCompile("(?i)" + token)

		p, _, err := Parse(map[string]string{DefaultPrefix + "/" + enableCORS: "true", DefaultPrefix + "/" + allowOrigin: strings.Join(list, ",")}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			origin := strings.ToLower(strings.Replace(text.Draw(t, "origin"), "*", rapid.SampledFrom([]string{"x", "x.y", "9"}).Draw(t, "label"), 1))
			origin = rapid.SampledFrom([]string{"", "", "chrome-", "moz-", "safari-web-", "http"}).Draw(t, "before") + origin
			scheme, _, _ := strings.Cut(origin, "://")
			sent := slices.Contains(browsers, scheme) || slices.ContainsFunc(list, func(item string) bool { return strings.HasPrefix(item, scheme+"://") })
			if !sent || !origins.Serialized(origin) {
				continue
			}
			if got, want := p.AllowsOrigin(origin), nginx.MatchString(origin); got != want {
				t.Fatalf("%s against %s: policy %v, nginx %v\n%v", origin, token, got, want, p.Spec().AllowOrigins)
			}
		}
	})
}

// A list of any length costs a bounded number of simplifications, and what is
// not simplified means the same.
func TestLongLists(t *testing.T) {
	var list []string
	for i := range 1000 {
		letters := strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprint(i))
		list = append(list, letters+"://*.a..b")
	}
	m := newMatcher(list, nil)
	for _, item := range list {
		patterns := m.patterns(item)
		scheme, _, _ := strings.Cut(item, "://")
		if len(patterns) != 1 || !regexp.MustCompile("^("+patterns[0][1:]+")$").MatchString(scheme+"://x.a..b") {
			t.Fatalf("%s: %q", item, patterns)
		}
	}
	if m.lifts > maxLifts {
		t.Errorf("%d simplifications", m.lifts)
	}
}

// Every gate refuses what the others would repair in what Render writes.
func TestRenderedValuesPassTheGates(t *testing.T) {
	seconds := int64(0)
	p := policy.MustNew(policy.Spec{
		AllowOrigins: []string{"https://a.example", "https://*.b.example:8443", "http://10.0.0.1", "capacitor://localhost"},
		AllowMethods: []string{"PUT", "DELETE", "PURGE"}, AllowHeaders: []string{"Authorization", "X_Y-1"}, ExposeHeaders: []string{"*", "ETag"}, MaxAgeSeconds: &seconds,
	})
	fragment, _, err := Render(p, &Options{Accept: policy.Dangers()})
	if err != nil {
		t.Fatal(err)
	}
	for name, gate := range map[string]*regexp.Regexp{allowOrigin: originListValidator, allowMethods: methodsCheck, allowHeaders: headersCheck, exposeHeaders: exposeCheck} {
		value := fragment[DefaultPrefix+"/"+name]
		if !validates(gate, value) || name != allowOrigin && !gate.MatchString(value) || normalized(value) != value {
			t.Errorf("%s: %q", name, value)
		}
	}
	for _, item := range items(fragment[DefaultPrefix+"/"+allowOrigin]) {
		if !originRecheck.MatchString(item) {
			t.Errorf("%q", item)
		}
	}
}
