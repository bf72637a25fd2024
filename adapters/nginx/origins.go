package nginx

import (
	"regexp"
	"slices"
	"strings"

	"github.com/corslate/corslate/internal/origins"
)

const (
	schemeTail = `[a-z0-9+.-]*` // what the missing start anchor lets stand before a scheme
	label      = `[a-z0-9-]+`   // what * in an item matches, in lower case
	nullTail   = `.*null`       // what the item null matches
)

// matcher knows what the items of one list of origins match.
type matcher struct {
	// tails holds the schemes that are the end of another scheme of the list.
	tails map[string]bool
	// unproved takes every scheme but http and https for the end of another.
	unproved bool
	// anchored remembers, of schemes that were looked up, whether no other
	// scheme that browsers send ends in it.
	anchored map[string]bool
	lifts    int
}

// maxLifts bounds the regular expressions that a matcher simplifies, as each
// takes milliseconds; no list that nginx can load needs more than a few.
const maxLifts = 128

// newMatcher takes the items of the list, and schemes that are to be kept apart
// from those of the items.
func newMatcher(items, schemes []string) *matcher {
	m := &matcher{anchored: map[string]bool{}}
	seen := map[string]bool{}
	var reversed []string
	add := func(scheme string) {
		if !seen[scheme] {
			seen[scheme] = true
			reversed = append(reversed, backwards(scheme))
		}
	}
	for _, item := range items {
		if scheme, _, ok := strings.Cut(item, "://"); ok {
			add(scheme)
		}
	}
	for _, scheme := range schemes {
		add(scheme)
	}
	// In order, a text stands right before those that begin with it.
	slices.Sort(reversed)
	for i := 0; i+1 < len(reversed); i++ {
		if strings.HasPrefix(reversed[i+1], reversed[i]) {
			if m.tails == nil {
				m.tails = map[string]bool{}
			}
			m.tails[backwards(reversed[i])] = true
		}
	}
	return m
}

func backwards(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// standsAlone reports whether no other scheme that a browser might send ends in
// this one, so that the missing start anchor makes no difference.
func (m *matcher) standsAlone(scheme string) bool {
	switch {
	case m.tails[scheme]:
		return false
	case scheme == "https" || scheme == "http":
		return true
	case m.unproved:
		return false
	}
	if alone, known := m.anchored[scheme]; known {
		return alone
	}
	same := origins.Pattern{Kind: origins.Exact, Scheme: scheme, Host: "a.example"}
	lifted, ok := m.lift(schemeTail + same.RE2())
	alone := ok && len(lifted) == 1 && lifted[0] == same
	m.anchored[scheme] = alone
	return alone
}

// lift is origins.Lift as long as the matcher has not called it too often.
func (m *matcher) lift(expr string) (lifted []origins.Pattern, ok bool) {
	if m.lifts == maxLifts {
		return nil, false
	}
	m.lifts++
	lifted, err := origins.Lift(expr, origins.InFull)
	return lifted, err == nil
}

// patterns returns, as entries of a policy.Spec, what an item of the list
// matches among the origins that browsers send: nothing, or mostly one entry.
// The item has passed the re-check.
func (m *matcher) patterns(item string) []string {
	item = strings.ToLower(item) // the expression ignores case, browsers send lower case
	if item == "null" {
		return []string{"~" + nullTail}
	}
	scheme, rest, _ := strings.Cut(item, "://")
	alone := m.standsAlone(scheme)
	probe := item
	if !alone {
		probe = "x" + item // another scheme has another default port
	}
	expr := expression(item, alone)
	if _, err := origins.Parse(probe); err == nil {
		if alone {
			return []string{item}
		}
		return []string{"~" + expr}
	}
	if !strings.HasPrefix(rest, "*.") || len(expr) > origins.MaxRegexp {
		return nil
	}
	lifted, ok := m.lift(expr)
	if !ok || !alone && len(lifted) > 0 {
		return []string{"~" + expr}
	}
	list := make([]string, len(lifted))
	for i, p := range lifted {
		list[i] = p.String()
	}
	return list
}

// expression returns a regular expression that matches, in full, what an item in
// lower case matches.
func expression(item string, alone bool) string {
	if item == "null" {
		return nullTail
	}
	scheme, rest, _ := strings.Cut(item, "://")
	expr := regexp.QuoteMeta(scheme) + "://"
	if !alone {
		expr = schemeTail + expr
	}
	if base, ok := strings.CutPrefix(rest, "*."); ok {
		expr, rest = expr+label+`\.`, base
	}
	return expr + regexp.QuoteMeta(rest)
}

// unwritten returns the item of which [expression] wrote the regular
// expression, if it did.
func unwritten(expr string) (item string, ok bool) {
	if expr == nullTail {
		return "null", true
	}
	body, tail := strings.CutPrefix(expr, schemeTail)
	item = strings.Replace(body, "://"+label+`\.`, `://*\.`, 1)
	item = strings.ReplaceAll(item, `\.`, ".")
	ok = originRecheck.MatchString(item) && expression(item, !tail) == expr
	return item, ok
}

// expressionLength returns the length in bytes of the token that holds the
// list in the nginx configuration: ((item)|(item))$ with each item quoted and
// its wildcard replaced.
func expressionLength(items []string) int {
	n := len("()$") + max(len(items)-1, 0)
	for _, item := range items {
		n += len("()") + len(regexp.QuoteMeta(item))
		if strings.Contains(item, "*") {
			n += len(`[A-Za-z0-9\-]+`) - len(`\*`)
		}
	}
	return n
}
