package traefik

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/policy"
)

func ingress(namespace string, annotations map[string]string) *networkingv1.Ingress {
	return &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Name: "shop", Namespace: namespace, Annotations: annotations}}
}

func TestAttachIngress(t *testing.T) {
	const key = "traefik.ingress.kubernetes.io/router.middlewares"
	at := "metadata.annotations[" + key + "]"
	for name, test := range map[string]struct {
		namespace string
		written   string // of the annotation; "" means that there is none
		opts      Options
		want      string
		report    []said
	}{
		"the namespace of the ingress": {"shop", "", Options{Name: "cors"}, "shop-cors@kubernetescrd", nil},
		"another namespace":            {"shop", "", Options{Name: "cors", Namespace: "edge"}, "edge-cors@kubernetescrd", nil},
		"no namespace at all": {"", "", Options{Name: "cors"}, "default-cors@kubernetescrd",
			[]said{{CodeReferenceNamespace, policy.Advice, "", "default", "metadata.namespace"}}},
		"safe naming":             {"my-shop", "", Options{Name: "my.cors", SafeNaming: true}, "my-shop_my.cors@kubernetescrd", nil},
		"in front, the rest kept": {"shop", "auth@file , shop-x@kubernetescrd", Options{Name: "cors"}, "shop-cors@kubernetescrd,auth@file , shop-x@kubernetescrd", nil},
		"already first":           {"shop", " shop-cors@kubernetescrd,auth@file", Options{Name: "cors"}, " shop-cors@kubernetescrd,auth@file", nil},
		"already there, but late": {"shop", "auth@file, shop-cors@kubernetescrd", Options{Name: "cors"}, "auth@file, shop-cors@kubernetescrd",
			[]said{{CodeReferenceOrder, policy.Advice, "", "cors", at}}},
		"runs of other characters are one hyphen": {"my--shop", "", Options{Name: "cors..x"}, "my-shop-cors-x@kubernetescrd",
			[]said{{CodeReferenceAmbiguous, policy.Note, "", "my-shop-cors-x", at}}},
	} {
		t.Run(name, func(t *testing.T) {
			var annotations map[string]string
			if test.written != "" {
				annotations = map[string]string{key: test.written, "other": "kept"}
			}
			before := ingress(test.namespace, annotations)
			kept := before.DeepCopy()
			got, report, err := Attach(before, &test.opts)
			if err != nil {
				t.Fatal(err)
			}
			if got.Annotations[key] != test.want {
				t.Errorf("%q, want %q", got.Annotations[key], test.want)
			}
			if diff := cmp.Diff(test.report, sayings(report)); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
			attachLaws(t, before, kept, got, &test.opts, test.written != test.want)
		})
	}
}

// attachLaws: the input is untouched, attaching twice is attaching once, and
// detaching takes off what attaching put on.
func attachLaws[R Route](t *testing.T, before, kept, attached R, opts *Options, changed bool) {
	t.Helper()
	if diff := cmp.Diff(kept, before); diff != "" {
		t.Errorf("Attach changed its input:\n%s", diff)
	}
	again, _, err := Attach(attached, opts)
	if diff := cmp.Diff(attached, again); diff != "" || err != nil {
		t.Errorf("attaching twice: %v\n%s", err, diff)
	}
	if !changed {
		return
	}
	was := clone(attached)
	if diff := cmp.Diff(before, Detach(attached, opts)); diff != "" {
		t.Errorf("Detach(Attach(x)) is not x:\n%s", diff)
	}
	if diff := cmp.Diff(was, attached); diff != "" {
		t.Errorf("Detach changed its input:\n%s", diff)
	}
	if diff := cmp.Diff(before, Detach(before, opts)); diff != "" {
		t.Errorf("Detach of what is not attached:\n%s", diff)
	}
}

func ingressRoute(namespace string, routes ...traefikv1alpha1.Route) *traefikv1alpha1.IngressRoute {
	return &traefikv1alpha1.IngressRoute{ObjectMeta: metav1.ObjectMeta{Namespace: namespace}, Spec: traefikv1alpha1.IngressRouteSpec{Routes: routes, EntryPoints: []string{"websecure"}}}
}

func TestAttachIngressRoute(t *testing.T) {
	auth := traefikv1alpha1.MiddlewareRef{Name: "auth"}
	for name, test := range map[string]struct {
		opts   Options
		before *traefikv1alpha1.IngressRoute
		want   []traefikv1alpha1.MiddlewareRef // of the first route
		report []said
	}{
		"the same namespace": {
			Options{Name: "cors", Namespace: "shop"},
			ingressRoute("shop", traefikv1alpha1.Route{Match: "Host(`a`)", Middlewares: []traefikv1alpha1.MiddlewareRef{auth}}, traefikv1alpha1.Route{Match: "Host(`b`)"}),
			[]traefikv1alpha1.MiddlewareRef{{Name: "cors"}, auth}, nil,
		},
		"another namespace": {
			Options{Name: "cors", Namespace: "edge"},
			ingressRoute("shop", traefikv1alpha1.Route{Middlewares: []traefikv1alpha1.MiddlewareRef{{Name: "cors"}}}),
			[]traefikv1alpha1.MiddlewareRef{{Name: "cors", Namespace: "edge"}, {Name: "cors"}},
			[]said{{CodeReferenceNamespace, policy.Note, "", "edge", "spec.routes"}},
		},
		"already there, but late": {
			Options{Name: "cors"},
			ingressRoute("shop", traefikv1alpha1.Route{Middlewares: []traefikv1alpha1.MiddlewareRef{auth, {Name: "cors", Namespace: "shop"}}}),
			[]traefikv1alpha1.MiddlewareRef{auth, {Name: "cors", Namespace: "shop"}},
			[]said{{CodeReferenceOrder, policy.Advice, "", "cors", "spec.routes[0].middlewares[1]"}},
		},
		"methods without OPTIONS": {
			Options{Name: "cors"},
			ingressRoute("shop", traefikv1alpha1.Route{Match: "Method(`GET`)"}, traefikv1alpha1.Route{Match: "Method(`GET`) || Method(`OPTIONS`)"}),
			[]traefikv1alpha1.MiddlewareRef{{Name: "cors"}},
			[]said{{policy.CodePreflightNotRouted, policy.Advice, "", "Method(`GET`)", "spec.routes[0].match"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			kept := test.before.DeepCopy()
			got, report, err := Attach(test.before, &test.opts)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Spec.Routes[0].Middlewares); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.report, sayings(report)); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
			attachLaws(t, test.before, kept, got, &test.opts, !report.Has(CodeReferenceOrder))
		})
	}
}

func httpRoute(namespace string, rules ...gatewayv1.HTTPRouteRule) *gatewayv1.HTTPRoute {
	return &gatewayv1.HTTPRoute{ObjectMeta: metav1.ObjectMeta{Namespace: namespace}, Spec: gatewayv1.HTTPRouteSpec{Rules: rules}}
}

func TestAttachHTTPRoute(t *testing.T) {
	ref := gatewayv1.HTTPRouteFilter{Type: gatewayv1.HTTPRouteFilterExtensionRef, ExtensionRef: &gatewayv1.LocalObjectReference{Group: "traefik.io", Kind: "Middleware", Name: "cors"}}
	cors := gatewayv1.HTTPRouteFilter{Type: gatewayv1.HTTPRouteFilterCORS, CORS: &gatewayv1.HTTPCORSFilter{}}
	header := gatewayv1.HTTPRouteFilter{Type: gatewayv1.HTTPRouteFilterRequestHeaderModifier}
	for name, test := range map[string]struct {
		before *gatewayv1.HTTPRoute
		want   []gatewayv1.HTTPRouteFilter // of the first rule
		report []said
	}{
		"in front":      {httpRoute("shop", gatewayv1.HTTPRouteRule{Filters: []gatewayv1.HTTPRouteFilter{header}}, gatewayv1.HTTPRouteRule{}), []gatewayv1.HTTPRouteFilter{ref, header}, nil},
		"already there": {httpRoute("shop", gatewayv1.HTTPRouteRule{Filters: []gatewayv1.HTTPRouteFilter{ref}}), []gatewayv1.HTTPRouteFilter{ref}, nil},
		"a CORS filter": {
			httpRoute("shop", gatewayv1.HTTPRouteRule{Filters: []gatewayv1.HTTPRouteFilter{header, cors}}), []gatewayv1.HTTPRouteFilter{ref, header, cors},
			[]said{{CodeFilterUnsupported, policy.Advice, "", "CORS", "spec.rules[0].filters[1]"}},
		},
		"methods without OPTIONS": {
			httpRoute("shop", gatewayv1.HTTPRouteRule{Matches: []gatewayv1.HTTPRouteMatch{{Method: ptr(gatewayv1.HTTPMethodGet)}, {Method: ptr(gatewayv1.HTTPMethodPost)}}}),
			[]gatewayv1.HTTPRouteFilter{ref},
			[]said{{policy.CodePreflightNotRouted, policy.Advice, "", "", "spec.rules[0].matches"}},
		},
		"methods with OPTIONS": {
			httpRoute("shop", gatewayv1.HTTPRouteRule{Matches: []gatewayv1.HTTPRouteMatch{{Method: ptr(gatewayv1.HTTPMethodGet)}, {Method: ptr(gatewayv1.HTTPMethodOptions)}}}),
			[]gatewayv1.HTTPRouteFilter{ref}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			opts := &Options{Name: "cors", Namespace: "shop"}
			kept := test.before.DeepCopy()
			got, report, err := Attach(test.before, opts)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Spec.Rules[0].Filters); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.report, sayings(report)); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
			attachLaws(t, test.before, kept, got, opts, name != "already there")
		})
	}
}

func TestAttachRefuses(t *testing.T) {
	check := func(name string, isNil bool, report policy.Report, err error, code policy.Code) {
		t.Helper()
		var refused *policy.Error
		if !isNil || !errors.As(err, &refused) || !refused.Findings.Has(code) || !report.Has(code) {
			t.Errorf("%s: %v %v", name, err, report)
		}
	}
	i, report, err := Attach(ingress("shop", nil), nil)
	check("no name", i == nil, report, err, CodeReferenceName)
	r, report, err := Attach(ingressRoute("shop"), &Options{Name: "cors"})
	check("no routes", r == nil, report, err, policy.CodeNoRule)
	h, report, err := Attach(httpRoute("shop"), &Options{Name: "cors"})
	check("no rules", h == nil, report, err, policy.CodeNoRule)
	h, report, err = Attach(httpRoute("shop", gatewayv1.HTTPRouteRule{}), &Options{Name: "cors", Namespace: "edge"})
	check("another namespace", h == nil, report, err, CodeReferenceNamespace)
	h, report, err = Attach(httpRoute("shop", gatewayv1.HTTPRouteRule{Filters: make([]gatewayv1.HTTPRouteFilter, 16)}), &Options{Name: "cors"})
	check("no room", h == nil, report, err, policy.CodeInexpressible)
}
