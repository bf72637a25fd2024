package origins

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// expression is a regular expression that matches in full, with what has been
// found out about it.
type expression struct {
	text        string
	regexp      func() *regexp.Regexp
	program     *syntax.Prog
	schemes     func() spelled        // see literalSchemes
	lifted      func() []Pattern      // see lift
	registrable func() registrability // see openDomain
}

// known remembers expressions: configurations repeat them, and to lift or audit
// one takes milliseconds. It is emptied when it holds maxKnown instructions.
var known struct {
	sync.Mutex
	expressions  map[string]*expression
	instructions int
}

const maxKnown = 1 << 18

// expressionOf returns what is known of an expression that parses.
func expressionOf(text string) *expression {
	known.Lock()
	defer known.Unlock()
	if e, ok := known.expressions[text]; ok {
		return e
	}
	program := compile(text)
	known.instructions += len(program.Inst)
	if known.expressions == nil || known.instructions > maxKnown {
		known.expressions = map[string]*expression{}
		known.instructions = len(program.Inst)
	}
	e := &expression{text: text, program: program}
	e.regexp = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(inFull(text)) })
	e.schemes = sync.OnceValue(func() spelled { return literalSchemes(newMachine(program)) })
	e.lifted = sync.OnceValue(func() []Pattern { return lift(Pattern{Kind: Regexp, Expr: text}) })
	e.registrable = sync.OnceValue(func() registrability {
		origin, answer := openDomain(e)
		return registrability{origin, answer}
	})
	known.expressions[text] = e
	return e
}

// registrability is an answer of openDomain.
type registrability struct {
	origin string
	answer Answer
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

// inFull anchors an expression on both sides. An unclosed \Q would swallow what
// is appended to the text.
func inFull(expr string) string {
	if strings.Contains(expr, `\Q`) {
		expr = mustParse(expr).String()
	}
	return `^(?:` + expr + `)$`
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
// before "://" that it matches without an instruction that leaves much choice.
// It looks at the shortest maxBeginnings beginnings.
func literalSchemes(m *machine) spelled {
	type beginning struct {
		state int32
		text  string
	}
	var found []string
	queue := []beginning{{state: m.start()}}
	n := 0
	for ; n < len(queue) && n < maxBeginnings && m.spent < Work; n++ {
		b := queue[n]
		if b.text != "" && run(m, b.state, "://") != dead {
			found = append(found, b.text)
		}
		for c := byte('+'); c <= 'z'; c++ {
			text := b.text + string(c)
			if checkScheme(text) != "" {
				continue
			}
			if next := m.stepOf(b.state, c, narrowOnly); next != dead {
				queue = append(queue, beginning{next, text})
			}
		}
	}
	return spelled{schemes: found, all: n == len(queue)}
}

// spelled is an answer of literalSchemes.
type spelled struct {
	schemes []string
	all     bool // and none beside these
}

const maxBeginnings = 1 << 10
