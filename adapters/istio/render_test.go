package istio_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/policy"
)

func render(t testing.TB, s policy.Spec, tolerance policy.Tolerance) (fragment, policy.Report) {
	t.Helper()
	f, report, err := istio.Render(policy.MustNew(s), accepting(tolerance))
	if err != nil {
		t.Fatal(err)
	}
	return f, report
}

func seconds(n int64) *int64 { return &n }

// matchers writes the origin matchers of a fragment, one per line.
func matchers(f fragment) string {
	var b strings.Builder
	for _, m := range f.AllowOrigins {
		switch m := m.MatchType.(type) {
		case *networkingv1alpha3.StringMatch_Exact:
			fmt.Fprintln(&b, "exact", m.Exact)
		case *networkingv1alpha3.StringMatch_Regex:
			fmt.Fprintln(&b, "regex", m.Regex)
		default:
			fmt.Fprintf(&b, "%T\n", m)
		}
	}
	return b.String()
}

func TestRenderWritesEverything(t *testing.T) {
	for _, c := range []struct {
		spec policy.Spec
		want string
	}{
		{policy.Spec{
			AllowOrigins:     []string{"https://dashboard.example.com", "null", "https://*.a.example:*"},
			AllowMethods:     []string{"PUT", "GET"},
			AllowHeaders:     []string{"Content-Type", "Authorization"},
			ExposeHeaders:    []string{"*", "ETag"},
			AllowCredentials: true,
			MaxAgeSeconds:    seconds(3600),
		}, `allowCredentials: true
allowHeaders:
- Authorization
- Content-Type
allowMethods:
- GET
- PUT
allowOrigins:
- regex: https://[a-z0-9-]+\.a\.example(:[0-9]{1,5})?
- exact: https://dashboard.example.com
- exact: "null"
exposeHeaders:
- '*'
- ETag
maxAge: 3600s
unmatchedPreflights: IGNORE
`},
		{policy.Spec{}, `allowCredentials: false
maxAge: 5s
unmatchedPreflights: IGNORE
`},
	} {
		f, _ := render(t, c.spec, policy.RequireExact)
		text, err := yaml.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, string(text)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestRenderForwardsUnmatchedPreflights(t *testing.T) {
	f, report, err := istio.Render(policy.MustNew(policy.Spec{}), &istio.Options{ForwardUnmatchedPreflights: true})
	if err != nil || f.UnmatchedPreflights != networkingv1alpha3.CorsPolicy_FORWARD || !report.Has(istio.CodePreflightsForwarded) {
		t.Errorf("got %v, %v, %v", f, report, err)
	}
}

func TestRenderOrigins(t *testing.T) {
	names := make([]string, 100)
	for i := range names {
		names[i] = fmt.Sprintf("service-%02d", i*7%100)
	}
	for _, c := range []struct {
		name    string
		origins []string
		want    string
	}{
		{"every origin", []string{"*", "https://a.example"}, "exact *\n"},
		{"every origin as a regular expression", []string{"https://a.example", "~.*"}, "exact *\n"},
		{"custom schemes and addresses", []string{"capacitor://localhost", "http://[::1]:3000"}, "exact capacitor://localhost\nexact http://[::1]:3000\n"},
		{"one label", []string{"https://*.a.example"}, `regex https://[a-z0-9-]+\.a\.example` + "\n"},
		{"any depth", []string{"https://**.a.example:8443"}, `regex https://([a-z0-9-]+\.)+a\.example:8443` + "\n"},
		{"any host", []string{"https://**"}, `regex https://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])` + "\n"},
		{"any port", []string{"http://localhost:*"}, `regex http://localhost(:[0-9]{1,5})?` + "\n"},
		{"a regular expression", []string{`~https://[a-f]+\.a\.example`}, `regex https://[a-f]+\.a\.example` + "\n"},
		// Written as it is, each of these would open the list.
		{"matches the text *, and null", []string{`~[^/]+`}, "exact null\n"},
		{"matches the text *, and an origin", []string{`~https://x\.example|.`}, "exact https://x.example\n"},
		{"matches the text *, and no origin", []string{`~\*`}, ""},
		{"matches the text *, and what is optional", []string{`~[^h]?(https://[a-f]+)?`}, "regex (https://[a-f]+)?\n"},
		{"matches the empty text", []string{"~"}, ""},
		{"matches the text *, in one of its alternatives", []string{`~\W|https://[a-f]+\.a\.example`}, `regex https://[a-f]+\.a\.example` + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, _ := render(t, policy.Spec{AllowOrigins: c.origins}, policy.RequireExact)
			if diff := cmp.Diff(c.want, matchers(f)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("a long alternation", func(t *testing.T) {
		f, _ := render(t, policy.Spec{AllowOrigins: []string{`~https://(` + strings.Join(names, "|") + `)\.[a-f]+\.example`}}, policy.RequireExact)
		if len(f.AllowOrigins) < 2 {
			t.Errorf("got %s", matchers(f))
		}
		for _, m := range f.AllowOrigins {
			if len(m.GetRegex()) > 1024 || m.GetRegex() == "" {
				t.Errorf("got %v", m)
			}
		}
	})
}

// What Istio cannot say is refused, left out or widened, as the options have it.
func TestRenderInexpressible(t *testing.T) {
	origin := []string{"https://a.example"}
	long := `~https://` + strings.Repeat(`[a-f]`, 220) + `\.example`
	for _, c := range []struct {
		name   string
		spec   policy.Spec
		code   policy.Code
		effect [3]policy.Effect // of the finding under each tolerance
		fails  [3]bool
		value  string
	}{
		{"method outside the nine", policy.Spec{AllowOrigins: origin, AllowMethods: []string{"PUT", "PROPFIND"}},
			policy.CodeInexpressible, [3]policy.Effect{policy.Narrower, policy.Narrower, policy.Narrower}, [3]bool{true}, "PROPFIND"},
		{"patch is not PATCH", policy.Spec{AllowOrigins: origin, AllowMethods: []string{"patch"}},
			policy.CodeInexpressible, [3]policy.Effect{policy.Narrower, policy.Narrower, policy.Narrower}, [3]bool{true}, "patch"},
		{"every header but Authorization, with credentials", policy.Spec{AllowOrigins: origin, AllowHeaders: []string{"*"}, AllowCredentials: true},
			policy.CodeInexpressible, [3]policy.Effect{policy.Narrower, policy.Narrower, policy.Wider}, [3]bool{true}, "*"},
		{"no caching", policy.Spec{AllowOrigins: origin, AllowMethods: []string{"PUT"}, MaxAgeSeconds: seconds(0)},
			policy.CodeInexpressible, [3]policy.Effect{policy.Inexpressible, policy.Inexpressible, policy.Wider}, [3]bool{true, true}, "0"},
		{"endless caching", policy.Spec{AllowOrigins: origin, AllowMethods: []string{"PUT"}, MaxAgeSeconds: seconds(9223372037)},
			policy.CodeInexpressible, [3]policy.Effect{policy.Narrower, policy.Narrower, policy.Narrower}, [3]bool{true}, "9223372037"},
		{"regular expression that cannot be taken apart", policy.Spec{AllowOrigins: []string{long, "https://a.example"}},
			istio.CodeRegexpLength, [3]policy.Effect{policy.Narrower, policy.Narrower, policy.Narrower}, [3]bool{true}, long},
		{"regular expression that opens the list", policy.Spec{AllowOrigins: []string{`~[^h]*(https://[a-f]+)*`, "https://a.example"}},
			policy.CodeInexpressible, [3]policy.Effect{policy.Narrower, policy.Narrower, policy.Narrower}, [3]bool{true}, `~[^h]*(https://[a-f]+)*`},
	} {
		for tolerance, effect := range c.effect {
			t.Run(fmt.Sprintf("%s/%d", c.name, tolerance), func(t *testing.T) {
				f, report, err := istio.Render(policy.MustNew(c.spec), accepting(policy.Tolerance(tolerance)))
				var refused *policy.Error
				switch {
				case c.fails[tolerance] && (f != nil || !errors.As(err, &refused) || !refused.Findings.Has(c.code)):
					t.Errorf("not refused: %v, %v", f, err)
				case !c.fails[tolerance] && err != nil:
					t.Error(err)
				}
				found := 0
				for _, finding := range report {
					if finding.Code == c.code && finding.Effect == effect && finding.Value == c.value {
						found++
					}
				}
				if found != 1 {
					t.Errorf("report: %v", report)
				}
			})
		}
	}
}

// "*" without Authorization is written beside a name that grants nothing, so
// that browsers and not Envoy read it.
func TestRenderHeadersStar(t *testing.T) {
	origin := []string{"https://a.example"}
	for _, c := range []struct {
		spec policy.Spec
		want []string
	}{
		{policy.Spec{AllowOrigins: origin, AllowHeaders: []string{"*", "X-A"}}, []string{"*", "Origin"}},
		{policy.Spec{AllowOrigins: origin, AllowHeaders: []string{"*", "authorization"}}, []string{"*"}},
		{policy.Spec{AllowOrigins: origin, AllowHeaders: []string{"*", "Authorization"}, AllowCredentials: true}, []string{"*"}},
	} {
		f, _ := render(t, c.spec, policy.RequireExact)
		if diff := cmp.Diff(c.want, f.AllowHeaders); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c.spec, diff)
		}
	}
}

// A danger of the policy itself is refused unless it is accepted by name.
func TestRenderRefusesDangers(t *testing.T) {
	p := policy.MustNew(policy.Spec{AllowOrigins: []string{"*"}, AllowCredentials: true})
	if f, _, err := istio.Render(p, nil); f != nil || err == nil {
		t.Errorf("got %v", f)
	}
	if _, _, err := istio.Render(p, &istio.Options{Accept: []policy.Code{policy.CodeAnyOriginCredentials, policy.CodeNullOrigin}}); err != nil {
		t.Error(err)
	}
}
