package origins

import (
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// inUniverse runs the automaton of the universe over an origin.
func inUniverse(origin string) bool {
	scheme, rest, _ := strings.Cut(origin, "://")
	u := newUniverse(false)
	state := u.startFor(scheme)
	for i := 0; i < len(rest) && state != dead; i++ {
		state = u.step(state, rest[i])
	}
	return state != dead && u.accepting(state)
}

func TestUniverseIsWhatParsersSerialize(t *testing.T) {
	for origin, want := range map[string]bool{
		"https://a.example": true, "https://a.example:8443": true, "https://a.example:443": false, "http://a.example:443": true,
		"http://a.example:80": false, "http://a.example:8": true, "http://a.example:800": true, "x://a:80": true,
		"https://a:0": false, "https://a:01": false, "https://a:65535": true, "https://a:65536": false, "https://a:6553": true, "https://a:99999": false, "https://a:123456": false, "https://a:": false,
		"https://1.2.3.4": true, "https://1.2.3": false, "https://1.2.3.256": false, "https://1.2.3.4.5": false, "https://01.2.3.4": false,
		"https://a.1": false, "https://1.a": true, "https://a.0x": false, "https://a.0xg": true, "https://a.0x1f": false, "https://1.2.3.4.": false, "https://a.": true, "https://1.": false,
		"https://": false, "https://.": true, "https://.a": true, "https://_": true, "https://A": false, "https://a b": false, "https://a*b": false,
		"https://249.250.255.199": true, "https://0.0.0.0": true, "https://00.0.0.0": false, "https://1.2.3.4:8443": true,
		"https://[::1]": true, "https://[::]": true, "https://[1::]": true, "https://[0::1]": false, "https://[1:2:3:4:5:6:7:8]": true, "https://[1:2:3:4:5:6:7]": false,
		"https://[::1]:8443": true, "https://[::1]:443": false, "https://[::1": false, "https://[1:0:0:2:0:0:0:3]": false, "https://[1:0:0:2::3]": true, "https://[1::2:0:0:3:4]": true, "https://[1:0:0:2::3:4]": false,
		"https://[1:0:2:3:4:5:6:7]": true, "https://[1::2:3:4:5:6:7]": false, "https://[01::]": false, "https://[12345::]": false, "https://[:1]": false, "https://[:]": false, "https://[]": false, "https://[1:]": false, "https://[::1::]": false,
	} {
		if got := inUniverse(origin); got != want {
			t.Errorf("%s: %v, want %v", origin, got, want)
		}
		if got := Serialized(origin); got != want {
			t.Errorf("Serialized(%s) = %v, want %v", origin, got, want)
		}
	}
}

// The automaton and the parser are two descriptions of one language.
func TestUniverseAgreesWithParse(t *testing.T) {
	scheme := rapid.SampledFrom([]string{"http", "https", "app"})
	piece := rapid.SampledFrom([]string{"a", "x", "0", "1", "4", "43", "80", "443", "65535", "255", "256", "0x", "f", "-", "_", ".", ":", "*", "[", "]", "::", "é", "A", "/", "example", "localhost", "~", "!"})
	rapid.Check(t, func(t *rapid.T) {
		origin := scheme.Draw(t, "scheme") + "://" + strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "host"), "")
		if got, want := inUniverse(origin), Serialized(origin); got != want {
			t.Fatalf("%q: automaton %v, parser %v", origin, got, want)
		}
	})
}

func TestUniverseKnowsCanonicalIPv6(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b [16]byte
		for i := 0; i < 16; i += 2 {
			n := rapid.SampledFrom([]uint16{0, 0, 0, 1, 0x10, 0xabc, 0xffff}).Draw(t, "piece")
			b[i], b[i+1] = byte(n>>8), byte(n)
		}
		addr := netip.AddrFrom16(b)
		if canonical := "https://" + string(append6(nil, addr)); !inUniverse(canonical) {
			t.Fatalf("%s is not in the universe", canonical)
		}
		if long := addr.StringExpanded(); long != strings.Trim(string(append6(nil, addr)), "[]") && inUniverse("https://["+long+"]") {
			t.Fatalf("%s is in the universe", long)
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		host := "[" + strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"0", "1", "f", "ab", ":", ":", "::", "0:0"}), 0, 17).Draw(t, "host"), "") + "]"
		if got, want := inUniverse("https://"+host), checkHost(host) == ""; got != want {
			t.Fatalf("%s: automaton %v, netip %v", host, got, want)
		}
	})
}
