// Command istio puts a policy onto the HTTP route of a VirtualService.
//
//	go run ./examples/istio [policy.yaml]
package main

import (
	"io"

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/examples/internal/sample"
)

// api is a VirtualService as it may stand in a cluster.
func api() *networkingv1.VirtualService {
	return &networkingv1.VirtualService{
		TypeMeta:   metav1.TypeMeta{APIVersion: "networking.istio.io/v1", Kind: "VirtualService"},
		ObjectMeta: metav1.ObjectMeta{Name: "api", Namespace: "default"},
		Spec: networkingv1alpha3.VirtualService{
			Hosts:    []string{"api.example.com"},
			Gateways: []string{"istio-system/public"},
			Http: []*networkingv1alpha3.HTTPRoute{{
				Name:  "api",
				Route: []*networkingv1alpha3.HTTPRouteDestination{{Destination: &networkingv1alpha3.Destination{Host: "api"}}},
			}},
		},
	}
}

func main() { sample.Main(run) }

func run(args []string, stdout, stderr io.Writer) error {
	p, err := sample.Policy(args)
	if err != nil {
		return err
	}
	service, report, err := istio.Apply(api(), p, nil)
	if err != nil {
		return err
	}
	sample.Report(stderr, report)
	return sample.Write(stdout, service)
}
