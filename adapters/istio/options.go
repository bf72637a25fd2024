package istio

import (
	"slices"

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"

	"github.com/corslate/corslate/internal/proof"
	"github.com/corslate/corslate/policy"
)

// Options adjusts the functions of this package. A nil *Options is valid: it is
// the strictest for [Render] and [Apply], and for all of them it means every
// HTTP route.
type Options struct {
	// Tolerance is how far Render and Apply may stray from the policy. The
	// zero value refuses every translation that is not exact.
	Tolerance policy.Tolerance
	// Accept lists the dangers of the policy itself, codes of policy.Audit,
	// that are meant. Render and Apply refuse a policy with any other.
	Accept []policy.Code

	// ForwardUnmatchedPreflights writes unmatchedPreflights: FORWARD, so that
	// the application answers preflights of origins that the policy does not
	// allow. By default Render writes IGNORE: the proxy answers them, without
	// allow-origin. Istio before 1.23 forwards them whatever is written.
	ForwardUnmatchedPreflights bool
	// RouteNames and RouteIndexes pick the HTTP routes of a VirtualService on
	// which Apply, Extract and Remove work: those with one of the names
	// (spec.http[].name) and those at one of the indexes, from 0. If both are
	// empty every route is picked. Apply and Extract fail on a name or an index
	// that no route has; Remove passes over it.
	RouteNames   []string
	RouteIndexes []int
}

func (o *Options) terms() proof.Terms {
	if o == nil {
		return proof.Terms{}
	}
	return proof.Terms{Tolerance: o.Tolerance, Accept: o.Accept}
}

func (o *Options) unmatchedPreflights() networkingv1alpha3.CorsPolicy_UnmatchedPreflights {
	if o != nil && o.ForwardUnmatchedPreflights {
		return networkingv1alpha3.CorsPolicy_FORWARD
	}
	return networkingv1alpha3.CorsPolicy_IGNORE
}

func (o *Options) picks(index int, name string) bool {
	if o == nil || len(o.RouteNames)+len(o.RouteIndexes) == 0 {
		return true
	}
	return slices.Contains(o.RouteIndexes, index) || slices.Contains(o.RouteNames, name)
}
