package origins

import (
	"net/netip"
	"strconv"
	"strings"
)

// The parts of an origin as browsers write them: scheme, host and port. Each
// check returns what is wrong, as a clause, or "".

// splitPort splits host[:port]; the port of "a:" is reported, not dropped.
func splitPort(s string) (host, port, problem string) {
	colon := strings.LastIndexByte(s, ':')
	if end := strings.IndexByte(s, ']'); end >= 0 {
		if end == len(s)-1 {
			return s, "", ""
		}
		if s[end+1] != ':' {
			return "", "", "text follows the bracketed address"
		}
		colon = end + 1
	}
	if colon < 0 {
		return s, "", ""
	}
	if colon == len(s)-1 {
		return "", "", "the port is empty"
	}
	return s[:colon], s[colon+1:], ""
}

func checkScheme(s string) string {
	if s == "" {
		return "it has no scheme"
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		case 'A' <= c && c <= 'Z':
			return "browsers send the scheme in lower case"
		default:
			return "the scheme has a character that no scheme has"
		}
	}
	return ""
}

// defaultPort returns the port that is left out of origins of the scheme.
func defaultPort(scheme string) string {
	switch scheme {
	case "http":
		return "80"
	case "https":
		return "443"
	}
	return ""
}

func checkPort(scheme, port string) string {
	switch port {
	case "", AnyPort:
		return ""
	case defaultPort(scheme):
		return "browsers leave the scheme's default port out"
	}
	if !canonicalPort(port) {
		return "the port is no number from 1 to 65535 without leading zeros"
	}
	return ""
}

func canonicalPort(port string) bool {
	if port == "" || port[0] == '0' || len(port) > 5 {
		return false
	}
	n := 0
	for i := 0; i < len(port); i++ {
		if port[i] < '0' || '9' < port[i] {
			return false
		}
		n = n*10 + int(port[i]-'0')
	}
	return n <= 65535
}

// checkBase checks what follows a wildcard: an RFC 1123 name that does not
// read as an address.
func checkBase(base string) string {
	if problem := checkHost(base); problem != "" {
		return problem
	}
	if !nameLabels(base) {
		return "only names of letters, digits and hyphens may follow a wildcard"
	}
	if numeric(base[strings.LastIndexByte(base, '.')+1:]) {
		return "an address cannot follow a wildcard"
	}
	return ""
}

// maxHost is the longest host name of the DNS, in characters.
const maxHost = 253

func checkHost(host string) string {
	switch {
	case host == "":
		return "the host is empty"
	case len(host) > maxHost:
		return "the host has more than 253 characters"
	case host == "*":
		return "a lone * is no host (** is any host, *.a.example any name one label below)"
	case host[0] == '[':
		addr, err := netip.ParseAddr(strings.TrimSuffix(host[1:], "]"))
		if err != nil || !addr.Is6() || addr.Zone() != "" || host[len(host)-1] != ']' {
			return "the host is no IPv6 address in brackets"
		}
		var buf [64]byte
		if string(append6(buf[:0], addr)) != host {
			return "browsers write the IPv6 address otherwise"
		}
		return ""
	}
	for i := 0; i < len(host); i++ {
		switch c := host[i]; {
		case hostByte(c):
		case 'A' <= c && c <= 'Z':
			return "browsers send the host in lower case"
		case c >= 0x80:
			return "browsers send the host in its ASCII form (Punycode)"
		case c == '*':
			return "a wildcard stands for whole labels at the start of the host, once"
		case c == '/' || c == '?' || c == '#':
			return "an origin has no path, query or fragment, and no trailing slash"
		case c == '@':
			return "an origin has no user information"
		default:
			return "the host has a character that no host has"
		}
	}
	if endsInNumber(host) {
		addr, err := netip.ParseAddr(host)
		if err != nil || !addr.Is4() {
			return "browsers read a host that ends in a number as an IPv4 address, and this is none that they write"
		}
	}
	return ""
}

// hostByte reports whether a browser may send c in the host of an origin:
// lower-case letters, digits, and the punctuation that the URL standard does
// not forbid in domains, * and quotation marks excepted.
func hostByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("-._!$&'()+,;=~", c) >= 0
}

func labelByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-'
}

// nameLabels reports whether host is made of non-empty labels of letters,
// digits and hyphens.
func nameLabels(host string) bool {
	empty := true
	for i := 0; i < len(host); i++ {
		switch {
		case labelByte(host[i]):
			empty = false
		case host[i] == '.' && !empty:
			empty = true
		default:
			return false
		}
	}
	return !empty
}

// endsInNumber is https://url.spec.whatwg.org/#ends-in-a-number-checker.
func endsInNumber(host string) bool {
	host = strings.TrimSuffix(host, ".")
	return numeric(host[strings.LastIndexByte(host, '.')+1:])
}

// numeric reports whether the URL standard reads a label as a number: decimal
// digits, or 0x and hexadecimal digits.
func numeric(label string) bool {
	digits := "0123456789"
	if strings.HasPrefix(label, "0x") {
		label, digits = label[2:], "0123456789abcdef"
	} else if label == "" {
		return false
	}
	return strings.Trim(label, digits) == ""
}

// append6 is https://url.spec.whatwg.org/#concept-ipv6-serializer, in
// brackets: unlike netip it never writes the last 32 bits in decimal.
func append6(dst []byte, addr netip.Addr) []byte {
	dst = append(dst, '[')
	if addr.Is4In6() {
		b := addr.As16()
		dst = append(dst, "::ffff:"...)
		dst = strconv.AppendUint(dst, uint64(b[12])<<8|uint64(b[13]), 16)
		dst = append(dst, ':')
		dst = strconv.AppendUint(dst, uint64(b[14])<<8|uint64(b[15]), 16)
	} else {
		dst = addr.AppendTo(dst)
	}
	return append(dst, ']')
}
