package browsers

import (
	"crypto/x509"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corslate/corslate/policy"
)

// A browser that is not there, or that does not do its work, is an error that
// says what to do or what the browser said; and nothing of it stays behind.
func TestRunFails(t *testing.T) {
	shell := func(script string) func(Visit) ([]string, []string, error) {
		return func(v Visit) ([]string, []string, error) {
			return []string{"-c", script, v.Profile, v.URL}, nil, nil
		}
	}
	tests := []struct {
		name   string
		engine Engine
		want   []string
	}{
		{"missing", Engine{Name: "netscape", Programs: []string{"netscape-navigator"}, Packages: []string{"netscape", "libplugin"}},
			[]string{"netscape-navigator", "apt-get install netscape libplugin", Selection}},
		{"does not start", Engine{Name: "broken", Programs: []string{"sh"}, Prepare: shell("echo no display >&2; exit 3")},
			[]string{"exit status 3", "no display", "0 of 1 pages"}},
		{"ends too early", Engine{Name: "fragile", Programs: []string{"sh"}, Prepare: shell("sleep 600 2>/dev/null & exit 0")},
			[]string{"ended too early", "0 of 1 pages"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			temp := t.TempDir()
			t.Setenv("TMPDIR", temp)
			servers := map[string]http.Handler{"api.example": http.NotFoundHandler()}
			_, _, err := run(tt.engine, servers, []Call{{Page: "https://app.example", Server: "api.example"}})
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q, want %q in it", err, want)
				}
			}
			if left, err := filepath.Glob(filepath.Join(temp, "*")); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// Whatever a page does beyond the policy or short of it is a problem.
func TestProblems(t *testing.T) {
	q := question{
		server:  server{policy: policy.MustNew(policy.Spec{AllowOrigins: []string{"https://app.example"}, AllowMethods: []string{"PUT"}, ExposeHeaders: []string{"Etag"}, AllowCredentials: true})},
		call:    Call{Page: "https://app.example", Method: "PUT", Credentials: true},
		request: policy.Request{Origin: "https://app.example", Method: "PUT", Credentials: true},
	}
	right := func() Outcome {
		return Outcome{
			Read:       true,
			Headers:    []string{"content-type", "etag"},
			Preflights: []Exchange{{Method: "OPTIONS"}},
			Requests:   []Exchange{{Method: "PUT", Cookie: Cookie, Header: http.Header{"Content-Type": {"text/plain"}, "Etag": {`"1"`}, "X-Secret": {"1"}, "Set-Cookie": {"a=b"}}}},
		}
	}
	if problems := q.problems(q.expect(nil), right()); len(problems) > 0 {
		t.Errorf("problems with what the policy says: %q", problems)
	}
	wrong := map[string]func(*Outcome){
		"not read":                  func(o *Outcome) { o.Read = false },
		"one header more":           func(o *Outcome) { o.Headers = append(o.Headers, "x-secret") },
		"one header less":           func(o *Outcome) { o.Headers = o.Headers[:1] },
		"did not ask":               func(o *Outcome) { o.Preflights = nil },
		"asked with the cookie":     func(o *Outcome) { o.Preflights[0].Cookie = Cookie },
		"called without the cookie": func(o *Outcome) { o.Requests[0].Cookie = "" },
		"called by another method":  func(o *Outcome) { o.Requests[0].Method = "POST" },
		"nothing came":              func(o *Outcome) { o.Preflights, o.Requests = nil, nil },
	}
	for name, change := range wrong {
		o := right()
		if change(&o); len(q.problems(q.expect(nil), o)) == 0 {
			t.Errorf("%s: no problem", name)
		}
	}

	q.request.Method = "DELETE"
	if problems := q.problems(q.expect(nil), right()); len(problems) == 0 {
		t.Error("a request that the policy refuses was read: no problem")
	}
}

// Every host has a certificate of its own, which the authority signs.
func TestCertificate(t *testing.T) {
	a, err := NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	serials := map[string]string{a.certificate.SerialNumber.String(): "the authority"}
	for _, host := range []string{"app.example", "a_b.app.example", "localhost", "::1"} {
		c, err := a.Certificate(host)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(c.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := leaf.VerifyHostname(host); err != nil {
			t.Error(err)
		}
		if err := leaf.CheckSignatureFrom(a.certificate); err != nil || leaf.IsCA {
			t.Errorf("%s: signature %v, authority %v", host, err, leaf.IsCA)
		}
		if other, ok := serials[leaf.SerialNumber.String()]; ok {
			t.Errorf("%s has the serial number of %s", host, other)
		}
		serials[leaf.SerialNumber.String()] = host
	}
}
