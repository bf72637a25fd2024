package matrix

import (
	"flag"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/corslate/corslate/conformance"
	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

// generated is how many policies of the fixed corpus, and how many of each
// run's own, are generated.
const (
	generated = 80
	random    = 30
)

// fixedCorpus returns the policies that every run tries.
func fixedCorpus() []*policy.Policy {
	var out []*policy.Policy
	for _, s := range traps {
		out = append(out, policy.MustNew(s))
	}
	for seed := range generated {
		out = append(out, conformance.Policies().Example(seed))
	}
	return out
}

var seed = flag.Int("seed", -1, "the random policies of another run, by the seed that it logged")

// randomCorpus returns policies that no other run may have tried, and logs how
// to get them again.
func randomCorpus(t *testing.T) []*policy.Policy {
	from := *seed
	if from < 0 {
		from = rand.IntN(1 << 30)
	}
	t.Logf("to have the same policies: -seed %d", from)
	out := make([]*policy.Policy, random)
	for i := range out {
		out[i] = rapid.OneOf(adaptertest.Policies(), conformance.Policies()).Example(from + i)
	}
	return out
}

func seconds(n int64) *int64 { return &n }

// traps are policies that were got wrong somewhere, by a data plane, a tool or
// a person.
var traps = []policy.Spec{
	{},
	{AllowMethods: []string{"PUT"}, AllowHeaders: []string{"X-A"}, MaxAgeSeconds: seconds(600)}, // nobody
	{AllowOrigins: []string{"*"}},
	{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*", "Authorization"}, ExposeHeaders: []string{"*"}, MaxAgeSeconds: seconds(3600)},
	{AllowOrigins: []string{"*"}, AllowCredentials: true},
	{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, ExposeHeaders: []string{"*"}, AllowCredentials: true},
	{AllowOrigins: []string{"null"}},
	{AllowOrigins: []string{"null", "https://null"}, AllowCredentials: true},
	{AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"PUT", "DELETE"}, AllowHeaders: []string{"X-A", "Authorization"},
		ExposeHeaders: []string{"X-Total-Count"}, AllowCredentials: true, MaxAgeSeconds: seconds(600)},
	{AllowOrigins: []string{"https://app.example.com"}, MaxAgeSeconds: seconds(0)},
	{AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"PUT"}, MaxAgeSeconds: seconds(0)},
	{AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"PUT"}, MaxAgeSeconds: seconds(9223372036854775807)},
	{AllowOrigins: []string{"https://app.example.com", "https://app.example.com:8443", "http://app.example.com"}},
	{AllowOrigins: []string{"https://app.example.com:*"}, AllowMethods: []string{"PUT"}},
	{AllowOrigins: []string{"https://*.example.com"}, AllowMethods: []string{"PUT"}, AllowCredentials: true, MaxAgeSeconds: seconds(60)},
	{AllowOrigins: []string{"https://**.example.com"}, AllowMethods: []string{"PUT"}, AllowCredentials: true, MaxAgeSeconds: seconds(60)},
	{AllowOrigins: []string{"https://*.example.com:8443", "https://example.com"}},
	{AllowOrigins: []string{"https://**.example.com:*"}},
	{AllowOrigins: []string{"https://**"}},
	{AllowOrigins: []string{"https://**:*", "http://localhost:*"}},
	{AllowOrigins: []string{"https://*.co.uk"}},
	{AllowOrigins: []string{"http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"}, AllowCredentials: true},
	{AllowOrigins: []string{"https://my_app.example.com"}},
	{AllowOrigins: []string{"https://a.example."}},
	{AllowOrigins: []string{"https://xn--bcher-kva.example"}},
	{AllowOrigins: []string{"chrome-extension://abcdefghijklmnop", "moz-extension://a1b2", "capacitor://localhost"}},
	{AllowOrigins: []string{"extension://abc"}},
	{AllowOrigins: []string{"s://a.example"}},
	{AllowOrigins: []string{`~https://(a|b)\.example`}},
	{AllowOrigins: []string{`~https://a\.example|https://b\.example`}},
	{AllowOrigins: []string{`~https://a.example`}},
	{AllowOrigins: []string{`~https://.*\.example\.com`}, AllowCredentials: true},
	{AllowOrigins: []string{`~(?i)https://A\.example`}},
	{AllowOrigins: []string{`~.*`}, AllowCredentials: true},
	{AllowOrigins: []string{`~https://a\.example(:[0-9]+)?`}},
	{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"*"}, AllowCredentials: true},
	{AllowOrigins: []string{"https://a.example"}, AllowHeaders: []string{"*"}, AllowCredentials: true},
	{AllowOrigins: []string{"https://a.example"}, AllowHeaders: []string{"*"}},
	{AllowOrigins: []string{"https://a.example"}, AllowHeaders: []string{"Authorization"}},
	{AllowOrigins: []string{"https://a.example"}, ExposeHeaders: []string{"*", "X-A"}, AllowCredentials: true},
	{AllowOrigins: []string{"https://a.example"}, ExposeHeaders: []string{"Set-Cookie", "Content-Type", "X-A"}},
	{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"patch", "PATCH", "Custom", "M-SEARCH", "X!y"}},
	{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"OPTIONS"}},
	{AllowOrigins: []string{"https://a.example"}, AllowHeaders: []string{"X_Under", "X.Dot", "X'Quote", "Cookie", "Content-Type"}},
}

// senders are origins to ask from whatever the policy: those that the traps are
// about.
var senders = []string{
	"https://a.example", "https://b.example", "https://axexample", "https://a.example.evil.com", "https://x.a.example", "https://a.example:8443",
	"https://app.example.com", "http://app.example.com", "https://x.app.example.com", "https://example.com", "https://evil-example.com",
	"https://y.x.example.com", "http://localhost:3000", "http://localhost", "chrome-extension://abc", "chrome-extension://abcdefghijklmnop",
	"https://evilnull", "https://null",
}

// requests returns what to ask of a policy that was rendered with the report:
// also the requests by which the report proves what it says. Origins that no
// browser sends are left out: of those ingress-nginx, whose expression has no
// start anchor, allows some ("xhttps://a.example"), to nobody's harm.
func requests(p *policy.Policy, report policy.Report) []policy.Request {
	out := conformance.Requests(p, senders...)
	for _, f := range report {
		if f.Witness != nil && f.Witness.Request.Origin != "" {
			out = append(out, f.Witness.Request)
		}
	}
	written := p.Spec().AllowOrigins
	return slices.DeleteFunc(out, func(r policy.Request) bool {
		scheme, _, ok := strings.Cut(r.Origin, "://")
		return ok && !slices.Contains(schemes, scheme) &&
			!slices.ContainsFunc(written, func(entry string) bool { return strings.HasPrefix(entry, scheme+"://") })
	})
}

// schemes are those of the origins that browsers send, as far as requests use
// them; those that a policy writes come on top.
var schemes = []string{"https", "http", "chrome-extension", "moz-extension", "capacitor", "ionic"}
