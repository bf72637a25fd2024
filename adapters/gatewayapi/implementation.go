package gatewayapi

import "fmt"

// Implementation names what reads a filter. The zero value is the
// specification, and so is every value that is not one of the constants.
type Implementation uint8

const (
	// Specification is the text of the API's types. Where that is silent or
	// leaves a choice the answer is the one that grants most: `*` takes null,
	// the case of hosts and default ports do not matter, `*` in allowHeaders
	// echoes, `*` in exposeHeaders is sent with credentials too.
	Specification      Implementation = iota
	Istio                             // 1.28.6, 1.29.1 and later
	EnvoyGateway                      // 1.9
	Kgateway                          // 2.4
	NGINXGatewayFabric                // before 2.7
	Cilium                            // 1.20
	Agentgateway                      // 1.0
	Traefik                           // 3.8; releases up to 3.7 answer every request of the rule with 500
)

var implementationNames = [...]string{
	Specification: "the specification", Istio: "Istio", EnvoyGateway: "Envoy Gateway", Kgateway: "kgateway",
	NGINXGatewayFabric: "NGINX Gateway Fabric", Cilium: "Cilium", Agentgateway: "agentgateway", Traefik: "Traefik",
}

// String returns the implementation's name as its authors write it.
func (i Implementation) String() string {
	if int(i) >= len(implementationNames) {
		return fmt.Sprintf("Implementation(%d)", uint8(i))
	}
	return implementationNames[i]
}

// model is how an implementation reads a filter.
type model struct {
	// host is an RE2 expression of what the `*` of a host stands for.
	host string
	// labels is true if that is DNS labels, as in the patterns of a policy.
	labels bool
	// every is an RE2 expression of what a lone `*` takes; empty if that is
	// every origin, null included.
	every string
	// parses is true if configured origins are read as URLs: the case of the
	// host, default ports and leading zeros do not matter.
	parses bool
	// literalHeaders is true if `*` in allowHeaders is sent as such without
	// credentials. Otherwise the requested names are echoed.
	literalHeaders bool
	// expose is what becomes of `*` in exposeHeaders.
	expose exposeModel
	// optionsRoutes is true if a match on a method gets a route for preflights.
	optionsRoutes bool
}

type exposeModel uint8

const (
	exposeSent    exposeModel = iota // the list is sent as it stands
	exposeOnlyAny                    // `*` is sent without the names beside it
	exposeDropped                    // with credentials nothing is sent
)

const (
	reLabels = `[a-z0-9-]+(\.[a-z0-9-]+)*`
	// reURL is any origin but null: istio/istio and kgateway translate `*` so.
	reURL = `[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s?#]+`
)

// models follow the implementations' translations of the filter, in the releases
// that the constants name. Where one is Envoy underneath, regular expressions
// are matched in full and lists sent as they stand, a lone `*` echoed.
var models = [...]model{
	Specification:      {host: reLabels, labels: true, parses: true},
	Istio:              {host: `.*`, every: reURL},
	EnvoyGateway:       {host: `.*`, optionsRoutes: true},
	Kgateway:           {host: `.*`, every: reURL},
	NGINXGatewayFabric: {host: `.*`},
	Cilium:             {host: `[A-Za-z0-9.-]+`},
	// crates/agentgateway/src/http/cors.rs: a host with a colon, so every
	// IPv6 address, is no origin.
	Agentgateway: {host: `[^:/?#]*`, parses: true, expose: exposeOnlyAny},
	Traefik:      {host: `.*`, literalHeaders: true, expose: exposeDropped},
}

func (i Implementation) model() *model {
	if int(i) >= len(models) {
		i = Specification
	}
	return &models[i]
}
