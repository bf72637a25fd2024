package manifest

import (
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	sigsyaml "sigs.k8s.io/yaml"
)

const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: team
  labels:
    app: shop
  annotations:
    nginx.ingress.kubernetes.io/enable-cors: "true"
    nginx.ingress.kubernetes.io/cors-allow-origin: "https://a.example, https://b.example, https://*.c.example"
    nginx.ingress.kubernetes.io/cors-allow-methods: "GET, PUT, POST"
    nginx.ingress.kubernetes.io/cors-allow-headers: "X-Requested-With, Content-Type"
    nginx.ingress.kubernetes.io/cors-expose-headers: "X-Total"
    nginx.ingress.kubernetes.io/cors-allow-credentials: "true"
    nginx.ingress.kubernetes.io/cors-max-age: "600"
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: shop
            port:
              number: 80
`

const httpRoute = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
  namespace: team
spec:
  rules:
  - filters:
    - type: CORS
      cors:
        allowOrigins: ["https://a.example", "https://b.example", "https://*.c.example"]
        allowCredentials: true
        allowMethods: [GET, PUT, POST]
        allowHeaders: [X-Requested-With, Content-Type]
        exposeHeaders: [X-Total]
        maxAge: 600
`

func route(t testing.TB) *gatewayv1.HTTPRoute {
	var r gatewayv1.HTTPRoute
	if err := sigsyaml.UnmarshalStrict([]byte(httpRoute), &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

func BenchmarkDecode(b *testing.B) {
	b.Run("manifest", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			d := &Document{Raw: []byte(ingress)}
			for o, err := range d.Objects() {
				if err != nil {
					b.Fatal(err)
				}
				var in networkingv1.Ingress
				if _, err := o.Decode(&in); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("sigs", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var in networkingv1.Ingress
			if err := sigsyaml.Unmarshal([]byte(ingress), &in); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	r := route(b)
	b.Run("manifest", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Encode(r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("sigs", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := sigsyaml.Marshal(r); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	g := &generated{document: []byte("---\n" + ingress)}
	b.SetBytes(64 << 20)
	for b.Loop() {
		g.n = 64 << 20
		s := newSplitter(g, MaxDocumentBytes)
		for {
			if _, err := s.next(); err != nil {
				break
			}
		}
	}
}
