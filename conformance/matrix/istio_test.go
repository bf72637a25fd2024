package matrix

import (
	"net/http"
	"os/exec"
	"testing"

	corsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/cors/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/core/route"

	adapter "github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/conformance/dataplane"
	"github.com/corslate/corslate/conformance/istio"
	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

// istioModel is Istio in front of the model of Envoy's CORS filter.
var istioModel = istioPlane("istio-envoy-model", serveModel)

// serveModel runs what Istio translates on the model of Envoy.
func serveModel(t testing.TB, fragments []*networkingv1alpha3.CorsPolicy) (string, []http.Handler) {
	servers := make([]http.Handler, len(fragments))
	for i, f := range fragments {
		h, err := istio.Server(f, dataplane.Upstream())
		if err != nil {
			t.Errorf("%v: %v", f, err)
		}
		servers[i] = h
	}
	return istioVersion(t) + ", model of Envoy from 1.30 on", servers
}

// TestEnvoy is TestIstio and TestGatewayAPI with a real Envoy. It is the only
// test of this package that does not run everywhere: see [dataplane.StartEnvoy].
func TestEnvoy(t *testing.T) {
	envoy, err := exec.LookPath("envoy")
	if err != nil {
		t.Skip("no program envoy is on the PATH; TestIstio and TestGatewayAPI try the same on a model of it")
	}
	serve := func(t testing.TB, fragments []*networkingv1alpha3.CorsPolicy) (string, []http.Handler) {
		policies := make([]*corsv3.CorsPolicy, len(fragments))
		for i, f := range fragments {
			policies[i] = route.TranslateCORSPolicy(&model.Proxy{}, f)
		}
		served := dataplane.StartEnvoy(t, envoy, dataplane.Upstream(), policies...)
		servers := make([]http.Handler, len(fragments))
		for i := range fragments {
			servers[i] = served.Handler(i)
		}
		return istioVersion(t) + ", " + served.Version, servers
	}
	t.Run("Istio", func(t *testing.T) { test(t, istioPlane("istio-envoy", serve)) })
	t.Run("Gateway API", func(t *testing.T) { test(t, gatewayAPIPlane("gatewayapi-istio-envoy", serve)) })
}

func istioVersion(t testing.TB) string {
	return "Istio " + dataplane.ModuleVersion(t, "istio.io/istio")
}

func istioPlane(name string, serve func(testing.TB, []*networkingv1alpha3.CorsPolicy) (string, []http.Handler)) plane[*networkingv1alpha3.CorsPolicy] {
	return plane[*networkingv1alpha3.CorsPolicy]{
		name: name,
		render: func(p *policy.Policy) (*networkingv1alpha3.CorsPolicy, policy.Report, error) {
			return adapter.Render(p, &adapter.Options{Tolerance: policy.AllowNarrower, Accept: adaptertest.Dangers})
		},
		parse: func(f *networkingv1alpha3.CorsPolicy) (*policy.Policy, policy.Report, error) {
			return adapter.Parse(f, nil)
		},
		serve: serve,
		faults: map[string]func(*networkingv1alpha3.CorsPolicy) *networkingv1alpha3.CorsPolicy{
			unescapedDot: istioExpressions(unescape),
			anyDepth:     istioExpressions(deepen),
			starWithCredentials: istioPolicy(func(f *networkingv1alpha3.CorsPolicy) {
				f.AllowOrigins = []*networkingv1alpha3.StringMatch{{MatchType: &networkingv1alpha3.StringMatch_Exact{Exact: "*"}}}
				f.AllowCredentials = wrapperspb.Bool(true)
			}),
			droppedMaxAge: istioPolicy(func(f *networkingv1alpha3.CorsPolicy) { f.MaxAge = nil }),
		},
	}
}

func istioPolicy(change func(*networkingv1alpha3.CorsPolicy)) func(*networkingv1alpha3.CorsPolicy) *networkingv1alpha3.CorsPolicy {
	return func(f *networkingv1alpha3.CorsPolicy) *networkingv1alpha3.CorsPolicy {
		f = proto.CloneOf(f)
		change(f)
		return f
	}
}

func istioExpressions(change func(string) string) func(*networkingv1alpha3.CorsPolicy) *networkingv1alpha3.CorsPolicy {
	return istioPolicy(func(f *networkingv1alpha3.CorsPolicy) {
		for _, m := range f.AllowOrigins {
			if re, ok := m.MatchType.(*networkingv1alpha3.StringMatch_Regex); ok {
				re.Regex = change(re.Regex)
			}
		}
	})
}
