package adaptertest

import (
	"pgregory.net/rapid"

	"github.com/corslate/corslate/policy"
)

// The entries from which policies are generated: the ordinary ones, and every
// construct that some data plane reads in a way of its own.
var (
	Origins = []string{
		"*", "null",
		"https://a.example", "https://b.example:8443", "http://localhost:3000", "http://127.0.0.1",
		"http://[::1]:3000", "https://[2001:db8::1]", "https://my_app.example.com",
		"https://app.example.com", "https://example.com", "https://www.example.com",
		"https://*.example.com", "https://**.example.com", "https://*.app.example.com:8443",
		"https://**.example.com:*", "http://localhost:*", "https://**", "https://**:*", "http://**.corp.example.org",
		"capacitor://localhost", "ionic://localhost", "chrome-extension://abcdefghijklmnop", "extension://abc", "s://a.example", "x2+y-z.w://host",
		`~https://(a|b)\.example`, `~https://[a-z]+\.pr\.example\.com`, `~https?://www.example\.com`,
		`~https://.*\.example\.com`, `~(?i)https://X[0-9]\.example\.net(:[0-9]+)?`, `~.*`, `~https://\b[a-z]\w*\.example\.org`,
		"https://xn--bcher-kva.example", "https://a.example.", "https://null", "https://a-b.c-d.example",
	}
	Methods = []string{"*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "M-SEARCH", "patch", "Custom", "X!y"}
	Headers = []string{"*", "Authorization", "authorization", "Content-Type", "X-Requested-With", "x-trace-id", "X.Dot", "X_Under", "Cookie", "Accept", "DNT", "Range", "X'Quote"}
	Expose  = []string{"*", "X-Total-Count", "etag", "Content-Length", "Set-Cookie", "X.Dot", "X_Under", "Link"}
	MaxAges = []int64{0, 1, 5, 600, 3600, 7200, 86400, 1728000, 2147483647, 2147483648, 9223372036, 9223372037, 9223372036854775807}
)

// Specs generates well-formed specs: small ones of the entries above.
func Specs() *rapid.Generator[policy.Spec] {
	return rapid.Custom(func(t *rapid.T) policy.Spec {
		s := policy.Spec{
			AllowOrigins:     rapid.SliceOfN(rapid.SampledFrom(Origins), 0, 4).Draw(t, "origins"),
			AllowMethods:     rapid.SliceOfN(rapid.SampledFrom(Methods), 0, 4).Draw(t, "methods"),
			AllowHeaders:     rapid.SliceOfN(rapid.SampledFrom(Headers), 0, 4).Draw(t, "headers"),
			ExposeHeaders:    rapid.SliceOfN(rapid.SampledFrom(Expose), 0, 3).Draw(t, "expose"),
			AllowCredentials: rapid.Bool().Draw(t, "credentials"),
		}
		if rapid.Bool().Draw(t, "has max age") {
			seconds := rapid.SampledFrom(MaxAges).Draw(t, "max age")
			s.MaxAgeSeconds = &seconds
		}
		return s
	})
}

// Policies generates the policies of [Specs].
func Policies() *rapid.Generator[*policy.Policy] {
	return rapid.Map(Specs(), policy.MustNew)
}
