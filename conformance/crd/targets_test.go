package crd_test

import (
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"

	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
	istionetworkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/adapters/traefik"
	"github.com/corslate/corslate/conformance/crd"
	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

// target is an adapter and what the API server demands of its objects.
type target struct {
	// apply puts the policy onto an object that holds much else.
	apply func(*policy.Policy, policy.Tolerance) (any, policy.Report, error)
	// accept is the API server: each must store the object as it is.
	accept []func(object any) error
}

func targets(t *testing.T) map[string]target {
	ingress := object[networkingv1.Ingress](t, ingressYAML)
	middleware := object[traefikv1alpha1.Middleware](t, middlewareYAML)
	virtualService := object[istionetworkingv1.VirtualService](t, virtualServiceYAML)
	httpRoute := object[gatewayv1.HTTPRoute](t, httpRouteYAML)
	return map[string]target{
		"nginx": {
			apply: func(p *policy.Policy, tolerance policy.Tolerance) (any, policy.Report, error) {
				return nginx.Apply(ingress, p, &nginx.Options{Tolerance: tolerance, Accept: adaptertest.Dangers})
			},
			accept: []func(any) error{acceptMetadata},
		},
		"traefik": {
			apply: func(p *policy.Policy, tolerance policy.Tolerance) (any, policy.Report, error) {
				return traefik.Apply(middleware, p, &traefik.Options{Tolerance: tolerance, Accept: adaptertest.Dangers})
			},
			accept: []func(any) error{load(t, middlewares).Accept},
		},
		"traefik, rendered": {
			apply: func(p *policy.Policy, tolerance policy.Tolerance) (any, policy.Report, error) {
				return traefik.Render(p, &traefik.Options{Tolerance: tolerance, Accept: adaptertest.Dangers,
					Name: "cors", Namespace: "shop", Labels: map[string]string{"app": "web"}})
			},
			accept: []func(any) error{load(t, middlewares).Accept},
		},
		"istio": {
			apply: func(p *policy.Policy, tolerance policy.Tolerance) (any, policy.Report, error) {
				return istio.Apply(virtualService, p, &istio.Options{Tolerance: tolerance, Accept: adaptertest.Dangers})
			},
			accept: []func(any) error{load(t, virtualServices).Accept},
		},
		"gatewayapi": {
			apply: func(p *policy.Policy, tolerance policy.Tolerance) (any, policy.Report, error) {
				return gatewayapi.Apply(httpRoute, p, &gatewayapi.Options{Tolerance: tolerance, Accept: adaptertest.Dangers})
			},
			accept: []func(any) error{load(t, httpRoutes).Accept, load(t, httpRoutesExperimental).Accept},
		},
	}
}

// source is where a kind's definition stands.
type source struct{ module, file, apiVersion, kind string }

var (
	middlewares            = source{"github.com/traefik/traefik/v3", "docs/content/reference/dynamic-configuration/traefik.io_middlewares.yaml", "traefik.io/v1alpha1", "Middleware"}
	virtualServices        = source{"istio.io/api", "kubernetes/customresourcedefinitions.gen.yaml", "networking.istio.io/v1", "VirtualService"}
	httpRoutes             = source{"sigs.k8s.io/gateway-api", "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml", "gateway.networking.k8s.io/v1", "HTTPRoute"}
	httpRoutesExperimental = source{"sigs.k8s.io/gateway-api", "config/crd/experimental/gateway.networking.k8s.io_httproutes.yaml", "gateway.networking.k8s.io/v1", "HTTPRoute"}
)

func load(t *testing.T, s source) *crd.Definition {
	t.Helper()
	d, err := crd.Load(s.module, s.file, s.apiVersion, s.kind)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// acceptMetadata is what the API server demands of the metadata of an Ingress,
// annotations of at most 262144 bytes included. CORS changes nothing else there.
func acceptMetadata(object any) error {
	meta := object.(*networkingv1.Ingress).ObjectMeta
	return apivalidation.ValidateObjectMeta(&meta, true, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata")).ToAggregate()
}

func object[O any](t *testing.T, text string) *O {
	t.Helper()
	out := new(O)
	if err := yaml.UnmarshalStrict([]byte(text), out); err != nil {
		t.Fatal(err)
	}
	return out
}

// The objects are such as they are stored: with every default written out.
const (
	ingressYAML = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/rewrite-target: /$1
    cert-manager.io/cluster-issuer: letsencrypt
spec:
  ingressClassName: nginx
  rules:
  - host: api.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: web, port: {number: 80}}}
`
	middlewareYAML = `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata:
  name: headers
  namespace: shop
  labels: {app: web}
spec:
  headers:
    customResponseHeaders: {X-Powered-By: ""}
    stsSeconds: 31536000
    stsIncludeSubdomains: true
    frameDeny: true
`
	virtualServiceYAML = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: web
  namespace: shop
spec:
  hosts: [api.example.com]
  gateways: [istio-system/public]
  http:
  - name: orders
    match:
    - uri: {prefix: /orders}
      headers: {x-canary: {exact: "1"}}
    - uri: {prefix: /orders}
    timeout: 3s
    headers: {response: {set: {x-frame-options: DENY}}}
    route:
    - destination: {host: orders, subset: v1}
      weight: 90
    - destination: {host: orders, subset: v2}
      weight: 10
  - name: old
    match: [{uri: {exact: /old}}]
    redirect: {uri: /new}
  - route: [{destination: {host: web, port: {number: 80}}}]
    retries: {attempts: 2, perTryTimeout: 1s}
`
	httpRouteYAML = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: web
  namespace: shop
spec:
  parentRefs:
  - {group: gateway.networking.k8s.io, kind: Gateway, name: public, sectionName: https}
  hostnames: [api.example.com]
  rules:
  - matches:
    - {path: {type: PathPrefix, value: /orders}, method: PUT}
    - {path: {type: PathPrefix, value: /orders}, method: OPTIONS}
    filters:
    - type: ResponseHeaderModifier
      responseHeaderModifier: {set: [{name: X-Frame-Options, value: DENY}]}
    timeouts: {request: 3s}
    backendRefs:
    - {group: "", kind: Service, name: orders, port: 80, weight: 1}
  - matches:
    - {path: {type: PathPrefix, value: /}}
    filters:
    - type: CORS
      cors: {allowOrigins: ["https://old.example.com"], maxAge: 60}
    backendRefs:
    - {group: "", kind: Service, name: web, port: 80, weight: 1}
`
)
