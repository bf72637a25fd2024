package traefik

import (
	"fmt"
	"slices"

	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/policy"
)

// maxFilters is how many filters the CRD lets a rule of an HTTPRoute have.
const maxFilters = 16

func (a *attachment) isFilter(f gatewayv1.HTTPRouteFilter) bool {
	ref := f.ExtensionRef
	return f.Type == gatewayv1.HTTPRouteFilterExtensionRef && ref != nil &&
		ref.Group == traefikv1alpha1.GroupName && ref.Kind == "Middleware" && string(ref.Name) == a.opts.Name
}

func (a *attachment) httpRoute(obj *gatewayv1.HTTPRoute) {
	own, theirs := a.namespaces(obj.Namespace)
	if a.opts.Namespace != "" {
		a.guessed(obj.Namespace)
	}
	if own != theirs {
		a.add(CodeReferenceNamespace, policy.Inexpressible, own, "spec.rules",
			"a filter refers to a Middleware of the HTTPRoute's own namespace, "+theirs+"; put the Middleware there")
		return
	}
	if len(obj.Spec.Rules) == 0 {
		a.add(policy.CodeNoRule, policy.Inexpressible, "", "spec.rules", "there is no rule that could refer to the Middleware")
		return
	}
	a.ambiguous(own, "spec.rules")
	for i := range obj.Spec.Rules {
		a.httpRule(&obj.Spec.Rules[i], fmt.Sprintf("spec.rules[%d]", i))
	}
}

func (a *attachment) httpRule(rule *gatewayv1.HTTPRouteRule, at string) {
	if i := slices.IndexFunc(rule.Filters, isCORS); i >= 0 {
		a.add(CodeFilterUnsupported, policy.Advice, string(gatewayv1.HTTPRouteFilterCORS), fmt.Sprintf("%s.filters[%d]", at, i),
			"no Traefik up to v3.7 knows the CORS filter: it answers every request of this rule with 500; remove the filter")
	}
	if keepsOptionsOut(rule) {
		a.unrouted("", at+".matches")
	}
	switch found := slices.IndexFunc(rule.Filters, a.isFilter); {
	case found >= 0:
		a.order(found, fmt.Sprintf("%s.filters[%d]", at, found))
	case len(rule.Filters) == maxFilters:
		a.add(policy.CodeInexpressible, policy.Inexpressible, "", at+".filters", "the rule has 16 filters, and no room for another")
	default:
		rule.Filters = slices.Insert(rule.Filters, 0, gatewayv1.HTTPRouteFilter{
			Type: gatewayv1.HTTPRouteFilterExtensionRef,
			ExtensionRef: &gatewayv1.LocalObjectReference{
				Group: traefikv1alpha1.GroupName,
				Kind:  "Middleware",
				Name:  gatewayv1.ObjectName(a.opts.Name),
			},
		})
	}
}

func isCORS(f gatewayv1.HTTPRouteFilter) bool { return f.Type == gatewayv1.HTTPRouteFilterCORS }

// keepsOptionsOut reports whether every match of the rule asks for a method
// other than OPTIONS.
func keepsOptionsOut(rule *gatewayv1.HTTPRouteRule) bool {
	return len(rule.Matches) > 0 && !slices.ContainsFunc(rule.Matches, func(m gatewayv1.HTTPRouteMatch) bool {
		return m.Method == nil || *m.Method == gatewayv1.HTTPMethodOptions
	})
}
