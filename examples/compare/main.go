package main

import (
	"fmt"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/policy"
)

func main() {
	meant, _, _ := nginx.Parse(map[string]string{"nginx.ingress.kubernetes.io/enable-cors": "true"}, nil)
	yes := true
	copied, _, _ := gatewayapi.Parse(&gatewayv1.HTTPRouteFilter{Type: "CORS", CORS: &gatewayv1.HTTPCORSFilter{
		AllowOrigins: []gatewayv1.CORSOrigin{"*"}, AllowMethods: []gatewayv1.HTTPMethodWithWildcard{"*"},
		AllowHeaders: []gatewayv1.HTTPHeaderName{"*"}, AllowCredentials: &yes, MaxAge: 1728000}}, nil)
	for _, w := range policy.Compare(meant, copied).Witnesses {
		fmt.Println(w.Effect, w.Field, w)
	}
	filter, _, err := gatewayapi.Render(meant, nil)
	fmt.Println(filter.CORS.AllowOrigins, *filter.CORS.AllowCredentials, err)
}
