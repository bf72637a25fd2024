package istio_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	"pgregory.net/rapid"

	adapter "github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/conformance"
	"github.com/corslate/corslate/conformance/istio"
	"github.com/corslate/corslate/policy"
)

// Parse reads what people write: it refuses exactly what Istio's webhook
// refuses, and says of all else what browsers get from (the model of) Envoy.
func TestParse(t *testing.T) {
	valid, invalid := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		f := fragments().Draw(t, "fragment")
		refusal := istio.Validate(istio.Around(f))
		parsed, report, err := adapter.Parse(f, nil)
		var refused *policy.Error
		if errors.As(err, &refused) != (refusal != nil) {
			t.Fatalf("%v: Istio says %v, Parse says %v", f, refusal, err)
		}
		if refusal != nil {
			invalid++
			return
		}
		valid++
		if err != nil {
			t.Fatalf("Parse(%v): %v", f, err)
		}
		server := serve(t, f)
		for _, r := range conformance.Requests(parsed, senders...) {
			got, want := conformance.Verdict(server, r), parsed.Check(r)
			if len(report.With(policy.Wider)) > 0 && r.Credentials && want.Allowed {
				continue // a "*" beside names, of which no policy can say that it counts without credentials only
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%+v to %v (-Parse +browser):\n%s", r, f, diff)
			}
		}
	})
	t.Logf("%d fragments that Istio takes, %d that it refuses", valid, invalid)
	if valid == 0 || invalid == 0 {
		t.Errorf("%d valid fragments and %d invalid ones", valid, invalid)
	}
}

// senders are origins that the matchers of fragments are about.
var senders = []string{
	"https://a.example", "https://a.example:8443", "http://a.example", "https://a.example.evil.com", "https://axexample",
	"https://app.example.com", "https://x.app.example.com", "https://example.com", "http://localhost:3000", "https://a.com", "httpx://a",
}

// fragments generates corsPolicies as people write them, mistakes included.
func fragments() *rapid.Generator[*networkingv1alpha3.CorsPolicy] {
	return rapid.Custom(func(t *rapid.T) *networkingv1alpha3.CorsPolicy {
		oddities := rapid.IntRange(0, 3).Draw(t, "oddities") == 0
		list := func(label string, good, odd []string) []string {
			if oddities {
				good = append(good, odd...)
			}
			return rapid.SliceOfN(rapid.SampledFrom(good), 0, 3).Draw(t, label)
		}
		f := &networkingv1alpha3.CorsPolicy{
			AllowMethods:  list("methods", []string{"*", "GET", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE"}, []string{"put", "PURGE", "", "GET,PUT"}),
			AllowHeaders:  list("headers", []string{"*", "X-A", "x-a", "Authorization", "a,b", ",", "X_Y", "Origin"}, []string{"", "x y", "x:y", "ü"}),
			ExposeHeaders: list("expose", []string{"*", "X-A", "Set-Cookie", "a,b"}, []string{"", "x;y"}),
			UnmatchedPreflights: rapid.SampledFrom([]networkingv1alpha3.CorsPolicy_UnmatchedPreflights{
				networkingv1alpha3.CorsPolicy_UNSPECIFIED, networkingv1alpha3.CorsPolicy_FORWARD, networkingv1alpha3.CorsPolicy_IGNORE}).Draw(t, "unmatched preflights"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "origins") {
			f.AllowOrigins = append(f.AllowOrigins, matchers(oddities).Draw(t, "origin"))
		}
		if rapid.IntRange(0, 4).Draw(t, "deprecated") == 0 {
			//lint:ignore SA1019 objects have it
			f.AllowOrigin = list("origin", []string{"*", "https://a.example", "https://*.example.com", "anything", ""}, nil)
		}
		if rapid.Bool().Draw(t, "credentials written") {
			f.AllowCredentials = wrapperspb.Bool(rapid.Bool().Draw(t, "credentials"))
		}
		ages := []time.Duration{time.Second, 5 * time.Second, 24 * time.Hour, 9223372036 * time.Second}
		if oddities {
			ages = append(ages, 0, -time.Second, 1500*time.Millisecond, time.Millisecond)
		}
		if rapid.Bool().Draw(t, "max age written") {
			f.MaxAge = durationpb.New(rapid.SampledFrom(ages).Draw(t, "max age"))
		}
		return f
	})
}

func matchers(oddities bool) *rapid.Generator[*networkingv1alpha3.StringMatch] {
	exact := []string{"*", "null", "https://a.example", "https://a.example/", "HTTPS://A.example", "https://a.example:443", "https://*.example.com", "not an origin"}
	prefix := []string{"*", "https://", "https://a.exam", "https://a.example", "http://localhost:", "htt", "https://a.example:8", "nul"}
	regex := []string{".*", ".", `\W`, `https://x\.com|.`, `[^/]+`, `(https://a\.com)?`, `https?://a.example`, `https://.*\.example\.com`, `^https://a\.example$`,
		`(?i)https://A\.example`, `https://[a-z0-9-]+\.example\.com(:[0-9]+)?`, `\Qhttps://a.example`, `https://a\.example|null`, strings.Repeat("a", 1024)}
	var empty *networkingv1alpha3.StringMatch
	if oddities {
		exact, prefix = append(exact, ""), append(prefix, "")
		regex = append(regex, "", "*", "(?=x)", `\C`, "a{1001}", strings.Repeat("a", 1025))
		empty = &networkingv1alpha3.StringMatch{}
	}
	return rapid.Custom(func(t *rapid.T) *networkingv1alpha3.StringMatch {
		switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
		case kind == 0 && empty != nil:
			return empty
		case kind < 4:
			return &networkingv1alpha3.StringMatch{MatchType: &networkingv1alpha3.StringMatch_Exact{Exact: rapid.SampledFrom(exact).Draw(t, "exact")}}
		case kind < 7:
			return &networkingv1alpha3.StringMatch{MatchType: &networkingv1alpha3.StringMatch_Prefix{Prefix: rapid.SampledFrom(prefix).Draw(t, "prefix")}}
		}
		return &networkingv1alpha3.StringMatch{MatchType: &networkingv1alpha3.StringMatch_Regex{Regex: rapid.SampledFrom(regex).Draw(t, "regex")}}
	})
}
