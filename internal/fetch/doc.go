// Package fetch is the browser's side of the CORS protocol: given what a page
// asks for and the real answers of a server, it says whether a browser that
// follows the Fetch standard lets the page read the response. Tests judge
// proxies by it, and a probe judges running endpoints.
//
// [PreflightRequest] builds the headers that the browser sends first and
// [Judge] reads the answers. A policy p and a server that implements it agree
// when Judge's verdict on the server's answers equals p.Check's.
//
// The steps are those of the [CORS-preflight fetch], the [CORS check] and, for
// the headers that the page may read, [main fetch], as of the review draft of
// June 2026. Left out is what no header decides:
//
//   - The CORS-preflight cache: every request that needs a preflight is judged
//     with one.
//   - Preflights for another reason than method and headers, that is Fetch's
//     use-CORS-preflight flag (listeners on an XMLHttpRequest's upload, bodies
//     that are streams).
//   - Redirects: an actual response with a redirect status is judged as the
//     response that it is, by the CORS check that precedes following it.
//   - The HTTP cache: of a 304 that answers the browser's own revalidation, the
//     headers that count are those of the stored response after its update.
//   - Limits that a browser puts on the age of cached preflights.
//
// Browsers are known to differ from the standard, which this package follows:
// Chromium, Firefox and Safari still let `*` stand for Authorization in
// Access-Control-Allow-Headers ([whatwg/fetch#1919]), and Chromium takes a
// negative Access-Control-Max-Age for 0 and one beyond int64 for 5
// ([preflight_result.cc]).
//
// [CORS-preflight fetch]: https://fetch.spec.whatwg.org/#cors-preflight-fetch
// [CORS check]: https://fetch.spec.whatwg.org/#cors-check
// [main fetch]: https://fetch.spec.whatwg.org/#main-fetch
// [whatwg/fetch#1919]: https://github.com/whatwg/fetch/issues/1919
// [preflight_result.cc]: https://source.chromium.org/chromium/chromium/src/+/main:services/network/cors/preflight_result.cc
package fetch
