package origins

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Registrable looks for an origin of the pattern whose registrable domain an
// attacker can choose: any name under a public suffix for wildcards; for a
// regular expression a name with a character in it that the expression leaves
// open. Any and Null, which everybody can use, are not asked about.
func (p Pattern) Registrable() (string, Answer) {
	switch p.Kind {
	case AnyHost:
		return p.samples()[0], Yes
	case OneLabel, AnyDepth:
		for _, origin := range p.samples() {
			host, _, _ := strings.Cut(strings.TrimPrefix(origin, p.Scheme+"://"), ":")
			if ownDomain(host) && !reserved(host) {
				return origin, Yes
			}
		}
	case Regexp:
		found := expressionOf(p.Expr).registrable()
		return found.origin, found.answer
	}
	return "", No
}

// reserved reports whether nobody can register names under the last label of
// host: RFC 6761, RFC 6762, RFC 8375 and ICANN's resolution on .internal.
// Documentation names (example) count as registrable.
func reserved(host string) bool {
	switch host[strings.LastIndexByte(host, '.')+1:] {
	case "localhost", "local", "internal", "test", "invalid", "onion":
		return true
	}
	return host == "home.arpa" || strings.HasSuffix(host, ".home.arpa")
}

// The bounds of openDomain.
const (
	maxTails   = 1 << 14 // ends of host names that are looked at
	maxChoices = 32      // registrable domains that small classes may spell, as [1-9][1-9] does 81
)

// openDomain decides Registrable for an expression. It walks the names that
// the expression matches from their end, through characters that it spells
// out. A character that it leaves open within the registrable domain is one
// that the attacker can choose, and so are small classes that make many
// domains. Left of the domain only what is spelled out may matter: it may make
// the domain a public suffix, as in a.run.app.
func openDomain(e *expression) (string, Answer) {
	if origin, ok := openAddress(e); ok {
		return origin, Yes
	}
	g, ok := newGraph(e)
	if !ok {
		return "", Unknown
	}
	type tail struct {
		node    int32
		text    string // what follows the node: the end of the name
		rest    string // what follows the name
		choices int    // in how many ways classes may spell the text
	}
	var stack []tail
	for node, rest := range g.hostEnds() {
		stack = append(stack, tail{node, "", rest, 1})
	}
	slices.SortFunc(stack, func(a, b tail) int { return int(b.node - a.node) })
	for n := 0; len(stack) > 0; n++ {
		if n > maxTails {
			return "", Unknown
		}
		t := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		parallel := map[int32]int{} // edges from a node that spell the same place
		for _, in := range g.in[t.node] {
			if !in.wide {
				parallel[in.from]++
			}
		}
		for _, in := range g.in[t.node] {
			text := string(in.c) + t.text
			open := in.c != '.' && ownDomain(text) && !reserved(text) &&
				(g.nodes[in.from].dotted || strings.Contains(text, "."))
			choices := t.choices
			if open {
				choices *= max(1, parallel[in.from])
			}
			switch {
			case open && (in.wide || choices > maxChoices):
				return g.witness(e, in, t.text+t.rest), Yes
			case in.c != '.' && (in.wide || !ownDomain(text) && parallel[in.from] > 1):
				// left of the domain: any subdomain will do
			default:
				stack = append(stack, tail{in.from, text, t.rest, choices})
			}
		}
	}
	return "", No
}

// ownDomain reports whether the first label of host is part of its registrable
// domain, or of its public suffix.
func ownDomain(host string) bool {
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	return err != nil || domain == host
}

// openAddress reports whether the expression takes addresses of unrelated
// networks: of those that RFC 5737, RFC 3849 and RFC 9637 set aside for
// documentation, or of some others.
func openAddress(e *expression) (string, bool) {
	for _, scheme := range []string{"https://", "http://"} {
		for _, pair := range [][2]string{
			{"203.0.113.66", "192.0.2.66"}, {"203.0.113.66", "198.51.100.66"},
			{"11.0.0.66", "22.0.0.66"}, {"1.1.1.1", "9.9.9.9"}, {"[2001:db8::66]", "[3fff::66]"},
		} {
			if e.match(scheme+pair[0]) && e.match(scheme+pair[1]) {
				return scheme + pair[0], true
			}
		}
	}
	return "", false
}

// graph is the automaton of an expression within the universe, with its edges
// turned around.
type graph struct {
	u       *universe
	m       *machine
	nodes   []node
	in      [][]edge
	reached []string // an origin's beginning that leads to the node
}

type node struct {
	host, state int32
	dotted      bool // the host so far has a dot
}

type edge struct {
	from int32
	c    byte
	wide bool
}

// newGraph explores the expression. It fails beyond [Limit] and [Work].
func newGraph(e *expression) (*graph, bool) {
	g := &graph{u: newUniverse(false), m: newMachine(e.program)}
	var cl classes
	g.u.refine(&cl)
	g.m.refine(&cl)
	letters := cl.representatives()
	index := map[node]int32{}
	add := func(n node, reached string) int32 {
		if id, ok := index[n]; ok {
			return id
		}
		id := int32(len(g.nodes))
		index[n] = id
		g.nodes = append(g.nodes, n)
		g.in = append(g.in, nil)
		g.reached = append(g.reached, reached)
		return id
	}
	written := e.schemes()
	if !written.all {
		return nil, false
	}
	for _, scheme := range append(schemes[:len(schemes):len(schemes)], written.schemes...) {
		if state := run(g.m, g.m.start(), scheme+"://"); state != dead {
			add(node{host: g.u.startFor(scheme), state: state}, scheme+"://")
		}
	}
	for id := int32(0); int(id) < len(g.nodes); id++ {
		if len(g.nodes) > Limit || g.m.spent > Work {
			return nil, false
		}
		from := g.nodes[id]
		follow := func(c byte, choice int) {
			n := node{state: g.m.stepOf(from.state, c, choice), dotted: from.dotted || c == '.'}
			if n.state == dead || c == '.' && g.u.part(from.host) == afterName { // no empty labels
				return
			}
			if n.host = g.u.step(from.host, c); n.host == dead {
				return
			}
			to := add(n, g.reached[id]+string(c))
			g.in[to] = append(g.in[to], edge{id, c, choice == wideOnly})
		}
		for _, c := range letters {
			follow(c, wideOnly)
		}
		for i := 0; i < len(readable); i++ {
			follow(readable[i], narrowOnly)
		}
	}
	return g, true
}

// hostEnds returns the nodes at which the name in an accepted origin may end,
// each with what follows it there: a final dot, a port, both or nothing.
// Addresses are left out.
func (g *graph) hostEnds() map[int32]string {
	ends := map[int32]string{}
	rest := map[int32]string{}
	var queue []int32
	reach := func(id int32, text string) {
		switch g.u.part(g.nodes[id].host) {
		case nameEnd:
			if _, known := ends[id]; !known {
				ends[id] = text
			}
		case afterName:
			if _, known := rest[id]; !known {
				rest[id] = text
				queue = append(queue, id)
			}
		}
	}
	for i, n := range g.nodes {
		if g.u.accepting(n.host) && g.m.accepting(n.state) {
			reach(int32(i), "")
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, in := range g.in[queue[0]] {
			reach(in.from, string(in.c)+rest[queue[0]])
		}
	}
	return ends
}

// witness returns an origin that goes through the edge and ends as given, or
// one that reads better and serves an attacker as well.
func (g *graph) witness(e *expression, through edge, end string) string {
	q := search{yes: []automaton{g.m}, schemes: schemes}
	if origin, ok := q.readable(attackers); ok {
		return origin
	}
	if origin, answer := q.shortest(newUniverse(true), ""); answer == Yes {
		if longer := origin + ".evil.example"; e.match(longer) && attackers(longer) {
			return longer
		}
	}
	return g.reached[through.from] + string(through.c) + end
}

// attackers reports whether the registrable domain of the origin says so.
func attackers(origin string) bool {
	_, host, _ := strings.Cut(origin, "://")
	host, _, _ = strings.Cut(host, ":")
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	return err == nil && strings.Contains(domain, "evil")
}

// Loopback reports whether host is one that browsers treat as the user's own
// machine: https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy.
func Loopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
}

// Private reports whether host is an address that is not routed on the
// internet: RFC 1918, RFC 4193, or link-local.
func Private(host string) bool {
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && (addr.IsPrivate() || addr.IsLinkLocalUnicast())
}

const reLoopback = `(([a-z0-9-]+\.)*localhost|127\.[0-9.]+|\[::1\])(:[0-9]{1,5})?`

// PlainHTTP looks for an http origin of the pattern beyond loopback.
func (p Pattern) PlainHTTP() (string, Answer) {
	switch p.Kind {
	case Any, Null:
		return "", No
	case Regexp:
		q := search{
			yes:     []automaton{p.automaton()},
			no:      []automaton{newMachine(compile(`http://` + reLoopback))},
			schemes: []string{"http"},
		}
		return q.find()
	}
	if p.Scheme != "http" || Loopback(p.Host) {
		return "", No
	}
	return p.samples()[0], Yes
}

// LoopbackOrigin looks for a loopback origin among those that the pattern
// spells out or closely describes.
func (p Pattern) LoopbackOrigin() (string, Answer) {
	switch p.Kind {
	case Any, Null, AnyHost:
		return "", No
	case Regexp:
		q := search{
			yes:     []automaton{p.automaton(), newMachine(compile(`https?://` + reLoopback))},
			schemes: []string{"http", "https"},
		}
		return q.any()
	}
	if Loopback(p.Host) && (p.Scheme == "http" || p.Scheme == "https") {
		return p.samples()[0], Yes
	}
	return "", No
}
