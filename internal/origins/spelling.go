package origins

import (
	"net/netip"
	"regexp"
	"strings"

	"golang.org/x/net/idna"
)

func quote(s string) string { return regexp.QuoteMeta(s) }

// correct returns the pattern that the author of a refused text probably
// meant, or "". What it returns parses.
func correct(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "~") || strings.ContainsAny(s, ", \t\r\n") { // several, perhaps
		return ""
	}
	if strings.EqualFold(s, "null") {
		return "null"
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		scheme, rest = "https", strings.TrimPrefix(s, "//")
	}
	scheme = strings.ToLower(scheme)
	if i := strings.IndexAny(rest, "/?#\\"); i >= 0 {
		rest = rest[:i]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	host, port, problem := splitPort(strings.TrimSuffix(rest, ":"))
	if problem != "" {
		return ""
	}
	if port != AnyPort {
		port = strings.TrimLeft(port, "0")
	}
	if port == defaultPort(scheme) {
		port = ""
	}
	text := scheme + "://" + correctHost(host)
	if port != "" {
		text += ":" + port
	}
	if p, problem := parse(text); problem == "" {
		return p.String()
	}
	return ""
}

func correctHost(host string) string {
	host = strings.ToLower(host)
	if host == "*" {
		return "**"
	}
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil && addr.Is6() {
		return string(append6(nil, addr.WithZone("")))
	}
	wildcard := ""
	for _, w := range []string{"**.", "*."} {
		if strings.HasPrefix(host, w) {
			wildcard, host = w, host[len(w):]
			break
		}
	}
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	return wildcard + host
}
