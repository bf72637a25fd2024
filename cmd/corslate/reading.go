package main

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/adapters/traefik"
)

// reading says how objects are read: by which controllers, of which releases.
type reading struct {
	nginx   nginx.Options
	traefik traefik.Options
	istio   istio.Options
	gateway gatewayapi.Options
	rules   []string

	name, namespace string // of bare policies
}

func (r *reading) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&r.nginx.Prefix, "annotation-prefix", nginx.DefaultPrefix, "the `prefix` of the annotations: ingress-nginx's --annotations-prefix")
	choiceFlag(cmd, &r.nginx.Controller, "nginx-controller", "what reads the annotations",
		option[nginx.Controller]{"ingress-nginx", nginx.IngressNGINX}, option[nginx.Controller]{"traefik", nginx.TraefikProvider})
	choiceFlag(cmd, &r.nginx.Release, "nginx-release", "the release of ingress-nginx",
		option[nginx.Release]{"v1.12", nginx.FromV112}, option[nginx.Release]{"v1.12-not-validating", nginx.FromV112NotValidating},
		option[nginx.Release]{"before-v1.12", nginx.BeforeV112})
	choiceFlag(cmd, &r.traefik.Algorithm, "traefik-algorithm", "how Traefik answers: reflecting from v3.6.22 and v3.7.6 on, literal before",
		option[traefik.Algorithm]{"reflecting", traefik.Reflecting}, option[traefik.Algorithm]{"literal", traefik.Literal})
	choiceFlag(cmd, &r.gateway.Implementation, "gateway", "what carries out HTTPRoutes", gateways...)
	f.StringSliceVar(&r.rules, "rule", nil, "of HTTPRoutes and VirtualServices read only the rules with this `name or index`")
	f.StringVar(&r.name, "name", "", "the `name` of bare policies, which have none")
	f.StringVar(&r.namespace, "namespace", "", "the `namespace` of bare policies")
}

var gateways = []option[gatewayapi.Implementation]{
	{"specification", gatewayapi.Specification},
	{"istio", gatewayapi.Istio},
	{"envoy-gateway", gatewayapi.EnvoyGateway},
	{"kgateway", gatewayapi.Kgateway},
	{"nginx-gateway-fabric", gatewayapi.NGINXGatewayFabric},
	{"cilium", gatewayapi.Cilium},
	{"agentgateway", gatewayapi.Agentgateway},
	{"traefik", gatewayapi.Traefik},
}

// finish completes the options from the flags.
func (r *reading) finish() {
	r.gateway.RuleNames, r.gateway.RuleIndexes = selectors(r.rules)
	r.istio.RouteNames, r.istio.RouteIndexes = selectors(r.rules)
}

// selectors tells indexes from names.
func selectors(words []string) (names []string, indexes []int) {
	for _, word := range words {
		if i, err := strconv.Atoi(word); err == nil {
			indexes = append(indexes, i)
		} else {
			names = append(names, word)
		}
	}
	return names, indexes
}
