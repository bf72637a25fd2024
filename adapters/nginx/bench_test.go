package nginx_test

import (
	"fmt"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/policy"
)

func policyOf(origins int) *policy.Policy {
	seconds := int64(3600)
	s := policy.Spec{AllowMethods: []string{"GET", "PUT", "DELETE"}, AllowHeaders: []string{"Authorization", "Content-Type"}, AllowCredentials: true, MaxAgeSeconds: &seconds}
	for i := range origins {
		s.AllowOrigins = append(s.AllowOrigins, fmt.Sprintf("https://app-%d.example.com", i))
	}
	return policy.MustNew(s)
}

// Render with its proof costs less than writing the object as YAML.
func BenchmarkRender(b *testing.B) {
	for _, n := range []int{3, 30, 120} {
		p := policyOf(n)
		b.Run(fmt.Sprintf("render/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := nginx.Render(p, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		fragment, _, _ := nginx.Render(p, nil)
		b.Run(fmt.Sprintf("parse/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := nginx.Parse(fragment, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		ingress, _, err := nginx.Apply(ingresses()[1], p, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("yaml/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := yaml.Marshal(ingress); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
