package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRun(t *testing.T) {
	const input = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    nginx.ingress.kubernetes.io/enable-cors: "true"
    nginx.ingress.kubernetes.io/cors-allow-origin: https://a.example, https://b.example
    nginx.ingress.kubernetes.io/cors-allow-methods: GET, PUT
    nginx.ingress.kubernetes.io/cors-allow-headers: X-A
    nginx.ingress.kubernetes.io/cors-allow-credentials: "true"
    nginx.ingress.kubernetes.io/cors-expose-headers: X-B
    nginx.ingress.kubernetes.io/cors-max-age: "60"
`
	const want = `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  rules:
  - filters:
    - cors:
        allowCredentials: true
        allowHeaders:
        - X-A
        allowMethods:
        - GET
        - PUT
        allowOrigins:
        - https://a.example
        - https://b.example
        exposeHeaders:
        - X-B
        maxAge: 60
      type: CORS
status:
  parents: null
`
	file := filepath.Join(t.TempDir(), "ingresses.yaml")
	if err := os.WriteFile(file, []byte(input+input), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := run([]string{file}, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want+want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
