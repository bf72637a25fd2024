package nginx_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/policy"
)

// cors returns annotations: enable-cors, and pairs of a name without prefix and
// a value.
func cors(pairs ...string) map[string]string {
	m := map[string]string{enableCORS: "true"}
	for i := 0; i < len(pairs); i += 2 {
		m[nginx.DefaultPrefix+"/"+pairs[i]] = pairs[i+1]
	}
	return m
}

// list returns annotations whose list of origins is the given one, and that
// leave nothing else to defaults.
func list(origins string) map[string]string {
	return cors("cors-allow-origin", origins, "cors-allow-methods", "GET", "cors-allow-headers", "X-A", "cors-allow-credentials", "true", "cors-max-age", "60")
}

// grants returns what list allows to the given origins.
func grants(origins ...string) policy.Spec {
	age := int64(60)
	return policy.Spec{AllowOrigins: origins, AllowMethods: []string{"GET"}, AllowHeaders: []string{"X-A"}, AllowCredentials: true, MaxAgeSeconds: &age}
}

// anonymous is grants("*") as browsers see it.
func anonymous() policy.Spec {
	s := grants("*")
	s.AllowCredentials = false
	return s
}

// defaults is what enable-cors alone allows.
func defaults() policy.Spec {
	age := int64(1728000)
	return policy.Spec{
		AllowOrigins:  []string{"*"},
		AllowMethods:  []string{"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"},
		AllowHeaders:  []string{"DNT", "Keep-Alive", "User-Agent", "X-Requested-With", "If-Modified-Since", "Cache-Control", "Content-Type", "Range", "Authorization"},
		MaxAgeSeconds: &age,
	}
}

func with(s policy.Spec, change func(*policy.Spec)) policy.Spec {
	change(&s)
	return s
}

var (
	validating    = nginx.Options{}
	notValidating = nginx.Options{Release: nginx.FromV112NotValidating}
	old           = nginx.Options{Release: nginx.BeforeV112}
	traefik       = nginx.Options{Controller: nginx.TraefikProvider}
)

// parseCases are annotations, what they mean, and what is reported beside
// defaults and behaviour, as "effect code name value".
var parseCases = []struct {
	name        string
	annotations map[string]string
	opts        nginx.Options
	want        policy.Spec
	findings    []string
}{
	// Origins.
	{"an origin", list("https://a.example"), validating, grants("https://a.example"), nil},
	{"several, with ports and odd spaces", list(" https://a.example ,http://b.example:8080,https://10.0.0.1"), validating,
		grants("https://a.example", "http://b.example:8080", "https://10.0.0.1"), nil},
	{"a wildcard is one label", list("https://*.a.example:8443"), validating, grants("https://*.a.example:8443"), nil},
	{"a host in upper case matches in lower case", list("https://A.Example"), validating, grants("https://a.example"), nil},
	{"no origin", list("https://"), validating, grants(), nil},
	{"no origin, as a lone comma", list(","), validating, grants(), []string{"note origin-empty-item cors-allow-origin ,"}},
	{"a trailing comma", list("https://a.example,"), validating, grants("https://a.example"), []string{"note origin-empty-item cors-allow-origin https://a.example,"}},
	{"a trailing comma before v1.12", list("https://a.example,"), old, grants("https://a.example"), []string{"danger origin-empty-item cors-allow-origin https://a.example,"}},
	{"every origin with credentials", list("*"), validating, anonymous(), []string{"advice any-origin-anonymous cors-allow-credentials true"}},
	{"an empty list opens", list(""), validating, anonymous(),
		[]string{"danger origin-list-opened cors-allow-origin ", "advice any-origin-anonymous cors-allow-credentials true"}},
	{"a blank list opens", list("  "), notValidating, anonymous(),
		[]string{"danger origin-list-opened cors-allow-origin   ", "advice any-origin-anonymous cors-allow-credentials true"}},
	{"one bad item opens the list", list("https://a.example, https://b.example/"), validating, anonymous(),
		[]string{"danger origin-list-opened cors-allow-origin https://a.example, https://b.example/",
			"note releases-differ cors-allow-origin https://a.example, https://b.example/", "advice any-origin-anonymous cors-allow-credentials true"}},
	{"and is dropped without validation", list("https://a.example, https://b.example/"), notValidating, grants("https://a.example"),
		[]string{"advice releases-differ cors-allow-origin https://a.example, https://b.example/", "advice origin-dropped cors-allow-origin https://b.example/"}},
	{"* among others opens, as meant", list("https://a.example,*"), validating, anonymous(),
		[]string{"note origin-list-opened cors-allow-origin https://a.example,*", "advice any-origin-anonymous cors-allow-credentials true"}},
	{"* among others without validation", list("https://a.example,*"), notValidating, anonymous(),
		[]string{"advice releases-differ cors-allow-origin https://a.example,*", "advice any-origin-anonymous cors-allow-credentials true"}},
	{"items that are dropped", list("a.example, *.b.example, https://foo.*.com, https://*.*.x, https://a.example https://b.example, https://c.example"), validating,
		grants("https://c.example"), []string{
			"advice origin-dropped cors-allow-origin a.example", "advice origin-dropped cors-allow-origin *.b.example",
			"advice origin-dropped cors-allow-origin https://foo.*.com", "advice origin-dropped cors-allow-origin https://*.*.x",
			"advice origin-dropped cors-allow-origin https://a.example https://b.example"}},
	{"what no browser sends", list("https://a.example:443, http://a.example:080, https://*.1.2, app://, https://b.example"), validating,
		grants("https://b.example"), []string{
			"note releases-differ cors-allow-origin app://",
			"advice origin-never-sent cors-allow-origin https://a.example:443", "advice origin-never-sent cors-allow-origin http://a.example:080",
			"advice origin-never-sent cors-allow-origin https://*.1.2", "advice origin-never-sent cors-allow-origin app://"}},
	{"a custom scheme", list("capacitor://localhost"), validating, grants("capacitor://localhost"), []string{"note releases-differ cors-allow-origin capacitor://localhost"}},
	{"a custom scheme before v1.12", list("capacitor://localhost"), old, grants(), []string{"advice origin-dropped cors-allow-origin capacitor://localhost"}},
	{"the end of another scheme", list("extension://abc"), validating, grants("~[a-z0-9+.-]*extension://abc"),
		[]string{"note releases-differ cors-allow-origin extension://abc", "advice origin-unanchored cors-allow-origin extension://abc"}},
	{"s also ends https", list("s://a.example:80"), validating, grants(`~[a-z0-9+.-]*s://a\.example:80`),
		[]string{"note releases-differ cors-allow-origin s://a.example:80", "advice origin-unanchored cors-allow-origin s://a.example:80"}},
	{"a scheme that ends another of the list", list("app://a, my://b, myapp://b"), validating, grants("~[a-z0-9+.-]*app://a", "my://b", "myapp://b"),
		[]string{"note releases-differ cors-allow-origin app://a", "advice origin-unanchored cors-allow-origin app://a"}},
	{"null ends many origins", list("null"), validating, grants("~.*null"),
		[]string{"note releases-differ cors-allow-origin null", "advice origin-unanchored cors-allow-origin null"}},
	{"hosts that are no names", list("https://a..com,https://-.,https://..."), validating, grants("https://a..com", "https://-.", "https://..."), nil},
	{"wildcards over such", list("https://*.a.example., https://*.1.2.3"), validating,
		grants(`~https://[a-z0-9-]+\.a\.example\.`, `~https://[a-z0-9-]+\.1\.2\.3`), nil},

	// Methods and headers.
	{"defaults", cors(), validating, defaults(), []string{"advice any-origin-anonymous cors-allow-credentials "}},
	{"a list of methods, case kept", cors("cors-allow-methods", " GET, PATCH,patch Custom,", "cors-allow-credentials", "0"), validating,
		with(defaults(), func(s *policy.Spec) { s.AllowMethods, s.AllowHeaders = nil, nil }),
		[]string{"advice list-malformed cors-allow-methods GET, PATCH,patch Custom,"}},
	{"methods that browsers never send so", cors("cors-allow-methods", "put, TRACE,Custom", "cors-allow-credentials", "f"), validating,
		with(defaults(), func(s *policy.Spec) { s.AllowMethods = nil }),
		[]string{"note method-never-sent cors-allow-methods put", "note method-never-sent cors-allow-methods Custom", "note method-never-sent cors-allow-methods TRACE"}},
	{"lists that are replaced", cors("cors-allow-methods", "GET,  PUT", "cors-allow-headers", "*", "cors-allow-credentials", "false"), validating, defaults(),
		[]string{"advice list-replaced cors-allow-methods GET,  PUT", "advice list-replaced cors-allow-headers *"}},
	{"empty lists are replaced", cors("cors-allow-methods", "", "cors-allow-headers", " ", "cors-expose-headers", "", "cors-allow-credentials", "false"), validating, defaults(),
		[]string{"advice list-replaced cors-allow-methods ", "advice list-replaced cors-allow-headers  "}},
	{"a line break is refused by the validation", cors("cors-allow-methods", "GET,\nPUT", "cors-allow-credentials", "false"), validating, defaults(),
		[]string{"advice list-replaced cors-allow-methods GET,\nPUT", "note releases-differ cors-allow-methods GET,\nPUT"}},
	{"and passes without it", cors("cors-allow-methods", "GET,\nPUT", "cors-allow-credentials", "false"), notValidating,
		with(defaults(), func(s *policy.Spec) { s.AllowMethods = []string{"PUT"} }), []string{"note releases-differ cors-allow-methods GET,\nPUT"}},
	{"headers without commas", cors("cors-allow-headers", "X-A X-B", "cors-allow-credentials", "false"), validating,
		with(defaults(), func(s *policy.Spec) { s.AllowMethods, s.AllowHeaders = nil, nil }), []string{"advice list-malformed cors-allow-headers X-A X-B"}},
	{"no header, as a lone comma", cors("cors-allow-headers", ",", "cors-allow-credentials", "false"), validating,
		with(defaults(), func(s *policy.Spec) { s.AllowHeaders = nil }), nil},
	{"exposed headers", cors("cors-expose-headers", "*, X-A", "cors-allow-credentials", "false"), validating,
		with(defaults(), func(s *policy.Spec) { s.ExposeHeaders = []string{"*", "X-A"} }), nil},
	{"exposed headers that are not sent", cors("cors-expose-headers", "X-A,  X-B", "cors-allow-credentials", "false"), validating, defaults(),
		[]string{"advice list-replaced cors-expose-headers X-A,  X-B"}},
	{"exposed headers that browsers cannot read", cors("cors-expose-headers", "X-A X-B", "cors-allow-credentials", "false"), validating, defaults(),
		[]string{"advice list-malformed cors-expose-headers X-A X-B"}},

	// Credentials and age.
	{"credentials that say no", with2(list("https://a.example"), "cors-allow-credentials", "no"), validating, grants("https://a.example"),
		[]string{"danger annotation-not-boolean cors-allow-credentials no"}},
	{"credentials that are empty", with2(list("https://a.example"), "cors-allow-credentials", ""), validating, grants("https://a.example"),
		[]string{"danger annotation-not-boolean cors-allow-credentials "}},
	{"credentials that say yes", with2(list("https://a.example"), "cors-allow-credentials", "yes"), validating, grants("https://a.example"),
		[]string{"note annotation-not-boolean cors-allow-credentials yes"}},
	{"an age that is no number", with2(list("https://a.example"), "cors-max-age", "600s"), validating,
		with(grants("https://a.example"), func(s *policy.Spec) { *s.MaxAgeSeconds = 1728000 }), []string{"advice max-age-replaced cors-max-age 600s"}},
	{"a negative age", with2(list("https://a.example"), "cors-max-age", "-1"), validating,
		with(grants("https://a.example"), func(s *policy.Spec) { s.MaxAgeSeconds = nil }), []string{"note max-age-replaced cors-max-age -1"}},
	{"a padded age", with2(list("https://a.example"), "cors-max-age", "+0060"), validating, grants("https://a.example"), nil},

	// Beside the seven.
	{"another name", with2(list("https://a.example"), "cors-allowed-origins", "https://b.example"), validating, grants("https://a.example"),
		[]string{"advice annotation-unknown cors-allowed-origins https://b.example"}},
	{"a snippet with if", with2(list("https://a.example"), "configuration-snippet", "if ($x) {}"), validating, grants("https://a.example"),
		[]string{"advice snippet-not-read configuration-snippet if ($x) {}"}},
	{"a snippet about something else", with2(list("https://a.example"), "configuration-snippet", "gzip on;"), validating, grants("https://a.example"), nil},

	// Traefik's provider.
	{"Traefik: an origin", list("https://a.example"), traefik, grants("https://a.example"), nil},
	{"Traefik: defaults", cors(), traefik, with(defaults(), func(s *policy.Spec) { s.AllowCredentials = true }),
		[]string{"danger reflects-every-origin cors-allow-origin ", "note releases-differ cors-allow-origin *"}},
	{"Traefik: invalid items open nothing, wildcards never match", list("https://a.example/, https://*.b.example, HTTPS://c.example, null"), traefik, grants("null"), []string{
		"advice origin-never-sent cors-allow-origin https://a.example/", "advice origin-never-sent cors-allow-origin https://*.b.example",
		"advice origin-never-sent cors-allow-origin HTTPS://c.example"}},
	{"Traefik: an empty list", list(""), traefik, grants(), nil},
	{"Traefik: credentials 1", with2(list("*"), "cors-allow-credentials", "1"), traefik, anonymous(),
		[]string{"advice annotation-not-boolean cors-allow-credentials 1"}},
	{"Traefik: * is echoed with credentials", with2(with2(list("https://a.example"), "cors-allow-methods", "*"), "cors-allow-headers", "*"), traefik,
		with(grants("https://a.example"), func(s *policy.Spec) {
			s.AllowMethods, s.AllowHeaders = []string{"*"}, []string{"*", "Authorization"}
		}), []string{"note releases-differ cors-allow-methods *", "note releases-differ cors-allow-headers *"}},
	{"Traefik: * without credentials", with2(with2(list("https://a.example"), "cors-allow-credentials", "false"), "cors-allow-headers", "*"), traefik,
		with(grants("https://a.example"), func(s *policy.Spec) { s.AllowHeaders, s.AllowCredentials = []string{"*"}, false }), nil},
	{"Traefik: * among exposed headers", with2(list("https://a.example"), "cors-expose-headers", "X-A,*"), traefik, grants("https://a.example"),
		[]string{"advice list-replaced cors-expose-headers X-A,*"}},
	{"Traefik: methods are not checked", with2(list("https://a.example"), "cors-allow-methods", "M-SEARCH"), traefik,
		with(grants("https://a.example"), func(s *policy.Spec) { s.AllowMethods = []string{"M-SEARCH"} }), nil},
	{"Traefik: a list that browsers cannot read", with2(list("https://a.example"), "cors-allow-methods", "PUT DELETE"), traefik,
		with(grants("https://a.example"), func(s *policy.Spec) { s.AllowMethods, s.AllowHeaders = nil, nil }),
		[]string{"advice list-malformed cors-allow-methods PUT DELETE"}},
	{"Traefik: empty lists", with2(with2(list("https://a.example"), "cors-allow-methods", ""), "cors-allow-headers", ""), traefik,
		with(grants("https://a.example"), func(s *policy.Spec) { s.AllowMethods, s.AllowHeaders = nil, nil }), nil},
}

// with2 sets one more annotation.
func with2(annotations map[string]string, name, value string) map[string]string {
	annotations[nginx.DefaultPrefix+"/"+name] = value
	return annotations
}

func TestParse(t *testing.T) {
	for _, tt := range parseCases {
		t.Run(tt.name, func(t *testing.T) {
			p, report, err := nginx.Parse(tt.annotations, &tt.opts)
			if err != nil {
				t.Fatal(err)
			}
			checkReport(t, report)
			want := policy.MustNew(tt.want)
			if c := policy.Compare(want, p); c.Relation != policy.Equal {
				t.Errorf("%s than it is: %v\ngot  %+v\nwant %+v", c.Relation, c.Witnesses, p.Spec(), want.Spec())
			}
			if got, want := p.Spec().AllowOrigins, want.Spec().AllowOrigins; !slices.Equal(got, want) {
				t.Errorf("origins %q, want %q", got, want)
			}
			if got := brief(report); !slices.Equal(got, tt.findings) {
				t.Errorf("findings:\n%s\nwant:\n%s\n%s", strings.Join(got, "\n"), strings.Join(tt.findings, "\n"), cmp.Diff(tt.findings, got))
			}
		})
	}
}

// brief writes the findings without those that hold of almost every
// configuration.
func brief(report policy.Report) []string {
	var out []string
	for _, f := range report {
		switch f.Code {
		case nginx.CodeDefault, policy.CodeNoVary, policy.CodeApplicationHeaders, policy.CodePreflightAnswered:
			continue
		}
		out = append(out, fmt.Sprintf("%s %s %s %s", f.Effect, f.Code, strings.TrimPrefix(f.Path, nginx.DefaultPrefix+"/"), f.Value))
	}
	return out
}

func TestParseNoPolicy(t *testing.T) {
	tests := []struct {
		name        string
		annotations map[string]string
		opts        nginx.Options
		findings    []string
	}{
		{"no annotations", nil, validating, nil},
		{"other annotations", map[string]string{"a": "b"}, validating, nil},
		{"off", cors("enable-cors", "false"), validating, nil},
		{"not on", map[string]string{allowOrigin: "https://a.example", maxAge: "60"}, validating,
			[]string{"advice annotation-not-enabled cors-allow-origin https://a.example", "advice annotation-not-enabled cors-max-age 60"}},
		{"no boolean", cors("enable-cors", "yes", "cors-allow-origin", "*"), validating,
			[]string{"advice annotation-not-boolean enable-cors yes", "advice annotation-not-enabled cors-allow-origin *"}},
		{"with a space", cors("enable-cors", "true "), validating, []string{"advice annotation-not-boolean enable-cors true "}},
		{"a canary", cors("canary", "true", "cors-allow-origin", "*"), validating, []string{"note canary-ignored canary true"}},
		{"only in a snippet", map[string]string{nginx.DefaultPrefix + "/configuration-snippet": "more_set_headers 'Access-Control-Allow-Origin: *';"}, validating,
			[]string{"advice snippet-not-read configuration-snippet more_set_headers 'Access-Control-Allow-Origin: *';"}},
		{"another prefix", cors(), nginx.Options{Prefix: "ingress.example.com"}, nil},
		{"Traefik: 1", cors("enable-cors", "1"), traefik, []string{"advice annotation-not-boolean enable-cors 1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, report, err := nginx.Parse(tt.annotations, &tt.opts)
			checkReport(t, report)
			if p != nil || !errors.Is(err, policy.ErrNoPolicy) {
				t.Errorf("policy %v, error %v", p, err)
			}
			if got := brief(report); !slices.Equal(got, tt.findings) {
				t.Errorf("findings %q, want %q", got, tt.findings)
			}
		})
	}
}

func TestParseSpellingsOfTrue(t *testing.T) {
	for _, on := range []string{"1", "t", "T", "TRUE", "true", "True"} {
		if _, _, err := nginx.Parse(cors("enable-cors", on), nil); err != nil {
			t.Errorf("%q: %v", on, err)
		}
	}
	if _, _, err := nginx.Parse(cors("enable-cors", "TRUE"), &traefik); err != nil {
		t.Errorf("Traefik, TRUE: %v", err)
	}
	p, _, err := nginx.Parse(cors("canary", "true"), &traefik)
	if err != nil || !p.AllowsOrigin("https://a.example") {
		t.Errorf("Traefik, canary: %v", err)
	}
}

// No annotation: a Note for each of the six defaults but the empty one. All
// written: none.
func TestParseDefaults(t *testing.T) {
	names := func(annotations map[string]string) (out []string) {
		_, report, err := nginx.Parse(annotations, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report {
			if f.Code == nginx.CodeDefault && f.Effect == policy.Note {
				out = append(out, f.Path)
			}
		}
		return out
	}
	if got, want := names(cors()), []string{allowOrigin, allowMethods, allowHeaders, allowCredentials, maxAge}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := names(list("https://a.example")); got != nil {
		t.Errorf("%q", got)
	}
}

// Beyond these lengths nginx does not load its configuration.
func TestParseTooLong(t *testing.T) {
	origins := strings.Repeat("https://aaaaaaa.example.com,", 135) + "https://b.example" // 3 + 135*(29+2+1) + 18+2 = 4343
	fitting := strings.Repeat("https://aaaaaaa.example.com,", 127) + "https://b.example" // 3 + 127*32 + 20 = 4087
	tests := []struct {
		name, value string
		path        string
	}{
		{"cors-allow-origin", origins, allowOrigin},
		{"cors-allow-origin", fitting, ""},
		{"cors-allow-origin", fitting + "aaaaaaa", ""},
		{"cors-allow-origin", fitting + "aaaaaaaa", allowOrigin},
		{"cors-allow-headers", strings.Repeat("a", 4064), ""},
		{"cors-allow-headers", strings.Repeat("a", 4065), allowHeaders},
		{"cors-allow-methods", strings.Repeat("a", 4065), allowMethods},
		{"cors-expose-headers", strings.Repeat("a", 4063), ""},
		{"cors-expose-headers", strings.Repeat("a", 4064), exposeHeaders},
		{"rewrite-target", strings.Repeat("a", 256<<10), "metadata.annotations"},
	}
	for _, tt := range tests {
		_, report, err := nginx.Parse(with2(list("https://a.example"), tt.name, tt.value), nil)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range report.With(policy.Danger) {
			if f.Code == nginx.CodeTooLong {
				got = f.Path
			}
		}
		if got != tt.path {
			t.Errorf("%s with %d bytes: %q, want %q", tt.name, len(tt.value), got, tt.path)
		}
	}
}
