package matrix

import (
	"maps"
	"net/http"
	"testing"

	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/conformance/dataplane"
	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

var ingressNGINX = plane[map[string]string]{
	name: "ingress-nginx",
	render: func(p *policy.Policy) (map[string]string, policy.Report, error) {
		return nginx.Render(p, &nginx.Options{Tolerance: policy.AllowNarrower, Accept: adaptertest.Dangers})
	},
	parse: func(f map[string]string) (*policy.Policy, policy.Report, error) { return nginx.Parse(f, nil) },
	serve: func(t testing.TB, fragments []map[string]string) (string, []http.Handler) {
		ingresses := make([]dataplane.Ingress, len(fragments))
		for i, f := range fragments {
			ingresses[i].Annotations = f
		}
		served := dataplane.StartNginx(t, dataplane.Upstream(), ingresses...)
		servers := make([]http.Handler, len(fragments))
		for i := range fragments {
			servers[i] = served.Handler(i)
		}
		return served.Version + ", configured as by ingress-nginx v1.15.1", servers
	},
	faults: map[string]func(map[string]string) map[string]string{
		droppedMaxAge: func(f map[string]string) map[string]string {
			f = maps.Clone(f)
			delete(f, nginx.DefaultPrefix+"/cors-max-age")
			return f
		},
	},
}
