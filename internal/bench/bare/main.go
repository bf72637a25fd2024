// Command bare is the yardstick of what a conversion costs: it decodes each
// Ingress of a stream into the Kubernetes type, copies the words of its CORS
// annotations into an HTTPRoute, and encodes that, with sigs.k8s.io/yaml, one
// after the other. It checks nothing and proves nothing.
//
//	go run ./internal/bench/bare ingresses.yaml >routes.yaml
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	if len(args) != 1 {
		return errors.New("give one file")
	}
	file, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer file.Close()
	w := bufio.NewWriter(stdout)
	for r := utilyaml.NewYAMLReader(bufio.NewReader(file)); ; {
		document, err := r.Read()
		if errors.Is(err, io.EOF) {
			return w.Flush()
		}
		if err != nil {
			return err
		}
		var ingress networkingv1.Ingress
		if err := yaml.Unmarshal(document, &ingress); err != nil {
			return err
		}
		if ingress.Kind == "" {
			continue
		}
		text, err := yaml.Marshal(route(&ingress))
		if err != nil {
			return err
		}
		w.WriteString("---\n") // Flush reports what goes wrong
		w.Write(text)
	}
}

const prefix = "nginx.ingress.kubernetes.io/"

func route(ingress *networkingv1.Ingress) *gatewayv1.HTTPRoute {
	a := ingress.Annotations
	credentials := a[prefix+"cors-allow-credentials"] == "true"
	seconds, _ := strconv.Atoi(a[prefix+"cors-max-age"])
	return &gatewayv1.HTTPRoute{
		TypeMeta:   metav1.TypeMeta{APIVersion: gatewayv1.GroupVersion.String(), Kind: "HTTPRoute"},
		ObjectMeta: metav1.ObjectMeta{Name: ingress.Name, Namespace: ingress.Namespace},
		Spec: gatewayv1.HTTPRouteSpec{Rules: []gatewayv1.HTTPRouteRule{{Filters: []gatewayv1.HTTPRouteFilter{{
			Type: gatewayv1.HTTPRouteFilterCORS,
			CORS: &gatewayv1.HTTPCORSFilter{
				AllowOrigins:     list[gatewayv1.CORSOrigin](a[prefix+"cors-allow-origin"]),
				AllowMethods:     list[gatewayv1.HTTPMethodWithWildcard](a[prefix+"cors-allow-methods"]),
				AllowHeaders:     list[gatewayv1.HTTPHeaderName](a[prefix+"cors-allow-headers"]),
				ExposeHeaders:    list[gatewayv1.HTTPHeaderName](a[prefix+"cors-expose-headers"]),
				AllowCredentials: &credentials,
				MaxAge:           int32(seconds),
			},
		}}}}},
	}
}

func list[T ~string](text string) []T {
	var out []T
	for item := range strings.SplitSeq(text, ",") {
		out = append(out, T(strings.TrimSpace(item)))
	}
	return out
}
