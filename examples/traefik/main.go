// Command traefik prints a policy as a Traefik Middleware, ready for
// kubectl apply -f -, and in a comment the annotation by which an Ingress
// refers to it.
//
//	go run ./examples/traefik [policy.yaml]
package main

import (
	"io"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/corslate/corslate/adapters/traefik"
	"github.com/corslate/corslate/examples/internal/sample"
)

func main() { sample.Main(run) }

func run(args []string, stdout, stderr io.Writer) error {
	p, err := sample.Policy(args)
	if err != nil {
		return err
	}
	opts := &traefik.Options{Name: "cors", Namespace: "default"}
	middleware, report, err := traefik.Render(p, opts)
	if err != nil {
		return err
	}
	sample.Report(stderr, report)
	ingress, _, err := traefik.Attach(&networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: opts.Namespace}}, opts)
	if err != nil {
		return err
	}
	comment := []string{"The Ingress refers to it by the annotation"}
	for key, value := range ingress.Annotations {
		comment = append(comment, "  "+key+": "+value)
	}
	return sample.Write(stdout, middleware, comment...)
}
