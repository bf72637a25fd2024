package istio

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/corslate/corslate/policy"
)

// Apply returns a deep copy of obj whose picked HTTP routes have the policy, and
// nothing else changed. A route that redirects or answers by itself gets none,
// and loses the one that it has, as Envoy would not look at it.
//
// Beside what [Render] reports, the report says which matches keep preflights
// out, and which routes write CORS headers of their own or delegate. The error
// is that of Render, or a *policy.Error with [policy.CodeNoRule] if there is no route
// to write to; the object is then nil.
func Apply(obj *networkingv1.VirtualService, p *policy.Policy, opts *Options) (*networkingv1.VirtualService, policy.Report, error) {
	f, report, err := Render(p, opts)
	picked, missing := pick(obj, opts)
	out := obj.DeepCopy()
	written := 0
	for _, r := range picked {
		route := out.Spec.Http[r.index]
		if bypass := r.bypass(); bypass != "" {
			route.CorsPolicy = nil
			report = append(report, policy.Finding{Code: CodeRouteBypasses, Effect: policy.Note, Path: r.path() + "." + bypass,
				Detail: "Envoy's CORS filter does not see this route, so no policy is written there"})
			continue
		}
		route.CorsPolicy = f.DeepCopy()
		written++
	}
	if len(missing) == 0 && written == 0 {
		missing = policy.Report{noRoute("", "spec.http", "no HTTP route is there to have a policy; write one that forwards")}
	}
	if len(missing) > 0 {
		report = append(report, missing...)
		return nil, report, &policy.Error{Op: "adapters/istio: apply", Findings: slices.Concat(refusals(err), missing)}
	}
	if err != nil {
		return nil, report, err
	}
	after, _ := pick(out, opts)
	return out, append(report, surroundings(out, after)...), nil
}

// refusals returns the findings of an error of this package.
func refusals(err error) policy.Report {
	var refused *policy.Error
	if errors.As(err, &refused) {
		return refused.Findings
	}
	return nil
}

// Extract returns the policy that the picked HTTP routes have in common, read
// as [Parse] reads it. Routes that redirect or answer by themselves have none,
// whatever they say, and are passed over.
//
// The error wraps policy.ErrNoPolicy if no route has a policy. It is a
// *policy.Error with everything that Istio's validation refuses, or with one
// [policy.CodeRulesDisagree] per route if their policies differ, or only some have
// one: Path is the route's, Value its policy.Spec as compact JSON, empty if it
// has none.
//
// A delegate of another VirtualService takes the policy of the route that
// delegates to it where its own routes have none; an object does not tell that.
func Extract(obj *networkingv1.VirtualService, opts *Options) (*policy.Policy, policy.Report, error) {
	const op = "adapters/istio: extract"
	picked, missing := pick(obj, opts)
	if len(missing) > 0 {
		return nil, missing, &policy.Error{Op: op, Findings: missing}
	}
	var report, refused, rules policy.Report
	var common *policy.Policy
	agree, with := true, 0
	for _, r := range picked {
		if bypass := r.bypass(); bypass != "" {
			if r.CorsPolicy != nil {
				report = append(report, policy.Finding{Code: CodeRouteBypasses, Effect: policy.Advice, Path: r.path() + ".corsPolicy",
					Detail: "the route's " + bypass + " bypasses Envoy's CORS filter and the policy is ignored; remove it"})
			}
			continue
		}
		if r.CorsPolicy == nil {
			rules = append(rules, disagreement(r, nil))
			continue
		}
		p, found, err := parse(r.CorsPolicy, r.path()+".corsPolicy")
		report = append(report, found...)
		if err != nil {
			refused = append(refused, refusals(err)...)
			continue
		}
		with++
		rules = append(rules, disagreement(r, p))
		if common == nil {
			common = p
		}
		agree = agree && policy.Compare(common, p).Relation == policy.Equal
	}
	report = append(report, surroundings(obj, picked)...)
	switch {
	case len(refused) > 0:
		return nil, report, &policy.Error{Op: op, Findings: refused}
	case with == 0:
		return nil, report, fmt.Errorf("%s: %w", op, policy.ErrNoPolicy)
	case !agree || with < len(rules):
		return nil, append(report, rules...), &policy.Error{Op: op, Findings: rules}
	}
	return common, append(report, constantNotes("spec.http")...), nil
}

func disagreement(r route, p *policy.Policy) policy.Finding {
	f := policy.Finding{Code: policy.CodeRulesDisagree, Effect: policy.Inexpressible, Path: r.path(),
		Detail: "this route has no CORS policy and others have; pick routes that agree"}
	if p != nil {
		spec, err := json.Marshal(p.Spec())
		if err != nil {
			panic("adapters/istio: " + err.Error()) // strings, a bool and a number
		}
		f.Value, f.Detail = string(spec), "the routes have different CORS policies and this is one; pick routes that agree"
	}
	return f
}

// Remove returns a deep copy of obj whose picked HTTP routes have no CORS
// policy, and nothing else changed. A delegate without one takes that of the
// route that delegates to it.
func Remove(obj *networkingv1.VirtualService, opts *Options) *networkingv1.VirtualService {
	out := obj.DeepCopy()
	picked, _ := pick(out, opts)
	for _, r := range picked {
		r.CorsPolicy = nil
	}
	return out
}

// route is an HTTP route of a VirtualService.
type route struct {
	*networkingv1alpha3.HTTPRoute
	index int
}

func (r route) path() string { return fmt.Sprintf("spec.http[%d]", r.index) }

// bypass returns which field takes the route past Envoy's CORS filter, or "".
func (r route) bypass() string {
	switch {
	case r.Redirect != nil:
		return "redirect"
	case r.DirectResponse != nil:
		return "directResponse"
	}
	return ""
}

// pick returns the routes that the options pick, and a finding for each name
// and index that none has.
func pick(obj *networkingv1.VirtualService, opts *Options) (picked []route, missing policy.Report) {
	if obj == nil {
		return nil, nil
	}
	names := map[string]bool{}
	for i, r := range obj.Spec.Http {
		if r == nil {
			continue
		}
		names[r.Name] = true
		if opts.picks(i, r.Name) {
			picked = append(picked, route{r, i})
		}
	}
	if opts == nil {
		return picked, nil
	}
	for _, name := range opts.RouteNames {
		if !names[name] {
			missing = append(missing, noRoute(name, "spec.http", "no HTTP route has this name"))
		}
	}
	for _, i := range opts.RouteIndexes {
		if i < 0 || i >= len(obj.Spec.Http) || obj.Spec.Http[i] == nil {
			missing = append(missing, noRoute("", fmt.Sprintf("spec.http[%d]", i), "no HTTP route is there"))
		}
	}
	return picked, missing
}

func noRoute(value, path, detail string) policy.Finding {
	return policy.Finding{Code: policy.CodeNoRule, Effect: policy.Inexpressible, Value: value, Path: path, Detail: detail}
}
