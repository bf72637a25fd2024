package main

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// Every Ingress is valid, and has what the benchmark says of it.
func TestRun(t *testing.T) {
	var out strings.Builder
	if err := run([]string{"3"}, &out); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for r := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(out.String()))); ; {
		text, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var ingress networkingv1.Ingress
		if err := yaml.UnmarshalStrict(text, &ingress); err != nil {
			t.Fatal(err)
		}
		if n := len(ingress.Annotations); n != 7 {
			t.Errorf("%s has %d annotations, want 7", ingress.Name, n)
		}
		if n := strings.Count(ingress.Annotations["nginx.ingress.kubernetes.io/cors-allow-origin"], "://"); n != 3 {
			t.Errorf("%s has %d origins, want 3", ingress.Name, n)
		}
		names[ingress.Name] = true
	}
	if len(names) != 3 {
		t.Errorf("%d Ingresses, want 3", len(names))
	}
	for _, args := range [][]string{nil, {"many"}, {"-1"}} {
		if err := run(args, io.Discard); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}
