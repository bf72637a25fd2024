package gatewayapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/policy"
)

// Apply returns a copy of the route in which every picked rule has the CORS
// filter that [Render] writes: in the place of the one that it had, otherwise
// after its other filters. All else is kept, but for a second CORS filter in a
// rule, which the API server refuses. The report is Render's, with the paths of
// the first of the rules, followed by what keeps preflights or the filter out of
// a rule. Paths start at the route.
//
// The error is Render's, or a *[policy.Error] with [policy.CodeNoRule] or
// [CodeTooManyFilters]; the route is then nil.
func Apply(obj *gatewayv1.HTTPRoute, p *policy.Policy, opts *Options) (*gatewayv1.HTTPRoute, policy.Report, error) {
	const op = "adapters/gatewayapi: apply"
	o := opts.orDefault()
	picked, problems := pick(obj, o)
	if len(problems) > 0 {
		return nil, problems, &policy.Error{Op: op, Findings: problems}
	}
	f, report, err := Render(p, opts)
	out := obj.DeepCopy()
	at := ""
	for n, i := range picked {
		rule := &out.Spec.Rules[i]
		place := setFilter(rule, f)
		if n == 0 {
			at = fmt.Sprintf("%s.filters[%d].", rulePath(i), place)
		}
		if len(rule.Filters) > maxFilters {
			problems = append(problems, malformed(CodeTooManyFilters, "", rulePath(i)+".filters", strconv.Itoa(len(rule.Filters)),
				"the API server refuses more than 16 filters; remove one or split the rule"))
		}
	}
	report = below(at, report)
	for _, i := range picked {
		rule := &out.Spec.Rules[i]
		report = append(append(report, ruleFindings(rule, i, o.Implementation.model())...), backendFindings(rule, i)...)
	}
	report = append(report, problems...)
	switch {
	case err != nil:
		return nil, report, err
	case len(problems) > 0:
		return nil, report, &policy.Error{Op: op, Findings: problems}
	}
	return out, report, nil
}

// Extract returns the policy that the picked rules have in common. The report
// holds what [Parse] found in each of them, what keeps preflights or the filter
// out of a rule, and CORS filters of backendRefs, which count for nothing.
// Paths start at the route.
//
// The error is [policy.ErrNoPolicy], wrapped, if none of the rules has a CORS
// filter, and otherwise a *[policy.Error]: with Malformed findings for what the
// API server would refuse, with [policy.CodeNoRule], or with [policy.CodeRulesDisagree] for
// each rule if their policies are not equal. A rule without CORS disagrees with
// one that has it.
func Extract(obj *gatewayv1.HTTPRoute, opts *Options) (*policy.Policy, policy.Report, error) {
	const op = "adapters/gatewayapi: extract"
	o := opts.orDefault()
	if obj == nil || len(obj.Spec.Rules) == 0 && len(o.RuleNames)+len(o.RuleIndexes) == 0 {
		return nil, nil, fmt.Errorf("%s: %w", op, policy.ErrNoPolicy)
	}
	picked, problems := pick(obj, o)
	if len(problems) > 0 {
		return nil, problems, &policy.Error{Op: op, Findings: problems}
	}
	var report policy.Report
	policies := make([]*policy.Policy, len(picked))
	found := 0
	for n, i := range picked {
		rule := &obj.Spec.Rules[i]
		p, r, err := extractRule(rule, i, opts)
		if err != nil {
			return nil, append(report, r...), err
		}
		problems = append(problems, r.With(policy.Malformed)...)
		if policies[n] = p; p != nil {
			found++
			r = append(r, ruleFindings(rule, i, o.Implementation.model())...)
		}
		r = append(r, backendFindings(rule, i)...)
		report = appendNew(report, r)
	}
	switch {
	case len(problems) > 0:
		return nil, report, &policy.Error{Op: op, Findings: problems}
	case found == 0:
		return nil, report, fmt.Errorf("%s: %w", op, policy.ErrNoPolicy)
	}
	if disagreement := disagreement(picked, policies); len(disagreement) > 0 {
		return nil, append(report, disagreement...), &policy.Error{Op: op, Findings: disagreement}
	}
	return policies[0], report, nil
}

// Remove returns a copy of the route in which no picked rule has a CORS filter.
// A list of filters that becomes empty becomes nil. CORS filters of backendRefs
// stay.
func Remove(obj *gatewayv1.HTTPRoute, opts *Options) *gatewayv1.HTTPRoute {
	out := obj.DeepCopy()
	if out == nil {
		return nil
	}
	o := opts.orDefault()
	for i := range out.Spec.Rules {
		rule := &out.Spec.Rules[i]
		if !o.picks(i, rule) || !slices.ContainsFunc(rule.Filters, isCORS) {
			continue
		}
		if rule.Filters = slices.DeleteFunc(rule.Filters, isCORS); len(rule.Filters) == 0 {
			rule.Filters = nil
		}
	}
	return out
}

func isCORS(f gatewayv1.HTTPRouteFilter) bool {
	return f.Type == gatewayv1.HTTPRouteFilterCORS || f.CORS != nil
}

func rulePath(i int) string { return fmt.Sprintf("spec.rules[%d]", i) }

// pick returns the indexes of the picked rules, or why there are none.
func pick(obj *gatewayv1.HTTPRoute, o *Options) ([]int, policy.Report) {
	var picked []int
	var problems policy.Report
	missing := func(path, value, detail string) {
		problems = append(problems, policy.Finding{Code: policy.CodeNoRule, Effect: policy.Inexpressible, Path: path, Value: value, Detail: detail})
	}
	if obj == nil || len(obj.Spec.Rules) == 0 {
		missing("spec.rules", "", "the route has no rules; write out the one that the API server would add")
		return nil, problems
	}
	names := map[string]bool{}
	for i := range obj.Spec.Rules {
		rule := &obj.Spec.Rules[i]
		if rule.Name != nil {
			names[string(*rule.Name)] = true
		}
		if o.picks(i, rule) {
			picked = append(picked, i)
		}
	}
	for _, name := range o.RuleNames {
		if !names[name] {
			missing("spec.rules", name, "the route has no rule of that name")
		}
	}
	for _, i := range o.RuleIndexes {
		if i < 0 || i >= len(obj.Spec.Rules) {
			missing(rulePath(i), strconv.Itoa(i), "the route has no rule at that index")
		}
	}
	return picked, problems
}

// setFilter puts the filter into the rule and returns its place. The copy is
// deep: rules share nothing.
func setFilter(rule *gatewayv1.HTTPRouteRule, f *gatewayv1.HTTPRouteFilter) int {
	place := slices.IndexFunc(rule.Filters, isCORS)
	if place < 0 {
		place = len(rule.Filters)
		rule.Filters = append(rule.Filters, gatewayv1.HTTPRouteFilter{})
	}
	if f != nil {
		rule.Filters[place] = *f.DeepCopy()
	}
	rest := slices.DeleteFunc(slices.Clone(rule.Filters[place+1:]), isCORS)
	rule.Filters = append(rule.Filters[:place+1], rest...)
	return place
}

// extractRule parses the rule's CORS filter. The policy is nil if it has none,
// or a malformed one: then the report says so. The error is none of the
// configuration's.
func extractRule(rule *gatewayv1.HTTPRouteRule, index int, opts *Options) (*policy.Policy, policy.Report, error) {
	place := slices.IndexFunc(rule.Filters, isCORS)
	if place < 0 {
		return nil, nil, nil
	}
	p, report, err := Parse(&rule.Filters[place], opts)
	report = below(fmt.Sprintf("%s.filters[%d].", rulePath(index), place), report)
	if refused := (*policy.Error)(nil); err != nil && !errors.As(err, &refused) {
		return nil, report, err
	}
	for i := place + 1; i < len(rule.Filters); i++ {
		if isCORS(rule.Filters[i]) {
			report = append(report, malformed(CodeFilterRepeated, "", fmt.Sprintf("%s.filters[%d]", rulePath(index), i), "",
				"the API server refuses a second CORS filter in a rule; merge them"))
		}
	}
	return p, report, nil
}

// disagreement reports each rule's policy unless all are equal.
func disagreement(picked []int, policies []*policy.Policy) policy.Report {
	agree := true
	for _, p := range policies[1:] {
		agree = agree && p != nil && policies[0] != nil && policy.Compare(policies[0], p).Relation == policy.Equal
	}
	if agree {
		return nil
	}
	var out policy.Report
	for n, i := range picked {
		f := policy.Finding{Code: policy.CodeRulesDisagree, Effect: policy.Inexpressible, Path: rulePath(i),
			Detail: "the rules have no policy in common; pick those that have, by name or index"}
		if policies[n] != nil {
			if text, err := json.Marshal(policies[n].Spec()); err == nil {
				f.Value = string(text)
			}
		}
		out = append(out, f)
	}
	return out
}

// below puts a prefix before the paths that findings have.
func below(prefix string, report policy.Report) policy.Report {
	out := slices.Clone(report)
	for i := range out {
		if strings.HasPrefix(out[i].Path, "cors") || out[i].Path == "type" {
			out[i].Path = prefix + out[i].Path
		}
	}
	return out
}

// appendNew appends the findings that the report does not have yet: what is the
// same for every filter stands there once.
func appendNew(report, more policy.Report) policy.Report {
	for _, f := range more {
		if !slices.Contains(report, f) {
			report = append(report, f)
		}
	}
	return report
}
