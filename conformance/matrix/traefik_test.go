package matrix

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"

	"github.com/corslate/corslate/adapters/traefik"
	"github.com/corslate/corslate/conformance/dataplane"
	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

var (
	traefikCurrent = traefikPlane("traefik", traefik.Reflecting, dataplane.StartTraefik)
	traefikOld     = withoutFault(traefikPlane("traefik-old", traefik.Literal, dataplane.StartTraefikOld), starWithCredentials)
)

func withoutFault[F any](pl plane[F], name string) plane[F] {
	delete(pl.faults, name)
	return pl
}

// startTraefik is one of the functions of that name in package dataplane.
type startTraefik func(testing.TB, http.Handler, ...*traefikv1alpha1.Middleware) *dataplane.Traefik

func traefikPlane(name string, algorithm traefik.Algorithm, start startTraefik) plane[*traefikv1alpha1.Middleware] {
	return plane[*traefikv1alpha1.Middleware]{
		name: name,
		render: func(p *policy.Policy) (*traefikv1alpha1.Middleware, policy.Report, error) {
			return traefik.Render(p, &traefik.Options{Tolerance: policy.AllowNarrower, Accept: adaptertest.Dangers})
		},
		parse: func(f *traefikv1alpha1.Middleware) (*policy.Policy, policy.Report, error) {
			return traefik.Parse(f, &traefik.Options{Algorithm: algorithm})
		},
		serve: func(t testing.TB, fragments []*traefikv1alpha1.Middleware) (string, []http.Handler) {
			served := start(t, dataplane.Upstream(), fragments...)
			servers := make([]http.Handler, len(fragments))
			for i, f := range fragments {
				h, err := served.Handler(i)
				if err != nil {
					t.Errorf("Traefik drops the router of %+v: %v", f.Spec.Headers, err)
				}
				servers[i] = h
			}
			return served.Version, servers
		},
		faults: map[string]func(*traefikv1alpha1.Middleware) *traefikv1alpha1.Middleware{
			unescapedDot:  traefikExpressions(unescape),
			missingAnchor: traefikExpressions(func(s string) string { return strings.TrimSuffix(strings.TrimPrefix(s, "^"), "$") }),
			anyDepth:      traefikExpressions(deepen),
			starWithCredentials: traefikHeaders(func(h *dynamic.Headers) {
				h.AccessControlAllowOriginList = []string{"*"}
				h.AccessControlAllowCredentials = true
			}),
			droppedMaxAge: traefikHeaders(func(h *dynamic.Headers) { h.AccessControlMaxAge = nil }),
		},
	}
}

func traefikHeaders(change func(*dynamic.Headers)) func(*traefikv1alpha1.Middleware) *traefikv1alpha1.Middleware {
	return func(m *traefikv1alpha1.Middleware) *traefikv1alpha1.Middleware {
		m = m.DeepCopy()
		change(m.Spec.Headers)
		return m
	}
}

func traefikExpressions(change func(string) string) func(*traefikv1alpha1.Middleware) *traefikv1alpha1.Middleware {
	return traefikHeaders(func(h *dynamic.Headers) {
		for i, expr := range h.AccessControlAllowOriginListRegex {
			h.AccessControlAllowOriginListRegex[i] = change(expr)
		}
	})
}

// unescape and deepen change an expression as the adapters write it.
func unescape(expr string) string { return strings.ReplaceAll(expr, `\.`, ".") }

// oneLabel is how the adapters write a one-label wildcard.
var oneLabel = regexp.MustCompile(`\[[a-z0-9_-]+\]\+\\\.`)

func deepen(expr string) string { return oneLabel.ReplaceAllString(expr, "($0)+") }
