// Command migrate reads an Ingress of ingress-nginx and prints what means the
// same elsewhere: a Traefik Middleware, or an Istio VirtualService, a Gateway
// API HTTPRoute or an Ingress with just the CORS part, to be merged into the
// objects of that name. What the words of the Ingress really meant, and what
// is lost, goes to standard error.
//
//	go run ./examples/migrate [--to traefik|istio|gatewayapi|nginx] [ingress.yaml]
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	istionetworkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/adapters/traefik"
	"github.com/corslate/corslate/examples/internal/sample"
	"github.com/corslate/corslate/policy"
)

func main() {
	sample.Main(func(args []string, stdout, stderr io.Writer) error { return run(args, os.Stdin, stdout, stderr) })
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("migrate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	to := flags.String("to", "traefik", "the data plane to write for: traefik, istio, gatewayapi or nginx")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 1 {
		return errors.New("more than one file; give one Ingress")
	}
	ingress, err := read(flags.Arg(0), stdin)
	if err != nil {
		return err
	}

	p, report, err := nginx.Extract(ingress, nil)
	sample.Report(stderr, report)
	if err != nil {
		return err
	}
	object, report, err := write(*to, p, ingress.ObjectMeta)
	if err != nil {
		return err
	}
	sample.Report(stderr, report)
	return sample.Write(stdout, object)
}

// read reads one Ingress from a file, or from stdin if the name is empty or -.
func read(name string, stdin io.Reader) (*networkingv1.Ingress, error) {
	if name != "" && name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		stdin = file
	}
	text, err := io.ReadAll(stdin)
	if err != nil {
		return nil, err
	}
	var ingress networkingv1.Ingress
	if err := yaml.UnmarshalStrict(text, &ingress); err != nil {
		return nil, fmt.Errorf("no Ingress: %w", err)
	}
	if ingress.Kind != "Ingress" {
		return nil, fmt.Errorf("the object is of kind %q; give an Ingress", ingress.Kind)
	}
	return &ingress, nil
}

// write returns an object that has the policy, and the name of the Ingress. A
// danger that the Ingress has already is not the migration's to refuse.
func write(target string, p *policy.Policy, from metav1.ObjectMeta) (any, policy.Report, error) {
	accept := policy.Dangers()
	name := metav1.ObjectMeta{Name: from.Name, Namespace: from.Namespace}
	switch target {
	case "traefik":
		return traefik.Render(p, &traefik.Options{Accept: accept, Name: from.Name, Namespace: from.Namespace})
	case "istio":
		return istio.Apply(&istionetworkingv1.VirtualService{
			TypeMeta:   metav1.TypeMeta{APIVersion: "networking.istio.io/v1", Kind: "VirtualService"},
			ObjectMeta: name,
			Spec:       networkingv1alpha3.VirtualService{Http: []*networkingv1alpha3.HTTPRoute{{}}},
		}, p, &istio.Options{Accept: accept})
	case "gatewayapi":
		return gatewayapi.Apply(&gatewayv1.HTTPRoute{
			TypeMeta:   metav1.TypeMeta{APIVersion: gatewayv1.GroupVersion.String(), Kind: "HTTPRoute"},
			ObjectMeta: name,
			Spec:       gatewayv1.HTTPRouteSpec{Rules: []gatewayv1.HTTPRouteRule{{}}},
		}, p, &gatewayapi.Options{Accept: accept})
	case "nginx":
		return nginx.Apply(&networkingv1.Ingress{
			TypeMeta:   metav1.TypeMeta{APIVersion: "networking.k8s.io/v1", Kind: "Ingress"},
			ObjectMeta: name,
		}, p, &nginx.Options{Accept: accept})
	}
	return nil, nil, fmt.Errorf("unknown target %q; write traefik, istio, gatewayapi or nginx", target)
}
