package nginx_test

import (
	"fmt"
	"maps"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/policy"
)

func Example() {
	ingress := &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Name: "api", Annotations: map[string]string{
		"nginx.ingress.kubernetes.io/enable-cors":  "true",
		"nginx.ingress.kubernetes.io/ssl-redirect": "true",
	}}}
	p := policy.MustNew(policy.Spec{AllowOrigins: []string{"https://*.example.com"}, AllowCredentials: true})

	ingress, report, err := nginx.Apply(ingress, p, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("exact:", report.Exact())
	fmt.Println(ingress.Annotations["nginx.ingress.kubernetes.io/cors-allow-origin"])
	fmt.Println(ingress.Annotations["nginx.ingress.kubernetes.io/ssl-redirect"])
	// Output:
	// exact: true
	// https://*.example.com
	// true
}

func ExampleRender() {
	hour := int64(3600)
	p := policy.MustNew(policy.Spec{
		AllowOrigins:     []string{"https://dashboard.example.com"},
		AllowMethods:     []string{"GET", "PUT", "DELETE"},
		AllowHeaders:     []string{"Authorization", "Content-Type"},
		AllowCredentials: true,
		MaxAgeSeconds:    &hour,
	})
	annotations, _, err := nginx.Render(p, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(annotations)) {
		fmt.Printf("%s: %q\n", name, annotations[name])
	}
	// Output:
	// nginx.ingress.kubernetes.io/cors-allow-credentials: "true"
	// nginx.ingress.kubernetes.io/cors-allow-headers: "Authorization,Content-Type"
	// nginx.ingress.kubernetes.io/cors-allow-methods: "DELETE,GET,PUT"
	// nginx.ingress.kubernetes.io/cors-allow-origin: "https://dashboard.example.com"
	// nginx.ingress.kubernetes.io/cors-expose-headers: ""
	// nginx.ingress.kubernetes.io/cors-max-age: "3600"
	// nginx.ingress.kubernetes.io/enable-cors: "true"
}

// A trailing slash opens the list to every website, without a word from the
// controller.
func ExampleParse_trap() {
	p, report, err := nginx.Parse(map[string]string{
		"nginx.ingress.kubernetes.io/enable-cors":            "true",
		"nginx.ingress.kubernetes.io/cors-allow-origin":      "https://dashboard.example.com/",
		"nginx.ingress.kubernetes.io/cors-allow-credentials": "false",
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.AllowsOrigin("https://evil.example"))
	for _, f := range report.With(policy.Danger) {
		fmt.Println(f.Code, f.Path)
	}
	// Output:
	// true
	// origin-list-opened nginx.ingress.kubernetes.io/cors-allow-origin
}

// The default of ingress-nginx, every origin and credentials, is anonymous
// access: browsers refuse the answer to a credentialed request.
func ExampleParse() {
	p, _, err := nginx.Parse(map[string]string{"nginx.ingress.kubernetes.io/enable-cors": "true"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Check(policy.Request{Origin: "https://a.example"}).Allowed)
	fmt.Println(p.Check(policy.Request{Origin: "https://a.example", Credentials: true}).Allowed)
	// Output:
	// true
	// false
}
