package origins

import (
	"regexp/syntax"
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

// Serialized reports whether s is what a browser could send as an origin:
// null, or scheme://host[:port] in the browser's own spelling.
func Serialized(s string) bool {
	p, problem := parse(s)
	return problem == "" && p.single()
}
