package matrix

import (
	"fmt"
	"maps"
	"sort"
	"strings"
	"testing"

	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/conformance/dataplane"
	"github.com/corslate/corslate/policy"
)

// A list that is one byte longer than what Render writes keeps nginx from
// loading its configuration, and with it the controller from every reload.
// Render writes the longest that nginx loads.
func TestIngressNGINXLimits(t *testing.T) {
	const origin = "https://a.example"
	long := func(n int) string { return strings.Repeat("a", n) }
	for name, limit := range map[string]struct {
		annotation string
		// spec is a policy whose list, in nginx's configuration, gets longer
		// with n, mostly by a byte.
		spec func(n int) policy.Spec
	}{
		"origins": {"cors-allow-origin", func(n int) policy.Spec {
			s := policy.Spec{AllowOrigins: []string{origin}}
			for i := 0; n > 0; i++ {
				label := min(n, 60)
				s.AllowOrigins = append(s.AllowOrigins, fmt.Sprintf("https://h%d.%sz.example", 10+i, long(label)))
				n -= label
			}
			return s
		}},
		"methods": {"cors-allow-methods", func(n int) policy.Spec {
			return policy.Spec{AllowOrigins: []string{origin}, AllowMethods: []string{"M" + strings.ToUpper(long(n))}}
		}},
		"headers": {"cors-allow-headers", func(n int) policy.Spec {
			return policy.Spec{AllowOrigins: []string{origin}, AllowHeaders: []string{"h" + long(n)}}
		}},
		"expose": {"cors-expose-headers", func(n int) policy.Spec {
			return policy.Spec{AllowOrigins: []string{origin}, ExposeHeaders: []string{"h" + long(n)}}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			render := func(n int) map[string]string {
				f, report, err := nginx.Render(policy.MustNew(limit.spec(n)), nil)
				if err != nil && !report.Has(nginx.CodeTooLong) {
					t.Fatal(err)
				}
				return f
			}
			const tooLong = 5000 // bytes
			longest := render(sort.Search(tooLong, func(n int) bool { return render(n) == nil }) - 1)
			if err := dataplane.LoadNginx(t, dataplane.Ingress{Annotations: longest}); err != nil {
				t.Errorf("nginx does not load what Render writes: %v", err)
			}
			longer := maps.Clone(longest)
			longer[nginx.DefaultPrefix+"/"+limit.annotation] += "e"
			if err := dataplane.LoadNginx(t, dataplane.Ingress{Annotations: longer}); err == nil {
				t.Errorf("nginx loads one byte more than Render writes, which is %d bytes", len(longest[nginx.DefaultPrefix+"/"+limit.annotation]))
			}
		})
	}
}
