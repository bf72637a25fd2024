package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

const benchmarkIngress = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop-%[1]d
  namespace: team
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
  rules:
  - host: shop-%[1]d.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service: {name: shop-%[1]d, port: {number: 8080}}
`

// What a document costs in each verb; internal/bench compares the whole
// program with a bare one.
func BenchmarkVerbs(b *testing.B) {
	var input bytes.Buffer
	const documents = 100
	for i := range documents {
		fmt.Fprintf(&input, benchmarkIngress, i)
	}
	for _, args := range []string{"convert --to gatewayapi -", "convert --to traefik -", "convert --to istio -", "convert --to nginx -", "check -"} {
		b.Run(strings.ReplaceAll(args, " ", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if got := run(strings.Fields(args), bytes.NewReader(input.Bytes()), io.Discard, io.Discard); got != 0 {
					b.Fatal("exit status", got)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*documents), "µs/document")
		})
	}
}
