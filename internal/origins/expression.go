package origins

import (
	"regexp"
	"regexp/syntax"
	"sync"
)

// expression is a regular expression that matches in full.
type expression struct {
	text    string
	regexp  func() *regexp.Regexp
	program func() *syntax.Prog
	schemes func() []string
}

func newExpression(text string) *expression {
	e := &expression{text: text}
	e.regexp = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(inFull(text).String()) })
	e.program = sync.OnceValue(func() *syntax.Prog { return compile(text) })
	e.schemes = sync.OnceValue(func() []string { return literalSchemes(newMachine(e.program())) })
	return e
}

func (e *expression) match(origin string) bool { return e.regexp().MatchString(origin) }

// mustParse parses an expression that parseRegexp has accepted or that this
// package wrote.
func mustParse(expr string) *syntax.Regexp {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		panic("origins: " + err.Error())
	}
	return re
}

// inFull wraps the tree, not the text: an unclosed \Q would swallow what is
// appended to the text.
func inFull(expr string) *syntax.Regexp {
	return &syntax.Regexp{Op: syntax.OpConcat, Flags: syntax.Perl, Sub: []*syntax.Regexp{
		{Op: syntax.OpBeginText, Flags: syntax.Perl},
		mustParse(expr),
		{Op: syntax.OpEndText, Flags: syntax.Perl},
	}}
}

func compile(expr string) *syntax.Prog {
	prog, err := syntax.Compile(mustParse(expr).Simplify())
	if err != nil {
		panic("origins: " + err.Error())
	}
	return prog
}

// unionProgram compiles the union of the patterns.
func unionProgram(patterns []Pattern) *syntax.Prog {
	union := &syntax.Regexp{Op: syntax.OpAlternate, Flags: syntax.Perl}
	for _, p := range patterns {
		union.Sub = append(union.Sub, mustParse(p.RE2()))
	}
	prog, err := syntax.Compile(union.Simplify())
	if err != nil {
		panic("origins: " + err.Error())
	}
	return prog
}

// literalSchemes lists the schemes that the expression spells out: the texts
// before "://" that it matches without using a class that [wide] calls wide.
func literalSchemes(m *machine) []string {
	var found []string
	var walk func(state int32, text []byte)
	walk = func(state int32, text []byte) {
		if len(found) == maxLiteralSchemes || len(text) > maxLiteralScheme {
			return
		}
		if len(text) > 0 && run(m, state, "://") != dead {
			found = append(found, string(text))
		}
		for c := byte('+'); c <= 'z'; c++ {
			if checkScheme(string(append(text, c))) != "" {
				continue
			}
			if next := m.stepOf(state, c, narrowOnly); next != dead {
				walk(next, append(text, c))
			}
		}
	}
	walk(m.start(), nil)
	return found
}

const (
	maxLiteralSchemes = 32
	maxLiteralScheme  = 64
)
