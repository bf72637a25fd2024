// Command generate writes Ingresses of ingress-nginx, each with all seven
// annotations for CORS and three origins of its own, as one stream of YAML.
//
//	go run ./internal/bench/generate 10000 >ingresses.yaml
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	if len(args) != 1 {
		return fmt.Errorf("give the number of Ingresses")
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 0 {
		return fmt.Errorf("%q is no number of Ingresses", args[0])
	}
	w := bufio.NewWriter(stdout)
	for i := range n {
		fmt.Fprintf(w, ingress, i)
	}
	return w.Flush()
}

const ingress = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop-%[1]d
  namespace: team
  labels:
    app.kubernetes.io/name: shop-%[1]d
  annotations:
    nginx.ingress.kubernetes.io/enable-cors: "true"
    nginx.ingress.kubernetes.io/cors-allow-origin: https://shop-%[1]d.example.com, https://admin-%[1]d.example.com:8443, http://localhost:3000
    nginx.ingress.kubernetes.io/cors-allow-methods: GET, PUT, POST, DELETE
    nginx.ingress.kubernetes.io/cors-allow-headers: Authorization, Content-Type, X-Request-Id
    nginx.ingress.kubernetes.io/cors-allow-credentials: "true"
    nginx.ingress.kubernetes.io/cors-expose-headers: X-Total-Count
    nginx.ingress.kubernetes.io/cors-max-age: "3600"
spec:
  ingressClassName: nginx
  tls:
  - hosts:
    - shop-%[1]d.example.com
    secretName: shop-%[1]d-tls
  rules:
  - host: shop-%[1]d.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: shop-%[1]d
            port:
              number: 8080
`
