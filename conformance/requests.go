package conformance

import (
	"slices"
	"strings"

	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/policy"
)

// Requests returns requests that show what a server makes of the policy: from
// origins that each of its patterns allows and from such as a mistake would
// let in, with and without credentials; and, from one origin inside and one
// outside, each method and header that it names and some that it does not. It
// asks from the further origins as well.
func Requests(p *policy.Policy, further ...string) []policy.Request {
	spec := p.Spec()
	var out []policy.Request
	asked := append(candidates(spec.AllowOrigins), "null", "https://evil.example", "capacitor://localhost")
	asked = append(asked, further...)
	slices.Sort(asked)
	asked = slices.Compact(asked)
	for _, origin := range asked {
		out = append(out, policy.Request{Origin: origin, Method: "GET"}, policy.Request{Origin: origin, Method: "GET", Credentials: true})
	}
	for _, origin := range insideAndOutside(p, asked) {
		for _, credentials := range []bool{false, true} {
			for _, method := range methods(spec.AllowMethods) {
				out = append(out, policy.Request{Origin: origin, Method: method, Credentials: credentials})
			}
			for _, headers := range headers(spec.AllowHeaders) {
				out = append(out, policy.Request{Origin: origin, Method: "GET", Headers: headers, Credentials: credentials})
			}
		}
	}
	return out
}

// candidates returns, for each of the first patterns of the list, origins that
// it allows and their neighbours.
func candidates(patterns []string) []string {
	const first = 8 // a long list is more of the same
	patterns = slices.DeleteFunc(slices.Clone(patterns), func(s string) bool { return s == "*" })
	var out []string
	for _, pattern := range patterns[:min(first, len(patterns))] {
		if member := member(pattern); member != "" {
			out = append(out, member)
			out = append(out, neighbours(member)...)
		}
	}
	return out
}

// member returns an origin that the pattern allows, or "" if there is none.
func member(pattern string) string {
	if origins.Serialized(pattern) {
		return pattern
	}
	nothing, only := policy.MustNew(policy.Spec{}), policy.MustNew(policy.Spec{AllowOrigins: []string{pattern}})
	for _, w := range policy.Compare(nothing, only).Witnesses {
		if w.Field == policy.FieldOrigins {
			return w.Request.Origin
		}
	}
	return ""
}

// neighbours returns origins next to one: another scheme, another port or none,
// one label more or less, and what a missing anchor or an unescaped dot lets in.
func neighbours(origin string) []string {
	scheme, rest, ok := strings.Cut(origin, "://")
	if !ok {
		return nil
	}
	host, port := rest, ""
	if i := strings.LastIndexByte(rest, ':'); i > strings.LastIndexByte(rest, ']') {
		host, port = rest[:i], rest[i:]
	}
	out := []string{
		"http://" + rest, "https://" + rest, "x" + origin,
		scheme + "://" + host, scheme + "://" + host + ":8443", scheme + "://" + host + ":1",
		scheme + "://sub." + rest, scheme + "://deeper.sub." + rest, scheme + "://a_b." + rest,
		scheme + "://evil" + rest, scheme + "://evil-" + rest,
		scheme + "://" + host + ".evil.com" + port, scheme + "://" + host + "evil.com" + port,
		scheme + "://" + strings.Replace(host, ".", "x", 1) + port,
	}
	if i := strings.LastIndexByte(host, '.'); i >= 0 {
		out = append(out, scheme+"://"+host[:i]+"x"+host[i+1:]+port)
	}
	if _, parent, ok := strings.Cut(host, "."); ok {
		out = append(out, scheme+"://"+parent+port, scheme+"://x."+parent+port, scheme+"://y.x."+parent+port)
	}
	return slices.DeleteFunc(out, func(s string) bool { return !origins.Serialized(s) })
}

// insideAndOutside returns an origin that the policy allows and one that it
// does not, as far as there are such.
func insideAndOutside(p *policy.Policy, from []string) []string {
	var out []string
	for _, inside := range []bool{true, false} {
		if i := slices.IndexFunc(from, func(o string) bool { return p.AllowsOrigin(o) == inside }); i >= 0 {
			out = append(out, from[i])
		}
	}
	return out
}

func methods(listed []string) []string {
	out := append(withoutStar(listed), "GET", "HEAD", "POST", "PUT", "PATCH", "patch", "DELETE", "OPTIONS", "PURGE")
	slices.Sort(out)
	return slices.Compact(out)
}

// headers returns sets of names to ask for: each listed one alone, all of them,
// and others.
func headers(listed []string) [][]string {
	listed = withoutStar(listed)
	out := [][]string{listed, {"authorization"}, {"x-other"}, {"authorization", "x-other"}, {"content-type"}}
	for _, name := range listed {
		out = append(out, []string{name}, []string{name, "x-other"})
	}
	return out
}

func withoutStar(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "*" })
}
