package gatewayapi

import (
	"slices"
	"strings"

	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/policy"
)

// written is one entry of allowOrigins and what it is for.
type written struct {
	entry    string
	asked    string // the origin of the policy
	patterns []origins.Pattern
}

func (w *writer) origins(texts []string) []string {
	asked := make([]origins.Pattern, 0, len(texts))
	for _, text := range texts {
		p, err := origins.Parse(text)
		if err != nil {
			continue // policy.New has parsed it
		}
		asked = append(asked, p)
	}
	if w.everyOrigin(asked) {
		return []string{"*"}
	}
	var out []written
	seen := map[string]bool{}
	for _, p := range asked {
		parts := []origins.Pattern{p}
		if p.Kind == origins.Regexp {
			parts = lift(p.Expr)
		}
		for _, part := range parts {
			e, ok := w.origin(p.String(), part)
			if ok && !seen[e.entry] {
				seen[e.entry] = true
				out = append(out, e)
			}
		}
	}
	return w.limitOrigins(out)
}

// everyOrigin reports whether a lone `*` is what to write, and then what of the
// policy it does not take.
func (w *writer) everyOrigin(asked []origins.Pattern) bool {
	if !slices.ContainsFunc(asked, func(p origins.Pattern) bool { return p.Kind == origins.Any || p.Kind == origins.Regexp }) {
		return false
	}
	patterns, _ := w.model.patterns("*")
	every := origins.NewSet(patterns)
	if _, more := every.Minus(origins.NewSet(asked)); more != origins.No {
		return false
	}
	for _, p := range asked {
		if _, lost := origins.NewSet([]origins.Pattern{p}).Minus(every); lost != origins.No {
			w.find(policy.CodeInexpressible, policy.Narrower, policy.FieldOrigins, p.String(), "the implementation does not take the origin null for *, and a filter cannot list it")
		}
	}
	return true
}

// origin returns the entry for one pattern, or false if it is left out.
func (w *writer) origin(asked string, p origins.Pattern) (written, bool) {
	text := entry(p)
	if len(text) > maxOriginLength {
		w.find(CodeTooLong, policy.Narrower, policy.FieldOrigins, asked, "left out: an origin has at most 253 characters")
		return written{}, false
	}
	e := written{entry: text, asked: asked}
	rel := apart
	if text != "" {
		e.patterns, _ = w.model.patterns(text)
		rel = relate(p, e.patterns)
	}
	why := inexpressible(p)
	switch {
	case rel == equal:
		return e, true
	case rel == narrower:
		w.find(policy.CodeInexpressible, policy.Narrower, policy.FieldOrigins, asked, "written as "+text+", which allows less: "+why)
		return e, true
	case rel == wider && w.widen:
		w.find(policy.CodeInexpressible, policy.Wider, policy.FieldOrigins, asked, "written as "+text+", which allows more: "+why)
		return e, true
	}
	w.find(policy.CodeInexpressible, policy.Narrower, policy.FieldOrigins, asked, "left out: "+why)
	return written{}, false
}

// inexpressible says why a filter has no words for a pattern, where it has none.
func inexpressible(p origins.Pattern) string {
	switch {
	case p.Kind == origins.Null:
		return "a filter cannot list null; serve what sends it from an origin of its own"
	case p.Kind == origins.Regexp:
		return "no list of origins and wildcards is proved to mean the same; list the origins"
	case p.Scheme != "http" && p.Scheme != "https":
		return "a filter knows http and https only"
	case p.Kind == origins.OneLabel:
		return "*. of a filter takes any number of labels; list the origins, or write **. if any depth is meant"
	case p.Port == origins.AnyPort:
		return "a filter has no wildcard for ports; list the ports"
	case p.Kind == origins.Exact:
		return "the host of an origin is made of letters, digits and hyphens; IPv6, underscores and a dot at the end are refused"
	}
	return "the implementation takes other hosts for * than those of DNS labels; list the origins, or render for the specification"
}

// limitOrigins leaves out entries until the schema accepts the list: first
// those that other entries cover, then from the end.
func (w *writer) limitOrigins(list []written) []string {
	if len(list) > maxOrigins {
		var wild []origins.Pattern
		for _, e := range list {
			if strings.Contains(e.entry, "*") {
				wild = append(wild, e.patterns...)
			}
		}
		covering := origins.NewSet(wild)
		list = slices.DeleteFunc(list, func(e written) bool {
			return !strings.Contains(e.entry, "*") && covering.Contains(e.entry)
		})
	}
	entries := make([]string, len(list))
	asked := make(map[string]string, len(list))
	for i, e := range list {
		entries[i], asked[e.entry] = e.entry, e.asked
	}
	return w.limit(policy.FieldOrigins, entries, maxOrigins, func(e string) string { return asked[e] })
}
