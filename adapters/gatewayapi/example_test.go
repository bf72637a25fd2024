package gatewayapi_test

import (
	"fmt"
	"log"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/policy"
)

func Example() {
	hour := int64(3600)
	p, err := policy.New(policy.Spec{
		AllowOrigins:     []string{"https://dashboard.example.com", "https://**.pr.example.com"},
		AllowMethods:     []string{"GET", "POST", "PUT", "DELETE"},
		AllowHeaders:     []string{"Authorization", "Content-Type"},
		AllowCredentials: true,
		MaxAgeSeconds:    &hour,
	})
	if err != nil {
		log.Fatal(err)
	}
	route := &gatewayv1.HTTPRoute{Spec: gatewayv1.HTTPRouteSpec{Rules: []gatewayv1.HTTPRouteRule{{}}}}
	route, report, err := gatewayapi.Apply(route, p, nil)
	if err != nil {
		log.Fatal(err) // report holds every finding, err those that stood in the way
	}
	fmt.Println("exact:", report.Exact())
	out, err := yaml.Marshal(route.Spec)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(out))
	// Output:
	// exact: true
	// rules:
	// - filters:
	//   - cors:
	//       allowCredentials: true
	//       allowHeaders:
	//       - Authorization
	//       - Content-Type
	//       allowMethods:
	//       - DELETE
	//       - GET
	//       - POST
	//       - PUT
	//       allowOrigins:
	//       - https://*.pr.example.com
	//       - https://dashboard.example.com
	//       maxAge: 3600
	//     type: CORS
}

// A one-label wildcard cannot be said: the `*.` of a filter takes any depth.
func ExampleRender_refused() {
	p := policy.MustNew(policy.Spec{AllowOrigins: []string{"https://*.example.com"}})
	_, report, err := gatewayapi.Render(p, nil)
	for _, f := range report.With(policy.Narrower) {
		fmt.Println(f.Code, f.Value)
	}
	fmt.Println(err != nil)

	f, report, err := gatewayapi.Render(p, &gatewayapi.Options{Tolerance: policy.DangerouslyAllowWider})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(f.CORS.AllowOrigins, report.With(policy.Wider)[0].Witness.Request.Origin)
	// Output:
	// inexpressible https://*.example.com
	// true
	// [https://*.example.com] https://evil.www.example.com
}
