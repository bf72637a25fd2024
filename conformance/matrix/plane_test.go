package matrix

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corslate/corslate/conformance"
	"github.com/corslate/corslate/policy"
)

// plane is a data plane and the adapter that writes for it. F is the adapter's
// fragment.
type plane[F any] struct {
	name string
	// render leaves out what cannot be said, and accepts every danger.
	render func(*policy.Policy) (F, policy.Report, error)
	parse  func(F) (*policy.Policy, policy.Report, error)
	// serve runs the data plane with the fragments until the end of the test,
	// and returns its version and, for each, the server.
	serve func(testing.TB, []F) (version string, servers []http.Handler)
	// faults change a fragment as a mistake in the adapter would.
	faults map[string]func(F) F
}

// tried is a policy on a data plane.
type tried struct {
	asked, parsed *policy.Policy
	report        policy.Report
	server        http.Handler
}

// verdicts counts what a run saw.
type verdicts struct {
	Policies   int `json:"policies"`   // tried
	Exact      int `json:"exact"`      // of these, rendered without loss
	Narrower   int `json:"narrower"`   // rendered with something left out
	Refused    int `json:"refused"`    // not rendered
	Verdicts   int `json:"verdicts"`   // of the browser
	Preflights int `json:"preflights"` // of these, on requests with a preflight
	Allowed    int `json:"allowed"`    // of all verdicts
	// Deviations counts the verdicts that deviate as is known, by the id of
	// the deviation.
	Deviations map[string]int `json:"deviations"`
}

// attempt is a policy to try, and what changes the fragment on its way to the
// data plane, if anything does.
type attempt[F any] struct {
	policy *policy.Policy
	fault  func(F) F
}

// deploy renders the policies and runs the data plane with them. What the
// adapter refuses is not among the results.
func (pl plane[F]) deploy(t testing.TB, attempts []attempt[F]) (all []tried, seen verdicts, version string) {
	t.Helper()
	var fragments []F
	for _, a := range attempts {
		seen.Policies++
		f, report, err := pl.render(a.policy)
		switch {
		case err != nil:
			seen.Refused++
			continue
		case report.Exact():
			seen.Exact++
		default:
			seen.Narrower++
		}
		if a.fault != nil {
			f = a.fault(f)
		}
		parsed, _, err := pl.parse(f)
		if err != nil {
			t.Fatalf("%s: Parse(Render(%+v)): %v", pl.name, a.policy.Spec(), err)
		}
		fragments = append(fragments, f)
		all = append(all, tried{asked: a.policy, parsed: parsed, report: report})
	}
	version, servers := pl.serve(t, fragments)
	for i := range all {
		all[i].server = servers[i]
	}
	return all, seen, version
}

// run tries the policies. Every verdict that is not as it should be, and not
// among the known deviations, is an error.
func (pl plane[F]) run(t *testing.T, corpus []*policy.Policy, known deviations) (verdicts, string) {
	t.Helper()
	attempts := make([]attempt[F], len(corpus))
	for i, p := range corpus {
		attempts[i].policy = p
	}
	all, seen, version := pl.deploy(t, attempts)
	seen.Deviations = map[string]int{}
	for _, c := range all {
		for _, problem := range c.judge(pl.name, known, &seen) {
			t.Errorf("%s: %s", pl.name, problem)
		}
	}
	return seen, version
}

// judge makes the requests, counts, and returns what is wrong, the first few
// of it.
func (c tried) judge(plane string, known deviations, seen *verdicts) (problems []string) {
	const few = 3
	for _, r := range requests(c.asked, c.report) {
		got := conformance.Verdict(c.server, r)
		seen.Verdicts++
		if got.Allowed {
			seen.Allowed++
		}
		if got.Preflight {
			seen.Preflights++
		}
		problem := c.problem(r, got)
		if problem == "" {
			continue
		}
		if id, ok := known.explain(plane, r, c.parsed.Check(r), got); ok {
			seen.Deviations[id]++
			continue
		}
		problems = append(problems, fmt.Sprintf("policy %s: %+v: %s", text(c.asked), r, problem))
		if len(problems) == few {
			break
		}
	}
	return problems
}

// text is the policy in JSON.
func text(p *policy.Policy) string {
	data, err := json.Marshal(p.Spec())
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// problem returns what is wrong with the browser's verdict, or "".
func (c tried) problem(r policy.Request, got policy.Verdict) string {
	asked := c.asked.Check(r)
	switch {
	case got.Allowed && !grants(asked, got):
		return fmt.Sprintf("the browser lets through %+v, of which the policy grants %+v", got, asked)
	case c.report.Exact() && !cmp.Equal(asked, got):
		return "reported as exact (-policy +browser):\n" + cmp.Diff(asked, got)
	case !cmp.Equal(c.parsed.Check(r), got):
		return "(-Parse +browser):\n" + cmp.Diff(c.parsed.Check(r), got)
	}
	return ""
}

// grants reports whether the policy's verdict covers all that the browser lets
// through.
func grants(asked, got policy.Verdict) bool {
	if !asked.Allowed || got.MaxAgeSeconds > asked.MaxAgeSeconds {
		return false
	}
	for _, name := range got.ExposeHeaders {
		if !slices.Contains(asked.ExposeHeaders, name) && !slices.Contains(asked.ExposeHeaders, "*") {
			return false
		}
	}
	return true
}
