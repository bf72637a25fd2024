// Command gatewayapi puts a policy onto the rule of an HTTPRoute.
//
//	go run ./examples/gatewayapi [policy.yaml]
package main

import (
	"io"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/examples/internal/sample"
)

// api is an HTTPRoute as it may stand in a cluster.
func api() *gatewayv1.HTTPRoute {
	port := gatewayv1.PortNumber(80)
	return &gatewayv1.HTTPRoute{
		TypeMeta:   metav1.TypeMeta{APIVersion: gatewayv1.GroupVersion.String(), Kind: "HTTPRoute"},
		ObjectMeta: metav1.ObjectMeta{Name: "api", Namespace: "default"},
		Spec: gatewayv1.HTTPRouteSpec{
			CommonRouteSpec: gatewayv1.CommonRouteSpec{ParentRefs: []gatewayv1.ParentReference{{Name: "public"}}},
			Hostnames:       []gatewayv1.Hostname{"api.example.com"},
			Rules: []gatewayv1.HTTPRouteRule{{
				BackendRefs: []gatewayv1.HTTPBackendRef{{BackendRef: gatewayv1.BackendRef{
					BackendObjectReference: gatewayv1.BackendObjectReference{Name: "api", Port: &port},
				}}},
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
	route, report, err := gatewayapi.Apply(api(), p, nil)
	if err != nil {
		return err
	}
	sample.Report(stderr, report)
	return sample.Write(stdout, route)
}
