package policy

// Spec is a policy as plain data: a Go literal, YAML or JSON. It means nothing
// until [New] has accepted it.
type Spec struct {
	// AllowOrigins lists the origins whose pages may read responses, each in
	// one of these forms:
	//
	//	*                          every origin, null included
	//	null                       the opaque origin (sandboxed frames, local files)
	//	https://a.example          exactly that; also http://[::1]:3000, capacitor://localhost
	//	https://*.a.example        exactly one more label of [a-z0-9-]+
	//	https://**.a.example       one or more such labels
	//	https://**                 any host name or address of the scheme
	//	https://a.example:*        any port, none included; also after a wildcard or **
	//	~https://(a|b)\.example    every origin that the RE2 expression matches in full
	//
	// Upper case, a default port, a path, a trailing slash, user information
	// and non-ASCII text are refused, with the corrected spelling in the error.
	AllowOrigins []string `json:"allowOrigins,omitempty"`
	// AllowMethods lists methods, case-sensitive; "*" is any. GET, HEAD and
	// POST are CORS-safelisted and allowed whether listed or not. CONNECT,
	// TRACE and TRACK, which Fetch forbids, and a spelling that a browser would
	// upper-case ("put") are refused.
	AllowMethods []string `json:"allowMethods,omitempty"`
	// AllowHeaders lists names of request headers, case-insensitive; "*" is
	// every name but Authorization, which is always listed by name.
	AllowHeaders []string `json:"allowHeaders,omitempty"`
	// ExposeHeaders lists names of response headers that pages may read,
	// case-insensitive. "*" is every name, for requests without credentials
	// only: no server can say it for the others.
	ExposeHeaders []string `json:"exposeHeaders,omitempty"`
	// AllowCredentials lets credentialed requests from every allowed origin
	// succeed, also where that is "*".
	AllowCredentials bool `json:"allowCredentials,omitempty"`
	// MaxAgeSeconds is how long a browser may remember a preflight's answer.
	// Nil means 5, the default of Fetch; 0 turns remembering off; a negative
	// number is refused.
	MaxAgeSeconds *int64 `json:"maxAgeSeconds,omitempty"`
}
