package origins

import (
	"net/netip"
	"regexp/syntax"
	"strconv"
	"strings"
)

// Kind is the form of a [Pattern].
type Kind uint8

const (
	Any      Kind = iota + 1 // *
	Null                     // null
	Exact                    // https://a.example
	OneLabel                 // https://*.a.example
	AnyDepth                 // https://**.a.example
	AnyHost                  // https://**
	Regexp                   // ~RE2
)

// AnyPort is the Port of a pattern that ends in ":*".
const AnyPort = "*"

// MaxRegexp is the longest regular expression, in bytes, that a pattern may
// hold.
const MaxRegexp = 4096

// MaxProgram is how many instructions a regular expression may compile to.
const MaxProgram = 8192

// Pattern is one entry of a list of origins. Patterns are comparable; equal
// values mean the same set, but different values may as well.
type Pattern struct {
	Kind   Kind
	Scheme string // of Exact, OneLabel, AnyDepth, AnyHost
	Host   string // of Exact; of OneLabel and AnyDepth what follows the wildcard
	Port   string // "" for the scheme's default, AnyPort, or a number
	Expr   string // of Regexp: the expression, matched in full
}

// Parse reads a pattern. Its error is a *SyntaxError.
func Parse(s string) (Pattern, error) {
	p, problem := parse(s)
	if problem == "" {
		return p, nil
	}
	return Pattern{}, &SyntaxError{Problem: problem, Correction: correct(s)}
}

// SyntaxError says why a text is no pattern.
type SyntaxError struct {
	Problem    string // what is wrong, as a clause
	Correction string // a pattern that was probably meant, or ""
}

func (e *SyntaxError) Error() string {
	if e.Correction == "" {
		return e.Problem
	}
	return e.Problem + "; write " + e.Correction
}

func parse(s string) (p Pattern, problem string) {
	switch {
	case s == "":
		return p, "it is empty"
	case s == "*":
		return Pattern{Kind: Any}, ""
	case s == "null":
		return Pattern{Kind: Null}, ""
	case s[0] == '~':
		return parseRegexp(s[1:])
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return p, "it has no scheme"
	}
	if problem := checkScheme(scheme); problem != "" {
		return p, problem
	}
	host, port, problem := splitPort(rest)
	if problem != "" {
		return p, problem
	}
	if problem := checkPort(scheme, port); problem != "" {
		return p, problem
	}
	p = Pattern{Kind: Exact, Scheme: scheme, Host: host, Port: port}
	switch {
	case host == "**":
		p.Kind, p.Host = AnyHost, ""
		return p, ""
	case strings.HasPrefix(host, "**."):
		p.Kind, p.Host = AnyDepth, host[len("**."):]
		return p, checkBase(p.Host)
	case strings.HasPrefix(host, "*."):
		p.Kind, p.Host = OneLabel, host[len("*."):]
		return p, checkBase(p.Host)
	}
	return p, checkHost(host)
}

func parseRegexp(expr string) (Pattern, string) {
	if len(expr) > MaxRegexp {
		return Pattern{}, "the regular expression is longer than 4096 bytes"
	}
	if _, err := syntax.Parse(expr, syntax.Perl); err != nil {
		return Pattern{}, "it is no RE2 regular expression: " + err.Error()
	}
	if _, err := syntax.Parse(inFull(expr), syntax.Perl); err != nil {
		return Pattern{}, "the regular expression is nested too deeply"
	}
	if strings.Contains(expr, "{") && len(compile(expr).Inst) > MaxProgram {
		return Pattern{}, "the regular expression repeats too much: it compiles to more than 8192 instructions"
	}
	return Pattern{Kind: Regexp, Expr: expr}, ""
}

// String writes the pattern as Parse reads it.
func (p Pattern) String() string {
	var host string
	switch p.Kind {
	case Any:
		return "*"
	case Null:
		return "null"
	case Regexp:
		return "~" + p.Expr
	case Exact:
		host = p.Host
	case OneLabel:
		host = "*." + p.Host
	case AnyDepth:
		host = "**." + p.Host
	case AnyHost:
		host = "**"
	}
	if p.Port == "" {
		return p.Scheme + "://" + host
	}
	return p.Scheme + "://" + host + ":" + p.Port
}

// RE2 returns a regular expression that matches, in full, the origins of the
// pattern. It is the text of Regexp patterns themselves, and has neither
// anchors nor flags in all others.
func (p Pattern) RE2() string {
	var b strings.Builder
	switch p.Kind {
	case Any:
		return ".+"
	case Null:
		return "null"
	case Regexp:
		return p.Expr
	}
	b.WriteString(quote(p.Scheme + "://"))
	switch p.Kind {
	case OneLabel:
		b.WriteString(reLabel + `\.`)
	case AnyDepth:
		b.WriteString(reLabels)
	case AnyHost:
		b.WriteString(reAnyHost)
	}
	b.WriteString(quote(p.Host))
	switch p.Port {
	case "":
	case AnyPort:
		b.WriteString(reAnyPort)
	default:
		b.WriteString(":" + p.Port)
	}
	return b.String()
}

const (
	reLabel   = `[a-z0-9-]+`
	reLabels  = `([a-z0-9-]+\.)+`
	reAnyHost = `([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])`
	reAnyPort = `(:[0-9]{1,5})?`
)

// single reports whether the pattern names one origin, which is then its text.
func (p Pattern) single() bool {
	return p.Kind == Null || p.Kind == Exact && p.Port != AnyPort
}

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

// Serialized reports whether s is what a browser could send as an origin:
// null, or scheme://host[:port] in the browser's own spelling.
func Serialized(s string) bool {
	p, problem := parse(s)
	return problem == "" && p.single()
}
