// Package istiogateway has Istio translate the CORS filter of an HTTPRoute.
package istiogateway

import (
	_ "unsafe" // for go:linkname

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	_ "istio.io/istio/pilot/pkg/config/kube/gateway"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// CorsPolicy returns the corsPolicy that Istio makes of the filter, by Istio's
// own code. Istio does not export it but through a controller that wants a
// whole cluster around it, so the function is linked by its name: an Istio that
// has it no more does not link.
func CorsPolicy(filter *gatewayv1.HTTPCORSFilter) *networkingv1alpha3.CorsPolicy {
	return createCorsFilter(filter)
}

//go:linkname createCorsFilter istio.io/istio/pilot/pkg/config/kube/gateway.createCorsFilter
func createCorsFilter(*gatewayv1.HTTPCORSFilter) *networkingv1alpha3.CorsPolicy
