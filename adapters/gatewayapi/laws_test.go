package gatewayapi_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

func adapter(t *testing.T, impl gatewayapi.Implementation) adaptertest.Adapter[*gatewayv1.HTTPRouteFilter, *gatewayv1.HTTPRoute] {
	opts := func(tolerance policy.Tolerance) *gatewayapi.Options {
		return &gatewayapi.Options{Tolerance: tolerance, Accept: adaptertest.Dangers, Implementation: impl}
	}
	return adaptertest.Adapter[*gatewayv1.HTTPRouteFilter, *gatewayv1.HTTPRoute]{
		Render: func(p *policy.Policy, tolerance policy.Tolerance) (*gatewayv1.HTTPRouteFilter, policy.Report, error) {
			return gatewayapi.Render(p, opts(tolerance))
		},
		Parse: func(f *gatewayv1.HTTPRouteFilter) (*policy.Policy, policy.Report, error) {
			return gatewayapi.Parse(f, opts(0))
		},
		Apply: func(r *gatewayv1.HTTPRoute, p *policy.Policy, tolerance policy.Tolerance) (*gatewayv1.HTTPRoute, policy.Report, error) {
			return gatewayapi.Apply(r, p, opts(tolerance))
		},
		Extract: func(r *gatewayv1.HTTPRoute) (*policy.Policy, policy.Report, error) {
			return gatewayapi.Extract(r, opts(0))
		},
		Remove:  func(r *gatewayv1.HTTPRoute) *gatewayv1.HTTPRoute { return gatewayapi.Remove(r, nil) },
		Objects: []*gatewayv1.HTTPRoute{route(t, plainRoute), route(t, richRoute)},
		Clone:   (*gatewayv1.HTTPRoute).DeepCopy,
	}
}

func TestLaws(t *testing.T) {
	for impl := gatewayapi.Specification; impl <= gatewayapi.Traefik; impl++ {
		t.Run(impl.String(), func(t *testing.T) { adaptertest.Laws(t, adapter(t, impl)) })
	}
}

// FuzzParse looks for filters that Parse cannot read, or whose policy Render
// writes as a wider one.
func FuzzParse(f *testing.F) {
	seen := map[string]bool{}
	for _, e := range exchanges(f) {
		if !seen[e.Config] {
			add(f, e.Filter)
		}
		seen[e.Config] = true
	}
	for _, c := range parseCases {
		add(f, &c.cors)
	}
	f.Fuzz(func(t *testing.T, text []byte, impl uint8) {
		filter := &gatewayv1.HTTPRouteFilter{Type: gatewayv1.HTTPRouteFilterCORS, CORS: &gatewayv1.HTTPCORSFilter{}}
		if json.Unmarshal(text, filter.CORS) != nil {
			t.Skip("not the JSON of a filter")
		}
		opts := &gatewayapi.Options{Tolerance: policy.AllowNarrower, Accept: adaptertest.Dangers, Implementation: gatewayapi.Implementation(impl)}
		p, _, err := gatewayapi.Parse(filter, opts)
		if err != nil {
			var refused *policy.Error
			if !errors.As(err, &refused) || p != nil {
				t.Fatalf("Parse: %v with %v", err, p)
			}
			return
		}
		again, _, err := gatewayapi.Render(p, opts)
		if err != nil {
			var refused *policy.Error
			if !errors.As(err, &refused) || again != nil {
				t.Fatalf("Render: %v with %v", err, again)
			}
			return
		}
		back, _, err := gatewayapi.Parse(again, opts)
		if err != nil {
			t.Fatalf("Parse(Render): %v", err)
		}
		if c := policy.Compare(p, back); c.Relation != policy.Equal && c.Relation != policy.NarrowerThan {
			t.Fatalf("wider: %v", c.Witnesses)
		}
	})
}

func add(f *testing.F, cors *gatewayv1.HTTPCORSFilter) {
	text, err := json.Marshal(cors)
	if err != nil {
		f.Fatal(err)
	}
	for impl := gatewayapi.Specification; impl <= gatewayapi.Traefik; impl++ {
		f.Add(text, uint8(impl))
	}
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
