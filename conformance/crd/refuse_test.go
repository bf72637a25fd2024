package crd_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/conformance/crd"
)

// The objects that adapters start from are themselves stored as they are.
func TestWholeObjects(t *testing.T) {
	for _, c := range []struct {
		source source
		object string
	}{
		{middlewares, middlewareYAML}, {virtualServices, virtualServiceYAML}, {httpRoutes, httpRouteYAML}, {httpRoutesExperimental, httpRouteYAML},
	} {
		if err := load(t, c.source).Accept(decode(t, c.object)); err != nil {
			t.Errorf("%s: %v", c.source.file, err)
		}
	}
}

// Every mechanism bites.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		mechanism string
		source    source
		object    string
		want      field.ErrorType
		at        string
	}{
		{"pattern", httpRoutes, httpRouteWith(`allowOrigins: ["https://h:*"]`), field.ErrorTypeInvalid, inFilter + ".allowOrigins[0]"},
		{"pattern", httpRoutesExperimental, httpRouteWith(`allowHeaders: ["x y"]`), field.ErrorTypeInvalid, inFilter + ".allowHeaders[0]"},
		{"maxLength", httpRoutes, httpRouteWith(`allowOrigins: ["https://` + strings.Repeat("a", 246) + `"]`), field.ErrorTypeTooLong, inFilter + ".allowOrigins[0]"},
		{"maxItems", httpRoutes, httpRouteWith(`allowOrigins: ` + origins(65)), field.ErrorTypeTooMany, inFilter + ".allowOrigins"},
		{"minimum", httpRoutes, httpRouteWith(`maxAge: 0`), field.ErrorTypeInvalid, inFilter + ".maxAge"},
		{"format", httpRoutes, httpRouteWith(`maxAge: 2147483648`), field.ErrorTypeInvalid, nowhere},
		{"enum", httpRoutes, httpRouteWith(`allowMethods: [PURGE]`), field.ErrorTypeNotSupported, inFilter + ".allowMethods[0]"},
		{"list type", httpRoutes, httpRouteWith(`allowMethods: [PUT, PUT]`), field.ErrorTypeDuplicate, inFilter + ".allowMethods[1]"},
		{"CEL", httpRoutes, httpRouteWith(`allowOrigins: ["*", "https://a.example"]`), field.ErrorTypeInvalid, inFilter + ".allowOrigins"},
		{"CEL", httpRoutesExperimental, httpRouteWith(`allowHeaders: ["*", Authorization]`), field.ErrorTypeInvalid, inFilter + ".allowHeaders"},
		{"CEL, two filters", httpRoutes, httpRouteWith(`}}, {type: CORS, cors: {`), field.ErrorTypeInvalid, "spec.rules[0].filters"},

		{"enum", virtualServices, virtualServiceWith(`unmatchedPreflights: DROP`), field.ErrorTypeNotSupported, inPolicy + ".unmatchedPreflights"},
		{"oneOf", virtualServices, virtualServiceWith(`allowOrigins: [{exact: a, regex: b}]`), field.ErrorTypeInvalid, nowhere},
		{"CEL", virtualServices, virtualServiceWith(`maxAge: 500us`), field.ErrorTypeInvalid, inPolicy + ".maxAge"},
		{"type", virtualServices, virtualServiceWith(`allowCredentials: "true"`), field.ErrorTypeTypeInvalid, inPolicy + ".allowCredentials"},

		{"type", middlewares, middlewareWith(`accessControlAllowOriginList: https://a.example`), field.ErrorTypeTypeInvalid, "spec.headers.accessControlAllowOriginList"},
		{"metadata", middlewares, strings.Replace(middlewareWith(""), "web", "WEB", 1), field.ErrorTypeInvalid, "metadata.name"},
	} {
		t.Run(c.source.kind+" "+c.mechanism, func(t *testing.T) {
			errs := load(t, c.source).Admit(decode(t, c.object))
			if !slices.ContainsFunc(errs, func(e *field.Error) bool { return e.Type == c.want && e.Field == c.at }) {
				t.Errorf("want %q at %s, got %v", c.want, c.at, errs)
			}
		})
	}
}

// What the API server would silently change is not accepted either.
func TestChanged(t *testing.T) {
	for _, c := range []struct {
		mechanism    string
		source       source
		sent, stored string
	}{
		{"pruning", virtualServices, virtualServiceWith(`allowOrigins: [{suffix: .example.com}]`), virtualServiceWith(`allowOrigins: [{}]`)},
		{"pruning", middlewares, middlewareWith(`frameDeny: true, cors: {allow: all}`), middlewareWith(`frameDeny: true`)},
		{"null", httpRoutes, httpRouteWith(`maxAge: 1, allowOrigins: null`), httpRouteWith(`maxAge: 1`)},
		{"defaulting", httpRoutes, httpRouteWith(`allowOrigins: ["*"]`), httpRouteWith(`allowOrigins: ["*"], maxAge: 5`)},
	} {
		t.Run(c.source.kind+" "+c.mechanism, func(t *testing.T) {
			definition := load(t, c.source)
			object := decode(t, c.sent)
			if err := definition.Accept(object); err == nil {
				t.Error("accepted")
			}
			if errs := definition.Admit(object); len(errs) > 0 {
				t.Fatal(errs)
			}
			if diff := cmp.Diff(decode(t, c.stored), object); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
			if err := definition.Accept(object); err != nil {
				t.Errorf("what is stored would change again: %v", err)
			}
		})
	}
}

func TestTooManyAnnotationBytes(t *testing.T) {
	ingress := object[networkingv1.Ingress](t, ingressYAML)
	if err := acceptMetadata(ingress); err != nil {
		t.Error(err)
	}
	ingress.Annotations["nginx.ingress.kubernetes.io/cors-allow-origin"] = strings.Repeat("a", 1<<18)
	if err := acceptMetadata(ingress); err == nil {
		t.Error("accepted")
	}
}

func TestLoadFails(t *testing.T) {
	for name, s := range map[string]source{
		"module":  {"example.com/none", "a.yaml", "a/v1", "A"},
		"file":    {"istio.io/api", "none.yaml", virtualServices.apiVersion, virtualServices.kind},
		"kind":    {"istio.io/api", virtualServices.file, virtualServices.apiVersion, "Cors"},
		"version": {"istio.io/api", virtualServices.file, "networking.istio.io/v2", virtualServices.kind},
	} {
		if _, err := crd.Load(s.module, s.file, s.apiVersion, s.kind); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Small objects around some CORS settings, and the paths of those.
const (
	inFilter = "spec.rules[0].filters[0].cors"
	inPolicy = "spec.http[0].corsPolicy"
	nowhere  = "<nil>" // the API server names the place of some errors in their text only
)

func httpRouteWith(cors string) string {
	return `{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: web, namespace: shop}, ` +
		`spec: {rules: [{matches: [{path: {type: PathPrefix, value: /}}], filters: [{type: CORS, cors: {` + cors + `}}]}]}}`
}

func virtualServiceWith(cors string) string {
	return `{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: web, namespace: shop}, spec: {http: [{corsPolicy: {` + cors + `}}]}}`
}

func middlewareWith(headers string) string {
	return `{apiVersion: traefik.io/v1alpha1, kind: Middleware, metadata: {name: web, namespace: shop}, spec: {headers: {` + headers + `}}}`
}

// origins writes a list of n origins.
func origins(n int) string {
	entries := make([]string, n)
	for i := range entries {
		entries[i] = fmt.Sprintf("https://a%d.example", i)
	}
	return `["` + strings.Join(entries, `", "`) + `"]`
}

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var u unstructured.Unstructured
	if err := u.UnmarshalJSON(data); err != nil {
		t.Fatal(err)
	}
	return u.Object
}
