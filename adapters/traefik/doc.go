// Package traefik reads and writes CORS policies as Traefik's headers
// Middleware (traefik.io/v1alpha1, spec.headers).
//
// [Render] writes a policy as a Middleware and [Parse] says what a Middleware
// makes browsers do. [Apply], [Extract] and [Remove] work on a Middleware that
// has other headers settings. [Attach] and [Detach] make an Ingress, an
// IngressRoute or an HTTPRoute refer to a Middleware.
//
// # Traps
//
// The same words changed their meaning in patch releases, see [Algorithm]: "*"
// with credentials was refused by browsers up to v3.6.21 and v3.7.5, and since
// lets every origin read credentialed responses. Render writes what means the
// same before and after.
//
// The entries of accessControlAllowOriginList are compared byte by byte: there
// is no wildcard but "*". Those of accessControlAllowOriginListRegex match any
// part of the origin, so https://a\.example allows https://a.example.evil.com.
//
// One expression that does not compile, or a headers block that sets nothing,
// takes the whole router out of service. So does the empty Middleware that
// [Remove] leaves behind if CORS was all there was: detach it and delete it.
//
// Traefik answers every preflight itself. Its answer never has Vary, and an
// application's own Access-Control-Allow-Origin reaches the browser for origins
// that do not match, unless customResponseHeaders takes it off.
//
// A Middleware that another one in the chain precedes sees only what that lets
// pass; authentication refuses preflights. Attach puts the reference in front.
//
// The rules were read in pkg/middlewares/headers, pkg/server/middleware and
// pkg/provider/kubernetes of https://github.com/traefik/traefik, v3.6.12,
// v3.6.25 and v3.7.13, and compared with the real middleware of either
// algorithm.
//
// To write a policy and make an Ingress use it:
//
//	opts := &traefik.Options{Name: "cors", Namespace: "shop"}
//	middleware, report, err := traefik.Render(p, opts)
//	…
//	ingress, report, err = traefik.Attach(ingress, opts)
package traefik
