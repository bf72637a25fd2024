package istio_test

import (
	"flag"
	"net/http"
	"strconv"
	"strings"
	"testing"

	corsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/cors/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/wrapperspb"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/core/route"
	"pgregory.net/rapid"

	adapter "github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/conformance"
	"github.com/corslate/corslate/conformance/istio"
	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

// TestMain has every property tried on thousands of policies; -rapid.checks
// says otherwise.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "2000"); err != nil {
		panic(err)
	}
	m.Run()
}

// Whatever Render writes, Istio's webhook takes without a warning, Istio
// translates for Envoy without loss, and browsers get from (the model of) Envoy
// what Parse says, and nothing that the policy does not grant.
func TestRender(t *testing.T) {
	policies, rendered, verdicts := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := conformance.Policies().Draw(t, "policy")
		forward := rapid.Bool().Draw(t, "forward")
		policies++
		for tolerance := policy.RequireExact; tolerance <= policy.DangerouslyAllowWider; tolerance++ {
			opts := &adapter.Options{Tolerance: tolerance, Accept: adaptertest.Dangers, ForwardUnmatchedPreflights: forward}
			f, report, err := adapter.Render(p, opts)
			if err != nil {
				continue // refused, as it may: the adapter's laws are about that
			}
			rendered++
			checkValid(t, f, p, opts)
			checkTranslation(t, f)
			verdicts += checkVerdicts(t, f, p, report)
			if report.Exact() {
				break // the other tolerances have nothing to tolerate
			}
		}
	})
	t.Logf("%d fragments of %d policies, %d verdicts", rendered, policies, verdicts)
	if rendered < policies/2 {
		t.Errorf("%d fragments of %d policies", rendered, policies)
	}
}

// checkValid has the webhook look at the fragment alone and in a whole object.
func checkValid(t *rapid.T, f *networkingv1alpha3.CorsPolicy, p *policy.Policy, opts *adapter.Options) {
	if err := istio.Validate(istio.Around(f)); err != nil {
		t.Fatalf("Istio refuses %v: %v", f, err)
	}
	whole, _, err := adapter.Apply(&networkingv1.VirtualService{Spec: *routes()}, p, opts)
	if err != nil {
		t.Fatalf("Apply: %v", err)
	}
	if err := istio.Validate(&whole.Spec); err != nil {
		t.Fatalf("Istio refuses the whole object with %v: %v", f, err)
	}
}

// routes is a VirtualService with routes of several kinds.
func routes() *networkingv1alpha3.VirtualService {
	vs := istio.Around(nil)
	exact := func(s string) *networkingv1alpha3.StringMatch {
		return &networkingv1alpha3.StringMatch{MatchType: &networkingv1alpha3.StringMatch_Exact{Exact: s}}
	}
	vs.Http = append([]*networkingv1alpha3.HTTPRoute{
		{Name: "orders", Match: []*networkingv1alpha3.HTTPMatchRequest{{Uri: exact("/orders"), Method: exact("PUT")}, {Uri: exact("/orders"), Method: exact("OPTIONS")}},
			Route:   []*networkingv1alpha3.HTTPRouteDestination{{Destination: &networkingv1alpha3.Destination{Host: "orders"}}},
			Headers: &networkingv1alpha3.Headers{Response: &networkingv1alpha3.Headers_HeaderOperations{Set: map[string]string{"x-frame-options": "DENY"}}}},
		{Name: "old", Match: []*networkingv1alpha3.HTTPMatchRequest{{Uri: exact("/old")}}, Redirect: &networkingv1alpha3.HTTPRedirect{Uri: "/new"}},
		{Name: "health", Match: []*networkingv1alpha3.HTTPMatchRequest{{Uri: exact("/health")}}, DirectResponse: &networkingv1alpha3.HTTPDirectResponse{Status: 204}},
	}, vs.Http...)
	return vs
}

// checkTranslation compares Istio's translation with the words of the fragment.
func checkTranslation(t *rapid.T, f *networkingv1alpha3.CorsPolicy) {
	want := &corsv3.CorsPolicy{
		AllowMethods:                 strings.Join(f.AllowMethods, ","),
		AllowHeaders:                 strings.Join(f.AllowHeaders, ","),
		ExposeHeaders:                strings.Join(f.ExposeHeaders, ","),
		MaxAge:                       strconv.FormatInt(f.MaxAge.GetSeconds(), 10),
		AllowCredentials:             wrapperspb.Bool(f.AllowCredentials.GetValue()),
		ForwardNotMatchingPreflights: wrapperspb.Bool(f.UnmatchedPreflights == networkingv1alpha3.CorsPolicy_FORWARD),
	}
	for _, m := range f.AllowOrigins {
		to := &matcherv3.StringMatcher{}
		switch m := m.MatchType.(type) {
		case *networkingv1alpha3.StringMatch_Exact:
			to.MatchPattern = &matcherv3.StringMatcher_Exact{Exact: m.Exact}
		case *networkingv1alpha3.StringMatch_Regex:
			to.MatchPattern = &matcherv3.StringMatcher_SafeRegex{SafeRegex: &matcherv3.RegexMatcher{Regex: m.Regex}}
		default:
			t.Fatalf("Render writes exact and regex, not %v", m)
		}
		want.AllowOriginStringMatch = append(want.AllowOriginStringMatch, to)
	}
	got := route.TranslateCORSPolicy(&model.Proxy{}, f)
	got.FilterEnabled = nil // envoy.Filter looks at it
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Fatalf("(-fragment +Envoy):\n%s", diff)
	}
}

// checkVerdicts compares what browsers get with what Parse and the policy say.
// It relies on the model of Envoy.
func checkVerdicts(t *rapid.T, f *networkingv1alpha3.CorsPolicy, asked *policy.Policy, report policy.Report) int {
	server := serve(t, f)
	parsed, _, err := adapter.Parse(f, nil)
	if err != nil {
		t.Fatalf("Parse(%v): %v", f, err)
	}
	requests := conformance.Requests(asked)
	for _, r := range requests {
		got := conformance.Verdict(server, r)
		if diff := cmp.Diff(parsed.Check(r), got); diff != "" {
			t.Fatalf("%+v to %v (-Parse +browser):\n%s", r, f, diff)
		}
		want := asked.Check(r)
		if report.Exact() && !cmp.Equal(want, got) {
			t.Fatalf("%+v to %v, which is reported as exact (-policy +browser):\n%s", r, f, cmp.Diff(want, got))
		}
		if len(report.With(policy.Wider)) == 0 && got.Allowed && !want.Allowed {
			t.Fatalf("%+v to %v is allowed, though %+v refuses it and nothing is reported as wider", r, f, asked.Spec())
		}
	}
	return len(requests)
}

// serve returns the application behind the fragment.
func serve(t *rapid.T, f *networkingv1alpha3.CorsPolicy) http.Handler {
	server, err := istio.Server(f, conformance.Application)
	if err != nil {
		t.Fatalf("%v: %v", f, err)
	}
	return server
}
