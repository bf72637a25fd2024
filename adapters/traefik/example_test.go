package traefik_test

import (
	"fmt"
	"log"

	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/adapters/traefik"
	"github.com/corslate/corslate/policy"
)

// A Middleware for a policy, and the annotation of the Ingress that uses it.
func Example() {
	p, err := policy.New(policy.Spec{
		AllowOrigins:     []string{"https://*.example.com"},
		AllowMethods:     []string{"PUT", "DELETE"},
		AllowHeaders:     []string{"Content-Type"},
		AllowCredentials: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	opts := &traefik.Options{Name: "cors", Namespace: "shop"}
	middleware, _, err := traefik.Render(p, opts)
	if err != nil {
		log.Fatal(err) // with everything that Traefik cannot say
	}
	text, err := yaml.Marshal(middleware)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(text))

	ingress, _, err := traefik.Attach(&networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Name: "shop", Namespace: "shop"}}, opts)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ingress.Annotations)

	// Output:
	// apiVersion: traefik.io/v1alpha1
	// kind: Middleware
	// metadata:
	//   name: cors
	//   namespace: shop
	// spec:
	//   headers:
	//     accessControlAllowCredentials: true
	//     accessControlAllowHeaders:
	//     - Content-Type
	//     accessControlAllowMethods:
	//     - DELETE
	//     - PUT
	//     accessControlAllowOriginListRegex:
	//     - ^https://[a-z0-9-]+\.example\.com$
	//     accessControlMaxAge: 5
	//     addVaryHeader: true
	// map[traefik.ingress.kubernetes.io/router.middlewares:shop-cors@kubernetescrd]
}

// What an existing Middleware really does.
func ExampleParse() {
	var middleware traefikv1alpha1.Middleware
	if err := yaml.Unmarshal([]byte(`
spec:
  headers:
    accessControlAllowOriginListRegex: ['https://a\.example']
    accessControlAllowCredentials: true
`), &middleware); err != nil {
		log.Fatal(err)
	}
	p, report, err := traefik.Parse(&middleware, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(p.AllowsOrigin("https://a.example.evil.com"))
	for _, f := range report.With(policy.Danger) {
		fmt.Println(f.Code, f.Path)
	}
	// Output:
	// true
	// regex-unanchored spec.headers.accessControlAllowOriginListRegex[0]
}
