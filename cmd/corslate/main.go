// Command corslate translates, audits and compares the CORS configuration of
// Kubernetes manifests: the annotations of ingress-nginx, Traefik's Middleware,
// Istio's VirtualService and the Gateway API's HTTPRoute.
//
//	corslate convert --to gatewayapi ingress.yaml
//	corslate check manifests/
//	corslate diff old-ingress.yaml routes-from-another-tool.yaml
//
// Manifests go to standard output, findings and a summary to standard error.
// The exit status is 0 if all went well, 1 if some input or the usage was not
// usable, and 2 if something was refused or differs. Run corslate help for the
// rest.
package main

import (
	"os"
	"runtime/debug"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// gcPercent lets the heap grow further between collections than Go does unless
// GOGC says otherwise: what lives is small, as documents are read one by one.
const gcPercent = 200
