package gatewayapi

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/corslate/corslate/internal/origins"
)

// patterns returns what a configured origin that the schema accepts allows, as
// patterns of a policy. It returns none for an origin that no browser sends.
// respelled is true if the configured text is not how a browser would spell it.
func (m *model) patterns(text string) (patterns []origins.Pattern, respelled bool) {
	if text == "*" {
		if m.every == "" {
			return []origins.Pattern{{Kind: origins.Any}}, false
		}
		return lift(m.every), false
	}
	o := splitOrigin(text)
	canonical, ok := o.canonical()
	if !ok || canonical != o && !m.parses {
		return nil, false
	}
	return m.expand(canonical), canonical != o
}

// canonical returns the origin as a browser spells it, or false if no browser
// sends the port.
func (o origin) canonical() (origin, bool) {
	o.host = strings.ToLower(o.host)
	if o.port == "" {
		return o, true
	}
	n, err := strconv.Atoi(o.port)
	if err != nil || n < 1 || n > 65535 {
		return o, false
	}
	if o.port = strconv.Itoa(n); o.port == o.defaultPort() {
		o.port = ""
	}
	return o, true
}

func (m *model) expand(o origin) []origins.Pattern {
	port := o.port
	if port != "" {
		port = ":" + port
	}
	switch {
	case !o.wild:
		return parsePattern(o.scheme + "://" + o.host + port)
	case m.labels && o.host == "":
		return parsePattern(o.scheme + "://**" + port)
	case m.labels:
		if p := parsePattern(o.scheme + "://**." + o.host + port); p != nil {
			return p
		}
	}
	host := m.host
	if o.host != "" {
		host += `\.` + regexp.QuoteMeta(o.host)
	}
	return lift(o.scheme + "://" + host + port)
}

// parsePattern returns the pattern, or none if it is not well formed: then no
// browser sends what it means.
func parsePattern(text string) []origins.Pattern {
	p, err := origins.Parse(text)
	if err != nil {
		return nil
	}
	return []origins.Pattern{p}
}

func lift(expr string) []origins.Pattern {
	patterns, err := origins.Lift(expr, origins.InFull)
	if err != nil {
		return nil
	}
	return patterns
}

// entry returns the configured origin that may mean the pattern, as this
// implementation or another reads it; relate tells whether it does. It returns
// the empty text if the schema has no such origin.
func entry(p origins.Pattern) string {
	port := p.Port
	if port == origins.AnyPort {
		port = ""
	}
	if port != "" {
		port = ":" + port
	}
	text := ""
	switch p.Kind {
	case origins.Exact:
		text = p.Scheme + "://" + p.Host + port
	case origins.OneLabel, origins.AnyDepth:
		text = p.Scheme + "://*." + p.Host + port
	case origins.AnyHost:
		text = p.Scheme + "://*" + port
	case origins.Regexp:
		if match := wildcardRegexp.FindStringSubmatch(p.Expr); match != nil {
			text = match[1] + "://*" + strings.ReplaceAll(match[2], `\`, "") + match[3]
		}
	}
	if text == "*" || !originPattern.MatchString(text) {
		return ""
	}
	return text
}

// wildcardRegexp reads the expressions that expand writes.
var wildcardRegexp = func() *regexp.Regexp {
	var hosts []string
	for _, m := range models {
		hosts = append(hosts, regexp.QuoteMeta(m.host))
	}
	return regexp.MustCompile(`^(https?)://(?:` + strings.Join(hosts, "|") + `)((?:\\\.[A-Za-z0-9-]+)*)(:[0-9]{1,5})?$`)
}()

// relation is how what is written relates to what is wanted.
type relation uint8

const (
	apart    relation = iota // neither contains the other, or nobody knows
	equal                    // the same origins
	narrower                 // some of the wanted origins, and no other
	wider                    // the wanted origins, and others
)

func relate(wanted origins.Pattern, written []origins.Pattern) relation {
	if len(written) == 1 && written[0] == wanted {
		return equal
	}
	if len(written) == 0 {
		return apart
	}
	want, have := origins.NewSet([]origins.Pattern{wanted}), origins.NewSet(written)
	_, lost := want.Minus(have)
	_, won := have.Minus(want)
	switch {
	case lost == origins.No && won == origins.No:
		return equal
	case won == origins.No:
		return narrower
	case lost == origins.No && won == origins.Yes:
		return wider
	}
	return apart
}
