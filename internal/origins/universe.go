package origins

import "strings"

// universe accepts what follows "scheme://" in the origins of a browser:
// host[:port] as the URL standard serializes it, the default port left out.
type universe struct {
	plain  bool // only names that read well in a witness: labels of letters, digits and inner hyphens
	states []place
	next   []*[128]int32
	index  map[place]int32
}

// place is a state of the universe.
type place struct {
	phase   phase
	dflt    string // default port of the scheme
	label   label  // of the current label, in a name
	octets  int8   // complete octets of an IPv4 address before the label; -1: this is no address
	numbers bool   // the label before the current one reads as a number
	six     int32  // state within an IPv6 address
	digits  int8   // of the port so far
	most    int8   // the port so far compared with as many digits of 65535
	like    bool   // the port so far begins the default port
}

type phase uint8

const (
	atHost phase = iota
	inName
	inSix
	afterSix
	inPort
)

// label is what the current label of a name reads as so far.
type label uint8

const (
	empty     label = iota
	hyphen          // plain only: it ends in a hyphen
	word            // no number
	hex             // 0x, hexadecimal digits
	decimal         // digits, but no octet
	octet0          // 0; octets are told apart by the digits that may follow
	octet1          // 1
	octet2          // 2
	octet25         // 25
	octet3          // 3 to 9
	octetTens       // 10 to 24
	octetFull       // 26 to 255
)

func (l label) octet() bool  { return l >= octet0 }
func (l label) number() bool { return l >= hex }

func newUniverse(plain bool) *universe {
	return &universe{plain: plain, index: map[place]int32{}}
}

// startFor returns the state after "scheme://".
func (u *universe) startFor(scheme string) int32 {
	return u.intern(place{phase: atHost, dflt: defaultPort(scheme)})
}

func (u *universe) intern(p place) int32 {
	if id, ok := u.index[p]; ok {
		return id
	}
	id := int32(len(u.states))
	u.states = append(u.states, p)
	next := noSteps
	u.next = append(u.next, &next)
	u.index[p] = id
	return id
}

func (u *universe) step(state int32, c byte) int32 {
	if c >= 0x80 {
		return dead
	}
	if next := u.next[state][c]; next != unknown {
		return next
	}
	next := dead
	if p, ok := u.after(u.states[state], c); ok {
		next = u.intern(p)
	}
	u.next[state][c] = next
	return next
}

func (u *universe) after(p place, c byte) (place, bool) {
	switch p.phase {
	case atHost:
		if c == '[' && !u.plain {
			p.phase, p.six = inSix, sixStart
			return p, true
		}
		p.phase = inName
		return u.inName(p, c)
	case inName:
		if c == ':' {
			return place{phase: inPort, dflt: p.dflt, like: true}, u.nameEnds(p)
		}
		return u.inName(p, c)
	case inSix:
		six := sixTable()
		if c == ']' {
			return place{phase: afterSix, dflt: p.dflt}, six.accepting[p.six]
		}
		p.six = six.step(p.six, c)
		return p, p.six != dead
	case afterSix:
		return place{phase: inPort, dflt: p.dflt, like: true}, c == ':'
	default:
		return p.portDigit(c)
	}
}

func (u *universe) inName(p place, c byte) (place, bool) {
	switch {
	case !hostByte(c):
		return p, false
	case u.plain:
		return p.plainByte(c)
	case c == '.':
		if p.label.octet() && 0 <= p.octets && p.octets < 3 {
			p.octets++
		} else {
			p.octets = -1
		}
		p.numbers = p.label.number()
		p.label = empty
		return p, true
	}
	p.label = p.label.with(c)
	if !p.label.octet() {
		p.octets = -1
	}
	if p.octets < 0 && p.label.octet() && p.label != octet0 {
		p.label = decimal // the value of the number no longer matters
	}
	return p, true
}

func (p place) plainByte(c byte) (place, bool) {
	letter := 'a' <= c && c <= 'z'
	digit := '0' <= c && c <= '9'
	switch {
	case letter, digit && p.label != empty:
		p.label = word
		return p, true
	case c == '-' && p.label == word:
		p.label = hyphen
		return p, true
	case c == '.' && p.label == word:
		p.label = empty
		return p, true
	}
	return p, false
}

// with returns what a label reads as when c is appended.
func (l label) with(c byte) label {
	digit := '0' <= c && c <= '9'
	switch l {
	case hex:
		if strings.IndexByte("0123456789abcdef", c) >= 0 {
			return hex
		}
		return word
	case octet0:
		if c == 'x' {
			return hex
		}
	}
	if !digit {
		return word
	}
	switch {
	case l == empty && c == '0':
		return octet0
	case l == empty && c == '1':
		return octet1
	case l == empty && c == '2':
		return octet2
	case l == empty:
		return octet3
	case l == word:
		return word
	case l == octet1, l == octet2 && c <= '4':
		return octetTens
	case l == octet2 && c == '5':
		return octet25
	case l == octet2, l == octet3, l == octetTens, l == octet25 && c <= '5':
		return octetFull
	}
	return decimal
}

// nameEnds reports whether a host may end here.
func (u *universe) nameEnds(p place) bool {
	switch {
	case u.plain:
		return p.label == word
	case p.label.octet() && p.octets == 3:
		return true
	case p.label.number():
		return false
	case p.label == empty:
		return !p.numbers
	}
	return true
}

func (p place) portDigit(c byte) (place, bool) {
	const last = "65535"
	if c < '0' || '9' < c || p.digits == 0 && c == '0' || int(p.digits) == len(last) {
		return p, false
	}
	if p.most == 0 {
		p.most = int8(compare(c, last[p.digits]))
	}
	p.like = p.like && int(p.digits) < len(p.dflt) && p.dflt[p.digits] == c
	p.digits++
	return p, int(p.digits) < len(last) || p.most <= 0
}

func compare(a, b byte) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (u *universe) accepting(state int32) bool {
	switch p := u.states[state]; p.phase {
	case inName:
		return u.nameEnds(p)
	case afterSix:
		return true
	case inPort:
		return p.digits > 0 && !(p.like && int(p.digits) == len(p.dflt))
	}
	return false
}

// part is where in host[:port] a state is.
type part uint8

const (
	nameEnd   part = iota // behind a label of a name
	afterName             // behind a dot, or within the port
	inAddress             // in an IPv6 address, or behind the last octet of an IPv4 address
)

func (u *universe) part(state int32) part {
	switch p := u.states[state]; {
	case p.phase == inPort, p.phase == atHost, p.phase == inName && p.label == empty:
		return afterName
	case p.phase == inName && !(p.label.octet() && p.octets == 3):
		return nameEnd
	}
	return inAddress
}

func (u *universe) refine(cl *classes) {
	for c := byte('0'); c <= '9'; c++ {
		cl.split(func(b byte) bool { return b == c })
	}
	for _, set := range []string{"abcdef", "x", "-", ".", ":", "[", "]"} {
		cl.split(func(b byte) bool { return strings.IndexByte(set, b) >= 0 })
	}
	cl.split(labelByte)
}
