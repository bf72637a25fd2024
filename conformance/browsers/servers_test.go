package browsers

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"

	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/adapters/traefik"
	"github.com/corslate/corslate/conformance/dataplane"
	"github.com/corslate/corslate/policy"
)

// server is a configuration on its data plane.
type server struct {
	name    string
	host    string
	handler http.Handler
	// policy is what the adapter's Parse makes of the configuration. None is
	// here for which Parse had to choose a policy that is not quite that.
	policy *policy.Policy
}

// seconds is a max age.
func seconds(n int64) *int64 { return &n }

// policies are rendered for both data planes, without what cannot be said there.
var policies = map[string]policy.Spec{
	"dashboard": {
		AllowOrigins:     []string{"https://app.example"},
		AllowMethods:     []string{"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"},
		AllowHeaders:     []string{"Authorization", "Content-Type"},
		ExposeHeaders:    []string{"X-Total-Count", "Link"},
		AllowCredentials: true,
		MaxAgeSeconds:    seconds(3600),
	},
	"public": {
		AllowOrigins:  []string{"*"},
		AllowMethods:  []string{"*"},
		AllowHeaders:  []string{"*"},
		ExposeHeaders: []string{"*"},
		MaxAgeSeconds: seconds(600),
	},
	"one label": {
		AllowOrigins:     []string{"https://*.app.example", "http://localhost:3000"},
		AllowMethods:     []string{"PUT"},
		AllowHeaders:     []string{"X-Requested-With"},
		ExposeHeaders:    []string{"X-Request-Id"},
		AllowCredentials: true,
		MaxAgeSeconds:    seconds(0),
	},
	"any depth and port": {
		AllowOrigins:  []string{"https://**.app.example", "https://app.example:*", "https://[::1]:3000"},
		AllowMethods:  []string{"DELETE", "PURGE"},
		AllowHeaders:  []string{"X-Requested-With", "User-Agent"},
		MaxAgeSeconds: seconds(600),
	},
	"null": {
		AllowOrigins:     []string{"null"},
		AllowMethods:     []string{"PUT"},
		AllowHeaders:     []string{"Authorization"},
		AllowCredentials: true,
		MaxAgeSeconds:    seconds(600),
	},
	"nobody": {MaxAgeSeconds: seconds(600)},
}

// ingresses are annotations as people write them, without their prefix.
var ingresses = map[string]map[string]string{
	"retired default": retiredDefault,
	// One trailing slash opens the list to everyone.
	"trailing slash": {"enable-cors": "true", "cors-allow-origin": "https://app.example/"},
	// Only what a program reads as a boolean is false.
	"credentials no": {"enable-cors": "true", "cors-allow-origin": "https://app.example", "cors-allow-credentials": "no"},
	// The expression has no start anchor.
	"ends in null":   {"enable-cors": "true", "cors-allow-origin": "null"},
	"scheme's tail":  {"enable-cors": "true", "cors-allow-origin": "s://app.example", "cors-max-age": "0"},
	"another case":   {"enable-cors": "true", "cors-allow-origin": "https://APP.example"},
	"bad item":       {"enable-cors": "true", "cors-allow-origin": "https://app.example:8443,app.example", "cors-allow-methods": "PUT"},
	"bad methods":    {"enable-cors": "true", "cors-allow-origin": "https://app.example", "cors-allow-methods": "*", "cors-allow-headers": "*"},
	"expose all":     {"enable-cors": "true", "cors-allow-origin": "https://*.app.example", "cors-expose-headers": "*"},
	"small methods":  {"enable-cors": "true", "cors-allow-origin": "http://app.example", "cors-allow-methods": "put, delete"},
	"other wildcard": {"enable-cors": "true", "cors-allow-origin": "https://*.example", "cors-allow-credentials": "false"},
}

// retiredDefault is CORS as ingress-nginx has it unless one says more.
var retiredDefault = map[string]string{"enable-cors": "true"}

// middlewares are headers as people write them.
var middlewares = map[string]dynamic.Headers{
	"the same words as the retired default": theSameWords,
	"everything, with credentials": {
		AccessControlAllowOriginList:  []string{"https://app.example"},
		AccessControlAllowMethods:     []string{"*"},
		AccessControlAllowHeaders:     []string{"*"},
		AccessControlExposeHeaders:    []string{"*", "X-Total-Count"},
		AccessControlAllowCredentials: true,
	},
	"no anchors": {
		AccessControlAllowOriginListRegex: []string{`https://app\.example`},
		AccessControlAllowMethods:         []string{"PATCH", "patch"},
		AccessControlAllowCredentials:     true,
		AccessControlMaxAge:               seconds(600),
	},
	"a bare dot": {
		AccessControlAllowOriginListRegex: []string{`^https://www.app.example$`},
		AccessControlAllowHeaders:         []string{"X-Requested-With"},
		AccessControlMaxAge:               seconds(0),
	},
	"a glob": {
		AccessControlAllowOriginList: []string{"https://*.app.example", "https://app.example:443", "https://app.example/"},
		AccessControlAllowMethods:    []string{"PUT"},
	},
	"small methods": {
		AccessControlAllowOriginList: []string{"https://app.example"},
		AccessControlAllowMethods:    []string{"put", "PATCH"},
		AccessControlAllowHeaders:    []string{"authorization"},
	},
	"null": {
		AccessControlAllowOriginList:  []string{"null", "http://localhost:3000"},
		AccessControlExposeHeaders:    []string{"Etag"},
		AccessControlAllowCredentials: true,
	},
}

// theSameWords is what Traefik's own provider for ingress-nginx's annotations
// makes of [retiredDefault].
var theSameWords = dynamic.Headers{
	AccessControlAllowOriginList:  []string{"*"},
	AccessControlAllowMethods:     []string{"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"},
	AccessControlAllowHeaders:     []string{"DNT", "Keep-Alive", "User-Agent", "X-Requested-With", "If-Modified-Since", "Cache-Control", "Content-Type", "Range", "Authorization"},
	AccessControlAllowCredentials: true,
	AccessControlMaxAge:           seconds(1728000),
}

// allServers returns every configuration on its data plane.
func allServers(t *testing.T) []server {
	annotations := map[string]map[string]string{}
	for name, short := range ingresses {
		annotations[name] = prefixed(short)
	}
	headers := maps.Clone(middlewares)
	for name, spec := range policies {
		p := policy.MustNew(spec)
		fragment, _, err := nginx.Render(p, &nginx.Options{Tolerance: policy.AllowNarrower, Accept: policy.Dangers()})
		if err != nil {
			t.Fatalf("nginx: %s: %v", name, err)
		}
		annotations["rendered "+name] = fragment
		m, _, err := traefik.Render(p, &traefik.Options{Tolerance: policy.AllowNarrower, Accept: policy.Dangers()})
		if err != nil {
			t.Fatalf("traefik: %s: %v", name, err)
		}
		headers["rendered "+name] = *m.Spec.Headers
	}
	old := map[string]dynamic.Headers{}
	for _, name := range []string{"the same words as the retired default", "rendered public", "rendered dashboard"} {
		old[name] = headers[name]
	}
	return slices.Concat(
		nginxServers(t, annotations),
		traefikServers(t, traefik.Reflecting, headers),
		traefikServers(t, traefik.Literal, old),
	)
}

func prefixed(annotations map[string]string) map[string]string {
	full := map[string]string{}
	for name, value := range annotations {
		full[nginx.DefaultPrefix+"/"+name] = value
	}
	return full
}

// nginxServers runs nginx with the annotations.
func nginxServers(t *testing.T, annotations map[string]map[string]string) []server {
	var all []server
	var objects []dataplane.Ingress
	for i, name := range slices.Sorted(maps.Keys(annotations)) {
		p, report, err := nginx.Parse(annotations[name], nil)
		if err != nil || !report.Exact() {
			t.Fatalf("nginx: %s: %v %v", name, err, report)
		}
		all = append(all, server{name: "nginx: " + name, host: fmt.Sprintf("c%d.nginx.example", i), policy: p})
		objects = append(objects, dataplane.Ingress{Annotations: annotations[name]})
	}
	running := dataplane.StartNginx(t, dataplane.Upstream(), objects...)
	for i := range all {
		all[i].handler = running.Handler(i)
	}
	return all
}

// traefikServers runs Traefik's middleware with the headers, of the release
// that reads them by the algorithm.
func traefikServers(t *testing.T, algorithm traefik.Algorithm, headers map[string]dynamic.Headers) []server {
	label, start := "traefik", dataplane.StartTraefik
	if algorithm == traefik.Literal {
		label, start = "traefik-old", dataplane.StartTraefikOld
	}
	var all []server
	var objects []*traefikv1alpha1.Middleware
	for i, name := range slices.Sorted(maps.Keys(headers)) {
		m := &traefikv1alpha1.Middleware{}
		h := headers[name]
		m.Spec.Headers = &h
		p, report, err := traefik.Parse(m, &traefik.Options{Algorithm: algorithm})
		if err != nil || !report.Exact() {
			t.Fatalf("%s: %s: %v %v", label, name, err, report)
		}
		all = append(all, server{name: label + ": " + name, host: fmt.Sprintf("c%d.%s.example", i, label), policy: p})
		objects = append(objects, m)
	}
	running := start(t, dataplane.Upstream(), objects...)
	for i := range all {
		var err error
		if all[i].handler, err = running.Handler(i); err != nil {
			t.Fatalf("%s: %v", all[i].name, err)
		}
	}
	return all
}
