package istio_test

import (
	"fmt"
	"log"

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/policy"
)

func Example() {
	p := policy.MustNew(policy.Spec{AllowOrigins: []string{"https://a.example"}})
	vs := &networkingv1.VirtualService{}
	vs.Spec.Http = []*networkingv1alpha3.HTTPRoute{{Name: "web"}}

	applied, report, err := istio.Apply(vs, p, nil)
	for _, f := range report {
		fmt.Println(f.Effect, f.Code)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(applied.Spec.Http[0].CorsPolicy.AllowOrigins[0].GetExact())
	// Output:
	// note releases-differ
	// note no-vary
	// note application-headers
	// https://a.example
}

func ExampleRender() {
	hour := int64(3600)
	p, err := policy.New(policy.Spec{
		AllowOrigins:     []string{"https://dashboard.example.com", "https://*.preview.example.com"},
		AllowMethods:     []string{"GET", "POST", "PUT", "DELETE"},
		AllowHeaders:     []string{"Authorization", "Content-Type"},
		AllowCredentials: true,
		MaxAgeSeconds:    &hour,
	})
	if err != nil {
		log.Fatal(err)
	}
	corsPolicy, _, err := istio.Render(p, nil)
	if err != nil {
		log.Fatal(err)
	}
	text, err := yaml.Marshal(corsPolicy)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(text))
	// Output:
	// allowCredentials: true
	// allowHeaders:
	// - Authorization
	// - Content-Type
	// allowMethods:
	// - DELETE
	// - GET
	// - POST
	// - PUT
	// allowOrigins:
	// - regex: https://[a-z0-9-]+\.preview\.example\.com
	// - exact: https://dashboard.example.com
	// maxAge: 3600s
	// unmatchedPreflights: IGNORE
}

// A VirtualService says less than its author may think: the prefix lets in
// https://a.example.evil.com.
func ExampleExtract() {
	const manifest = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: web
spec:
  hosts: [api.example]
  http:
  - route: [{destination: {host: web}}]
    corsPolicy:
      allowOrigins: [{prefix: https://a.example}]
      allowMethods: [GET, PUT]
      unmatchedPreflights: IGNORE
`
	vs := new(networkingv1.VirtualService)
	if err := yaml.Unmarshal([]byte(manifest), vs); err != nil {
		log.Fatal(err)
	}
	p, report, err := istio.Extract(vs, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range report.With(policy.Danger) {
		fmt.Println(f.Code, f.Path)
		fmt.Println(f.Witness.Request.Origin, p.AllowsOrigin(f.Witness.Request.Origin))
	}
	// Output:
	// prefix-in-host spec.http[0].corsPolicy.allowOrigins[0].prefix
	// https://a.example.evil.com true
}
