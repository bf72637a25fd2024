// Package istio runs Istio's own code on a corsPolicy: what its webhook checks
// and how it is translated for Envoy. What Envoy then does is a model, package
// envoy.
package istio

import (
	"fmt"
	"net/http"

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/core/route"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/gvk"
	"istio.io/istio/pkg/config/validation"

	"github.com/corslate/corslate/conformance/envoy"
)

// Validate returns why Istio's webhook refuses, or warns of, the
// VirtualService; nil if it does neither.
func Validate(vs *networkingv1alpha3.VirtualService) error {
	warning, err := validation.ValidateVirtualService(config.Config{
		Meta: config.Meta{GroupVersionKind: gvk.VirtualService, Name: "web", Namespace: "shop"},
		Spec: vs,
	})
	switch {
	case err != nil:
		return err
	case warning != nil:
		return fmt.Errorf("warning: %w", warning)
	}
	return nil
}

// Around returns a VirtualService with one plain route that has the policy.
func Around(p *networkingv1alpha3.CorsPolicy) *networkingv1alpha3.VirtualService {
	return &networkingv1alpha3.VirtualService{
		Hosts:    []string{"api.example.com"},
		Gateways: []string{"istio-system/public"},
		Http: []*networkingv1alpha3.HTTPRoute{{
			Route:      []*networkingv1alpha3.HTTPRouteDestination{{Destination: &networkingv1alpha3.Destination{Host: "web"}}},
			CorsPolicy: p,
		}},
	}
}

// Server returns next behind Envoy with the policy as Istio translates it. The
// translation is Istio's, the Envoy is the model.
func Server(p *networkingv1alpha3.CorsPolicy, next http.Handler) (http.Handler, error) {
	return envoy.Filter(route.TranslateCORSPolicy(&model.Proxy{}, p), next)
}
