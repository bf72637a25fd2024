package main

import (
	"fmt"
	"strings"

	"github.com/corslate/corslate/policy"
)

// replay returns a command that sends, to a running endpoint, what a browser
// sends for the request: the preflight if there is one, else the request. What
// it prints are the headers of the answer.
func replay(url string, r policy.Request) string {
	method := r.Method
	if method == "" {
		method = "GET"
	}
	args := []string{"curl", "-sS", "-D", "-", "-o", "/dev/null"}
	header := func(name, value string) { args = append(args, "-H", quote(name+": "+value)) }
	switch {
	case r.NeedsPreflight():
		args = append(args, "-X", "OPTIONS")
		header("Origin", r.Origin)
		header("Access-Control-Request-Method", method)
		if len(r.Headers) > 0 {
			header("Access-Control-Request-Headers", strings.ToLower(strings.Join(r.Headers, ",")))
		}
	default:
		switch method {
		case "GET":
		case "HEAD":
			args = append(args, "--head")
		default:
			args = append(args, "-X", quote(method))
		}
		header("Origin", r.Origin)
		if r.Credentials {
			header("Cookie", "session=of-the-user")
		}
	}
	return strings.Join(append(args, quote(url)), " ")
}

// quote writes a word for a POSIX shell. What is not printable ASCII stands in
// the form $'...', which bash and zsh know as well as POSIX.1-2024.
func quote(s string) string {
	plain := true
	for i := range len(s) {
		plain = plain && ' ' <= s[i] && s[i] < 0x7f
	}
	if plain {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case ' ' <= c && c < 0x7f:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, `\%03o`, c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// endpoint makes a URL of the first of the hosts. The label of a wildcard is to
// be filled in, and so is a host that no object names.
func endpoint(hosts []string) string {
	if len(hosts) == 0 || hosts[0] == "*" {
		return "https://HOST/"
	}
	return "https://" + strings.Replace(hosts[0], "*", "any", 1) + "/"
}
