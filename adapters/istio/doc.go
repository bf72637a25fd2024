// Package istio translates CORS policies to and from the corsPolicy of an Istio
// VirtualService, which Envoy's CORS filter carries out.
//
// [Render] writes a policy as a corsPolicy and [Parse] says what a corsPolicy
// really means to browsers. [Apply], [Extract] and [Remove] do the same on the
// HTTP routes of a whole VirtualService.
//
// Some traps of this target, which Parse and Extract report:
//
//   - Envoy tries each origin matcher on the text "*" first. One that matches
//     it, such as the regular expression "[^/]+", allows every origin.
//   - Credentials play no part: exact "*" with allowCredentials lets every site
//     read with the user's cookies.
//   - A prefix that ends within a host also allows https://a.example.evil.com.
//   - A "*" that is alone in allowMethods or allowHeaders stands for whatever is
//     asked for, Authorization included; beside other names it is sent as it is.
//   - There is no policy for a host, only for each route. Redirects and direct
//     responses never have one, and a match on a method or header keeps the
//     preflight out.
//
// Facts are those of source/extensions/filters/http/cors/cors_filter.cc in
// envoyproxy/envoy (from 1.30) and of pilot/pkg/networking/core/route/route.go
// and pkg/config/validation in istio/istio (1.31).
//
// To give every route of a VirtualService a policy, if Istio can say it exactly:
//
//	applied, report, err := istio.Apply(vs, p, nil)
//	for _, f := range report {
//		fmt.Println(f.Effect, f.Code)
//	}
//	if err != nil {
//		log.Fatal(err)
//	}
package istio
