// Package gatewayapi writes CORS policies as the CORS filter of Gateway API's
// HTTPRoute, and reads the policies that such filters have.
//
// [Render] writes a filter and [Parse] reads one; [Apply], [Extract] and
// [Remove] work on the rules of a whole HTTPRoute. Everything is judged by the
// specification of sigs.k8s.io/gateway-api v1.6.3, or by what one
// implementation makes of it if [Options] name it.
//
// What to know about this target:
//
//   - A filter speaks of http and https only: no custom schemes, no null, no
//     IPv6, no underscore, no port wildcard. Its `*.` takes any number of
//     labels, so https://*.a.example of a policy cannot be said and
//     https://**.a.example is written `https://*.a.example`.
//   - A lone `*` with credentials reflects every origin: every site reads with
//     the user's cookies. Browsers do not stop it, as no `*` reaches them.
//   - A lone `*` in allowHeaders echoes what was asked for, Authorization
//     included.
//   - An absent maxAge is 5 seconds, and 0 is absent.
//   - The filter sees only what its rule matches. A rule with `method: GET` or
//     with header matches never sees a preflight; [Apply] and [Extract] report
//     that.
//   - Objects are held to the schema of v1.5.1 and later. What only v1.3 or
//     v1.4 accepted (custom schemes, ["*", "Authorization"]) is malformed here.
//
// Sources: apis/v1/httproute_types.go, apis/v1/shared_types.go and
// geps/gep-1767/index.md of https://github.com/kubernetes-sigs/gateway-api.
//
//	route, report, err := gatewayapi.Apply(route, p, nil)
//	if err != nil {
//		return err // report holds every finding, err those that stood in the way
//	}
package gatewayapi
