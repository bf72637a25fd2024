package matrix

import (
	"net/http"
	"testing"

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/conformance/dataplane/istiogateway"
	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

// gatewayAPI is Istio as an implementation of Gateway API: Istio translates the
// filter into a corsPolicy, and goes on with that as in istioModel.
var gatewayAPI = gatewayAPIPlane("gatewayapi-istio-envoy-model", serveModel)

func gatewayAPIPlane(name string, serve func(testing.TB, []*networkingv1alpha3.CorsPolicy) (string, []http.Handler)) plane[*gatewayv1.HTTPRouteFilter] {
	return plane[*gatewayv1.HTTPRouteFilter]{
		name: name,
		render: func(p *policy.Policy) (*gatewayv1.HTTPRouteFilter, policy.Report, error) {
			return gatewayapi.Render(p, &gatewayapi.Options{Tolerance: policy.AllowNarrower, Accept: adaptertest.Dangers, Implementation: gatewayapi.Istio})
		},
		parse: func(f *gatewayv1.HTTPRouteFilter) (*policy.Policy, policy.Report, error) {
			return gatewayapi.Parse(f, &gatewayapi.Options{Implementation: gatewayapi.Istio})
		},
		serve: func(t testing.TB, filters []*gatewayv1.HTTPRouteFilter) (string, []http.Handler) {
			translated := make([]*networkingv1alpha3.CorsPolicy, len(filters))
			for i, f := range filters {
				translated[i] = istiogateway.CorsPolicy(f.CORS)
			}
			return serve(t, translated)
		},
		faults: map[string]func(*gatewayv1.HTTPRouteFilter) *gatewayv1.HTTPRouteFilter{
			starWithCredentials: gatewayAPIFilter(func(f *gatewayv1.HTTPCORSFilter) {
				yes := true
				f.AllowOrigins, f.AllowCredentials = []gatewayv1.CORSOrigin{"*"}, &yes
			}),
			droppedMaxAge: gatewayAPIFilter(func(f *gatewayv1.HTTPCORSFilter) { f.MaxAge = 0 }),
		},
	}
}

func gatewayAPIFilter(change func(*gatewayv1.HTTPCORSFilter)) func(*gatewayv1.HTTPRouteFilter) *gatewayv1.HTTPRouteFilter {
	return func(f *gatewayv1.HTTPRouteFilter) *gatewayv1.HTTPRouteFilter {
		f = f.DeepCopy()
		change(f.CORS)
		return f
	}
}
