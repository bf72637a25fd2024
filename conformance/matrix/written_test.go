package matrix

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
	"pgregory.net/rapid"

	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/adapters/traefik"
	"github.com/corslate/corslate/conformance"
	"github.com/corslate/corslate/conformance/dataplane"
	"github.com/corslate/corslate/internal/fetch"
	"github.com/corslate/corslate/policy"
)

// The tests of this file have Parse read what people write, mistakes included,
// and the data plane too. (Package istio has the one for Istio.)

// written is how many fragments each test tries.
const written = 150

func TestIngressNGINXAsWritten(t *testing.T) {
	known := readDeviations(t)
	ingresses := make([]dataplane.Ingress, written)
	for i := range ingresses {
		ingresses[i] = dataplane.Ingress{Annotations: annotations().Example(i), NotValidating: i%3 == 0}
	}
	served := dataplane.StartNginx(t, dataplane.Upstream(), ingresses...)
	count := 0
	for i, ingress := range ingresses {
		opts := &nginx.Options{}
		if ingress.NotValidating {
			opts.Release = nginx.FromV112NotValidating
		}
		parsed, report, err := nginx.Parse(ingress.Annotations, opts)
		if err != nil && !errors.Is(err, policy.ErrNoPolicy) {
			t.Errorf("%q: %v", ingress.Annotations, err)
			continue
		}
		count += compareWithParse(t, ingressNGINX.name, fmt.Sprintf("%q, validated: %t", ingress.Annotations, !ingress.NotValidating), served.Handler(i), parsed, report, known)
	}
	enough(t, count)
}

func TestTraefikAsWritten(t *testing.T) {
	testTraefikAsWritten(t, traefikCurrent.name, traefik.Reflecting, dataplane.StartTraefik)
}

func TestTraefikOldAsWritten(t *testing.T) {
	testTraefikAsWritten(t, traefikOld.name, traefik.Literal, dataplane.StartTraefikOld)
}

func testTraefikAsWritten(t *testing.T, name string, algorithm traefik.Algorithm, start startTraefik) {
	known := readDeviations(t)
	middlewares := make([]*traefikv1alpha1.Middleware, written)
	for i := range middlewares {
		middlewares[i] = &traefikv1alpha1.Middleware{Spec: traefikv1alpha1.MiddlewareSpec{Headers: headers().Example(i)}}
	}
	served := start(t, dataplane.Upstream(), middlewares...)
	count, refused := 0, 0
	for i, m := range middlewares {
		configuration, err := json.Marshal(m.Spec.Headers)
		if err != nil {
			t.Fatal(err)
		}
		server, dropped := served.Handler(i)
		parsed, report, err := traefik.Parse(m, &traefik.Options{Algorithm: algorithm})
		var malformed *policy.Error
		switch {
		case errors.As(err, &malformed) != (dropped != nil):
			t.Errorf("%s: Traefik says %v, Parse says %v", configuration, dropped, err)
		case dropped != nil:
			refused++
		case err != nil:
			t.Errorf("%s: %v", configuration, err)
		default:
			count += compareWithParse(t, name, string(configuration), server, parsed, report, known)
		}
	}
	t.Logf("Traefik refuses %d", refused)
	enough(t, count)
}

func enough(t *testing.T, verdicts int) {
	t.Logf("%d verdicts", verdicts)
	if verdicts < leastVerdicts {
		t.Errorf("%d verdicts, want at least %d", verdicts, leastVerdicts)
	}
}

// compareWithParse compares the browser's verdicts with those of the policy
// that was parsed, nil if there is none, and counts them. Where Parse reports
// that no policy can say what the data plane does, it may say more.
func compareWithParse(t *testing.T, plane, configuration string, server http.Handler, parsed *policy.Policy, report policy.Report, known deviations) int {
	t.Helper()
	if parsed == nil {
		parsed = policy.MustNew(policy.Spec{})
	}
	asked := requests(parsed, nil)
	for _, r := range asked {
		got, want := conformance.Verdict(server, r), parsed.Check(r)
		switch inexact := len(report.With(policy.Wider)) > 0; {
		case cmp.Equal(want, got), inexact && (want.Allowed || !got.Allowed):
			continue
		case !want.Allowed && got.Reason == fetch.ReasonMalformed:
			continue // of a list that browsers cannot read a policy says that it lists nothing
		}
		if _, ok := known.explain(plane, r, want, got); ok {
			continue
		}
		t.Errorf("%s: %s: %+v (-Parse +browser):\n%s", plane, configuration, r, cmp.Diff(want, got))
		break // one of each configuration
	}
	return len(asked)
}

// annotations generates those of an Ingress.
func annotations() *rapid.Generator[map[string]string] {
	pools := map[string][]string{
		"cors-allow-origin": {"*", "", " ", "https://a.example", "https://a.example,", "https://a.example, https://b.example:8443", "https://*.example.com",
			"https://a.example/", "http://localhost:3000,*", "HTTPS://a.example", "https://A.example", "https://a.example:443", "*.example.com", "null",
			"https://my_app.example.com,https://a.example", "https://a.example https://b.example", "chrome-extension://abc", "extension://abc", "https://*.*.com",
			"https://a.example\nhttps://b.example", "s://a.example", ",", "https://", "https://*", "https://*.com", "https://a..example", "null,https://null"},
		"cors-allow-methods": {"GET", "PUT, DELETE", "PUT,DELETE", "PUT DELETE", "*", "", "put", "PUT,,DELETE", "PUT,  DELETE", "PUT, PATCH, OPTIONS,", "M-SEARCH", " PUT ",
			"PUT,\nDELETE", "CONNECT, TRACE, PUT"},
		"cors-allow-headers":     {"X-A", "X-A, Authorization", "x-a,x_b", "*", "", "X.A", "X-A X-B", "X-A,,X-B", "Content-Type", " X-A ", "X-A,\nX-B"},
		"cors-allow-credentials": {"true", "false", "no", "", "0", "1", "True", "off", "FALSE", " false"},
		"cors-expose-headers":    {"X-Total-Count", "*", "*, X-Total-Count", "", "X-A  X-B", "X-A X-B", "Set-Cookie", "X.A", "X-A,\nX-B"},
		"cors-max-age":           {"600", "0", "-1", "600s", "", "+5", "0600", "9223372036854775807", "9223372036854775808", "1e3"},
	}
	return rapid.Custom(func(t *rapid.T) map[string]string {
		on := rapid.SampledFrom([]string{"true", "true", "true", "true", "true", "1", "TRUE", "yes", "false"}).Draw(t, "enable-cors")
		out := map[string]string{nginx.DefaultPrefix + "/enable-cors": on}
		for _, name := range []string{"cors-allow-origin", "cors-allow-methods", "cors-allow-headers", "cors-allow-credentials", "cors-expose-headers", "cors-max-age"} {
			if rapid.IntRange(0, 3).Draw(t, name+" is there") > 0 {
				out[nginx.DefaultPrefix+"/"+name] = rapid.SampledFrom(pools[name]).Draw(t, name)
			}
		}
		return out
	})
}

// headers generates the CORS settings of a Middleware.
func headers() *rapid.Generator[*dynamic.Headers] {
	return rapid.Custom(func(t *rapid.T) *dynamic.Headers {
		list := func(label string, from ...string) []string {
			return rapid.SliceOfN(rapid.SampledFrom(from), 0, 3).Draw(t, label)
		}
		h := &dynamic.Headers{
			AccessControlAllowCredentials: rapid.Bool().Draw(t, "credentials"),
			AddVaryHeader:                 rapid.Bool().Draw(t, "vary"),
			AccessControlAllowOriginList: list("origins", "*", "null", "https://a.example", "https://b.example:8443", "https://*.example.com", "https://a.example/",
				"HTTPS://a.example", "https://a.example:443", "", "chrome-extension://abc", "https://a.example, https://b.example"),
			AccessControlAllowOriginListRegex: list("expressions", `^https://a\.example$`, `https://a\.example`, `https://[a-z]+\.example\.com`, `.*`, `^https://.*\.example\.com$`,
				`^https?://localhost(:[0-9]+)?$`, `(?i)^https://A\.example$`, `^$`, `null`, `^(https://a\.example|https://b\.example)$`, `^https://a\.example$|null`, `^https://a.example$`),
			AccessControlAllowMethods:  list("methods", "*", "PUT", "DELETE", "put", "PUT, DELETE", "", "PUT DELETE", "patch", "OPTIONS", "TRACE"),
			AccessControlAllowHeaders:  list("headers", "*", "X-A", "x-a", "Authorization", "X-A, X-B", "", "X A", "Origin"),
			AccessControlExposeHeaders: list("expose", "*", "X-Total-Count", "x-a, x-b", "", "X A", "Set-Cookie"),
		}
		if rapid.IntRange(0, 30).Draw(t, "bad") == 0 {
			h.AccessControlAllowOriginListRegex = append(h.AccessControlAllowOriginListRegex, rapid.SampledFrom([]string{"(?=x)", "(", "*"}).Draw(t, "bad expression"))
		}
		if rapid.IntRange(0, 30).Draw(t, "nothing") == 0 {
			h = &dynamic.Headers{}
		}
		if rapid.Bool().Draw(t, "max age written") {
			age := rapid.SampledFrom([]int64{0, -1, 1, 600, 86400, 9223372036854775807}).Draw(t, "max age")
			h.AccessControlMaxAge = &age
		}
		return h
	})
}
