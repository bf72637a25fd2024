package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/corslate/corslate/policy"
)

func TestReplay(t *testing.T) {
	for _, test := range []struct {
		name    string
		request policy.Request
		want    []string // without the options that are always there
	}{
		{"simple", policy.Request{Origin: "https://a.example", Method: "GET"},
			[]string{"-H", "Origin: https://a.example"}},
		{"credentialed", policy.Request{Origin: "https://a.example", Credentials: true},
			[]string{"-H", "Origin: https://a.example", "-H", "Cookie: session=of-the-user"}},
		{"HEAD", policy.Request{Origin: "null", Method: "HEAD"}, []string{"--head", "-H", "Origin: null"}},
		{"POST", policy.Request{Origin: "null", Method: "POST"}, []string{"-X", "POST", "-H", "Origin: null"}},
		{"method", policy.Request{Origin: "null", Method: "M'$(id)", Credentials: true},
			[]string{"-X", "OPTIONS", "-H", "Origin: null", "-H", "Access-Control-Request-Method: M'$(id)"}},
		{"headers", policy.Request{Origin: "null", Method: "GET", Headers: []string{"X-B", "x-a`id`"}},
			[]string{"-X", "OPTIONS", "-H", "Origin: null", "-H", "Access-Control-Request-Method: GET", "-H", "Access-Control-Request-Headers: x-b,x-a`id`"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			const url = "https://h'ost\\/\"$x"
			line := replay(url, test.request)
			args := shellWords(t, "sh", line)
			if strings.Join(args[:6], " ") != "curl -sS -D - -o /dev/null" || args[len(args)-1] != url {
				t.Fatalf("%q", args)
			}
			if got := args[6 : len(args)-1]; strings.Join(got, "\x00") != strings.Join(test.want, "\x00") {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestQuoteUnprintable(t *testing.T) {
	const word = "a\x1b[31m\n'\\\u202eé\x7f"
	quoted := quote(word)
	if escape(quoted) != quoted {
		t.Errorf("%q can act upon a terminal", quoted)
	}
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no program bash is on the PATH to read the quoted word back")
	}
	if got := shellWords(t, "bash", quoted); len(got) != 1 || got[0] != word {
		t.Errorf("bash reads %q, want %q", got, word)
	}
}

func TestEndpoint(t *testing.T) {
	for _, test := range []struct {
		hosts []string
		want  string
	}{
		{nil, "https://HOST/"},
		{[]string{"*"}, "https://HOST/"},
		{[]string{"*.a.example", "b.example"}, "https://any.a.example/"},
		{[]string{"b.example"}, "https://b.example/"},
	} {
		if got := endpoint(test.hosts); got != test.want {
			t.Errorf("endpoint(%q) = %s, want %s", test.hosts, got, test.want)
		}
	}
}

// shellWords returns what a shell makes of a command line.
func shellWords(t *testing.T, shell, line string) []string {
	t.Helper()
	out, err := exec.Command(shell, "-c", `printf '%s\0' `+line).Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", shell, err, line)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}
