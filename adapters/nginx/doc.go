// Package nginx translates CORS policies to and from the annotations that
// ingress-nginx reads on an Ingress. A fragment is a map of annotations.
//
// [Render] writes the annotations of a policy and proves them by reading them
// back; [Parse] says which policy annotations really have. [Apply], [Extract]
// and [Remove] do the same on a whole Ingress.
//
// What the words mean is not what they look like:
//
//   - Every annotation but enable-cors has a default, and the defaults are
//     generous: every origin, credentials, six methods, twenty days.
//   - No bad value is refused. It is replaced by the default: one trailing slash
//     in the list of origins opens the list to everyone, and credentials "no"
//     means "true".
//   - Every origin together with credentials is anonymous access: the
//     controller answers with a literal *, which browsers refuse for credentialed
//     requests. The same words on other data planes give every website the
//     user's cookies. See [CodeAnonymous].
//   - A wildcard is exactly one label. The expression has no start anchor, so
//     null allows every origin that ends in null, and extension://ID the
//     extensions of all browsers. See [CodeUnanchored].
//   - Some releases read an empty item of the list, a trailing comma for one, as
//     every origin. For a policy without origins Render therefore writes
//     "https://", which no origin is, and not a lone comma.
//   - A controller whose ConfigMap sets annotations-risk-level to Low rejects the
//     whole Ingress for the mere presence of a list of origins, methods or headers.
//   - The list of origins has room for about 136 origins. One more, and the
//     controller can no longer reload at all. See [CodeTooLong].
//
// The rules were read in internal/ingress/annotations/cors/main.go,
// internal/ingress/annotations/parser and
// internal/ingress/controller/template/template.go of
// https://github.com/kubernetes/ingress-nginx (v1.15.1, the last release), and
// observed on a real nginx.
//
// Traefik's provider kubernetesIngressNGINX reads the same annotations and means
// something else by them: see [TraefikProvider].
//
// To put a policy onto an Ingress, whatever CORS annotations it has:
//
//	ingress, report, err := nginx.Apply(ingress, p, nil)
package nginx
