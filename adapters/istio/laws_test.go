package istio_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

type fragment = *networkingv1alpha3.CorsPolicy

type object = *networkingv1.VirtualService

func accepting(t policy.Tolerance) *istio.Options {
	return &istio.Options{Tolerance: t, Accept: adaptertest.Dangers}
}

func TestLaws(t *testing.T) {
	adaptertest.Laws(t, adaptertest.Adapter[fragment, object]{
		Render: func(p *policy.Policy, t policy.Tolerance) (fragment, policy.Report, error) {
			return istio.Render(p, accepting(t))
		},
		Parse: func(f fragment) (*policy.Policy, policy.Report, error) { return istio.Parse(f, nil) },
		Apply: func(o object, p *policy.Policy, t policy.Tolerance) (object, policy.Report, error) {
			return istio.Apply(o, p, accepting(t))
		},
		Extract: func(o object) (*policy.Policy, policy.Report, error) { return istio.Extract(o, nil) },
		Remove:  func(o object) object { return istio.Remove(o, nil) },
		Objects: []object{full(), {Spec: networkingv1alpha3.VirtualService{Http: []*networkingv1alpha3.HTTPRoute{{}}}}},
		Clone:   object.DeepCopy,
		Compare: cmp.Options{protocmp.Transform()},
	})
}

// full is an object without CORS that holds something of everything else.
func full() object {
	exact := func(s string) *networkingv1alpha3.StringMatch {
		return &networkingv1alpha3.StringMatch{MatchType: &networkingv1alpha3.StringMatch_Exact{Exact: s}}
	}
	to := func(host string) []*networkingv1alpha3.HTTPRouteDestination {
		return []*networkingv1alpha3.HTTPRouteDestination{{Destination: &networkingv1alpha3.Destination{Host: host}, Weight: 100}}
	}
	vs := &networkingv1.VirtualService{
		TypeMeta: metav1.TypeMeta{APIVersion: "networking.istio.io/v1", Kind: "VirtualService"},
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "shop", Generation: 3,
			Labels: map[string]string{"app": "web"}, Annotations: map[string]string{"team": "shop"}},
	}
	vs.Spec.Hosts = []string{"api.example.com"}
	vs.Spec.Gateways = []string{"istio-system/public"}
	vs.Spec.Http = []*networkingv1alpha3.HTTPRoute{
		{
			Name:    "orders",
			Match:   []*networkingv1alpha3.HTTPMatchRequest{{Uri: exact("/orders"), Method: exact("PUT")}, {Headers: map[string]*networkingv1alpha3.StringMatch{"x-canary": exact("1")}}},
			Route:   to("orders"),
			Timeout: durationpb.New(3e9),
			Headers: &networkingv1alpha3.Headers{Response: &networkingv1alpha3.Headers_HeaderOperations{Set: map[string]string{"x-frame-options": "DENY"}}},
		},
		{Name: "old", Match: []*networkingv1alpha3.HTTPMatchRequest{{Uri: exact("/old")}}, Redirect: &networkingv1alpha3.HTTPRedirect{Uri: "/new"}},
		{Name: "health", DirectResponse: &networkingv1alpha3.HTTPDirectResponse{Status: 204}},
		{Name: "team", Delegate: &networkingv1alpha3.Delegate{Name: "team", Namespace: "team"}},
		{Route: to("web"), Retries: &networkingv1alpha3.HTTPRetry{Attempts: 2}},
	}
	vs.Spec.Tls = []*networkingv1alpha3.TLSRoute{{Match: []*networkingv1alpha3.TLSMatchAttributes{{SniHosts: []string{"x.example.com"}}}}}
	vs.Spec.ExportTo = []string{"."}
	vs.Status.ObservedGeneration = 3
	// A field of a newer release.
	vs.Spec.ProtoReflect().SetUnknown([]byte{0x9a, 0x06, 0x01, 0x41})
	return vs
}
