package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAudit(t *testing.T) {
	origin := func(o string) Spec { return Spec{AllowOrigins: []string{o}} }
	with := func(o string) Spec { return Spec{AllowOrigins: []string{o}, AllowCredentials: true} }
	a := []string{"https://a.example"}
	for _, test := range []struct {
		spec Spec
		want []string // effect, code, witness origin
	}{
		{Spec{}, []string{"advice no-origins "}},
		{origin("https://a.example"), nil},
		{origin("*"), []string{"advice any-origin "}},
		{with("*"), []string{"danger any-origin-with-credentials https://evil.example"}},
		{with("~.*"), []string{"danger any-origin-with-credentials https://evil.example"}},
		{origin("null"), []string{"danger null-origin null"}},
		{origin("~https://a\\.example|null"), []string{"danger null-origin null"}},
		{origin("http://a.example"), nil},
		{with("http://a.example"), []string{"danger plain-http-with-credentials http://a.example"}},
		{with("http://10.1.2.3"), []string{"danger plain-http-with-credentials http://10.1.2.3", "advice development-origin "}},
		{with("http://localhost:*"), []string{"advice development-origin "}},
		{with("http://[::1]:3000"), []string{"advice development-origin "}},
		{with("http://*.localhost"), []string{"advice development-origin "}},
		{origin("https://192.168.0.10"), []string{"advice development-origin "}},
		{origin("https://127.0.0.1"), []string{"advice development-origin "}},
		{with(`~http://localhost:[0-9]+`), []string{"advice development-origin "}},
		{with(`~https?://.*\.a\.example`), []string{"danger plain-http-with-credentials http://evil.a.example"}},
		{origin("https://*.co.uk"), []string{"danger wildcard-under-public-suffix https://evil.co.uk"}},
		{origin("https://**"), []string{"danger wildcard-under-public-suffix https://evil.example"}},
		{origin(`~https://.*a\.example`), []string{"danger regexp-open-to-registration https://evil-a.example"}},
		{origin(`~https://[a-z]*[a-m][a-z]{14}\.a\.example`), []string{"danger regexp-too-complex-to-be-known "}},
		{Spec{AllowOrigins: a, MaxAgeSeconds: seconds(7200)}, nil},
		{Spec{AllowOrigins: a, MaxAgeSeconds: seconds(7201)}, []string{"advice max-age-above-browser-caps "}},
		{Spec{AllowOrigins: a, AllowMethods: []string{"patch", "PATCH"}}, []string{"advice method-patch-in-lower-case "}},
		{Spec{AllowOrigins: a, AllowHeaders: []string{"Cookie", "X-A", "Accept", "Content-Type"}}, []string{"advice header-safelisted ", "advice header-forbidden-to-scripts "}},
		{Spec{AllowOrigins: a, ExposeHeaders: []string{"Set-Cookie", "X-A", "Expires"}}, []string{"advice header-safelisted ", "advice header-forbidden-to-scripts "}},
		{Spec{AllowOrigins: a, ExposeHeaders: []string{"*"}}, nil},
		{Spec{AllowOrigins: a, ExposeHeaders: []string{"*"}, AllowCredentials: true}, []string{"advice expose-any-with-credentials "}},
	} {
		p := MustNew(test.spec)
		var got []string
		for _, f := range p.Audit() {
			text := f.Effect.String() + " " + string(f.Code) + " "
			if f.Witness != nil {
				text += f.Witness.Request.Origin
				if !p.Check(f.Witness.Request).Allowed {
					t.Errorf("%+v: the witness is refused: %v", test.spec, f)
				}
			}
			if f.Field == "" || f.Detail == "" {
				t.Errorf("incomplete: %+v", f)
			}
			got = append(got, text)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%+v:\n%s", test.spec, diff)
		}
	}
}

func TestDangersListsWhatAuditMaySay(t *testing.T) {
	for _, o := range []string{"*", "null", "http://a.example", "https://*.com", `~https://.*\.com`, `~https://[a-z]*[a-m][a-z]{14}\.a\.example`} {
		for _, f := range MustNew(Spec{AllowOrigins: []string{o}, AllowCredentials: true}).Audit().With(Danger) {
			found := false
			for _, code := range Dangers() {
				found = found || code == f.Code
			}
			if !found {
				t.Errorf("Dangers lacks %s", f.Code)
			}
		}
	}
}
