// Package adapters_test holds the laws of pairs of adapters: a policy that goes
// through two data planes comes out as it went in, or says what it lost.
package adapters_test

import (
	"fmt"
	"testing"

	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
	istiov1alpha3 "istio.io/api/networking/v1alpha3"
	"pgregory.net/rapid"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/adapters/traefik"
	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

// through writes a policy for a data plane and reads back what it then has.
type through func(*policy.Policy, policy.Tolerance) (*policy.Policy, policy.Report, error)

func via[F any](
	render func(*policy.Policy, policy.Tolerance) (F, policy.Report, error),
	parse func(F) (*policy.Policy, policy.Report, error),
) through {
	return func(p *policy.Policy, tolerance policy.Tolerance) (*policy.Policy, policy.Report, error) {
		fragment, report, err := render(p, tolerance)
		if err != nil {
			return nil, report, err
		}
		back, _, err := parse(fragment)
		return back, report, err
	}
}

var planes = map[string]through{
	"nginx": via(func(p *policy.Policy, tolerance policy.Tolerance) (map[string]string, policy.Report, error) {
		return nginx.Render(p, &nginx.Options{Tolerance: tolerance, Accept: policy.Dangers()})
	}, func(f map[string]string) (*policy.Policy, policy.Report, error) { return nginx.Parse(f, nil) }),
	"traefik": via(func(p *policy.Policy, tolerance policy.Tolerance) (*traefikv1alpha1.Middleware, policy.Report, error) {
		return traefik.Render(p, &traefik.Options{Tolerance: tolerance, Accept: policy.Dangers()})
	}, func(f *traefikv1alpha1.Middleware) (*policy.Policy, policy.Report, error) {
		return traefik.Parse(f, nil)
	}),
	"istio": via(func(p *policy.Policy, tolerance policy.Tolerance) (*istiov1alpha3.CorsPolicy, policy.Report, error) {
		return istio.Render(p, &istio.Options{Tolerance: tolerance, Accept: policy.Dangers()})
	}, func(f *istiov1alpha3.CorsPolicy) (*policy.Policy, policy.Report, error) { return istio.Parse(f, nil) }),
	"gatewayapi": via(func(p *policy.Policy, tolerance policy.Tolerance) (*gatewayv1.HTTPRouteFilter, policy.Report, error) {
		return gatewayapi.Render(p, &gatewayapi.Options{Tolerance: tolerance, Accept: policy.Dangers()})
	}, func(f *gatewayv1.HTTPRouteFilter) (*policy.Policy, policy.Report, error) {
		return gatewayapi.Parse(f, nil)
	}),
}

func TestEveryPairKeepsThePolicy(t *testing.T) {
	for first, toFirst := range planes {
		for second, toSecond := range planes {
			t.Run(fmt.Sprintf("%s to %s", first, second), func(t *testing.T) {
				adaptertest.Check(t, func(t *rapid.T) {
					asked := adaptertest.Policies().Draw(t, "policy")
					middle, report1, err := toFirst(asked, policy.AllowNarrower)
					if err != nil {
						return
					}
					got, report2, err := toSecond(middle, policy.AllowNarrower)
					if err != nil {
						return
					}
					c := policy.Compare(asked, got)
					if c.Relation == policy.WiderThan || c.Relation == policy.IncomparableTo {
						t.Fatalf("wider: %v\n%s: %v\n%s: %v", c.Witnesses, first, report1, second, report2)
					}
					if report1.Exact() && report2.Exact() && c.Relation != policy.Equal {
						t.Fatalf("both exact, and %s: %v\n%s: %v\n%s: %v", c.Relation, c.Witnesses, first, report1, second, report2)
					}
				})
			})
		}
	}
}
