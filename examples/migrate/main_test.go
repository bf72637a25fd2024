package main

import (
	"io"
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/examples/internal/golden"
)

func TestOutput(t *testing.T) {
	noInput := func(args []string, stdout, stderr io.Writer) error {
		return run(args, strings.NewReader(""), stdout, stderr)
	}
	for _, target := range []string{"traefik", "istio", "gatewayapi", "nginx"} {
		golden.Check(t, "testdata/"+target+".golden", noInput, "--to", target, "ingress.yaml")
	}
	golden.Check(t, "testdata/empty.golden", noInput)
}

func TestStandardInput(t *testing.T) {
	ingress, err := os.ReadFile("ingress.yaml")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/traefik.golden", func(args []string, stdout, stderr io.Writer) error {
		return run(args, strings.NewReader(string(ingress)), stdout, stderr)
	}, "-")
}

// The Ingress says nothing of credentials, which is true for ingress-nginx and
// refused by browsers beside the * that it sends.
func TestNoTargetGrantsCredentials(t *testing.T) {
	for _, target := range []string{"traefik", "istio", "gatewayapi", "nginx"} {
		var stdout strings.Builder
		if err := run([]string{"--to", target, "ingress.yaml"}, nil, &stdout, io.Discard); err != nil {
			t.Fatal(err)
		}
		var object any
		if err := yaml.Unmarshal([]byte(stdout.String()), &object); err != nil {
			t.Fatal(err)
		}
		if grantsCredentials(object) {
			t.Errorf("%s grants credentials:\n%s", target, &stdout)
		}
	}
}

func grantsCredentials(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		for key, v := range value {
			if strings.HasSuffix(strings.ToLower(key), "credentials") && v != false && v != "false" || grantsCredentials(v) {
				return true
			}
		}
	case []any:
		for _, v := range value {
			if grantsCredentials(v) {
				return true
			}
		}
	}
	return false
}
