package gatewayapi

import (
	"slices"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/policy"
)

// Options adjust the adapter. A nil *Options is the zero value: exact
// translations only, no danger accepted, the specification, every rule.
type Options struct {
	// Tolerance is how far Render and Apply may stray from the policy.
	Tolerance policy.Tolerance
	// Accept lists dangers of the policy that are meant, by the codes of
	// policy.Policy.Audit. Render and Apply refuse all others.
	Accept []policy.Code
	// Implementation is what reads the filter. Zero is the specification,
	// whatever implements it.
	//
	// No implementation reads the `*` of a host exactly as the specification
	// does, so with one named here https://**.a.example may turn out wider by
	// hosts such as a_b.a.example, and be refused for that.
	Implementation Implementation
	// RuleNames and RuleIndexes pick the rules of an HTTPRoute on which Apply,
	// Extract and Remove work: those with one of the names (spec.rules[].name)
	// and those at one of the indexes, from 0. If both are empty every rule is
	// picked. Apply and Extract fail on a name or an index that no rule has;
	// Remove passes over it.
	RuleNames   []string
	RuleIndexes []int
}

func (o *Options) orDefault() *Options {
	if o == nil {
		return &Options{}
	}
	return o
}

func (o *Options) picks(index int, rule *gatewayv1.HTTPRouteRule) bool {
	if len(o.RuleNames) == 0 && len(o.RuleIndexes) == 0 {
		return true
	}
	return slices.Contains(o.RuleIndexes, index) || rule.Name != nil && slices.Contains(o.RuleNames, string(*rule.Name))
}
