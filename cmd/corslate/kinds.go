package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/corslate/corslate/internal/manifest"
	"github.com/corslate/corslate/policy"
)

// kind is what an object is to this command.
type kind uint8

const (
	kindOther kind = iota
	kindIngress
	kindMiddleware
	kindVirtualService
	kindHTTPRoute
	kindIngressRoute // carries no policy; a Middleware can be attached to it
	kindSpec         // a policy.Spec, without apiVersion and kind
)

// schema is a kind of Kubernetes with the API versions of it that are read,
// which have all that matters here in common.
type schema struct {
	kind     kind
	name     string
	versions map[string][]string // by API group
}

var schemas = []schema{
	{kindIngress, "Ingress", map[string][]string{"networking.k8s.io": {"v1"}, "extensions": nil}},
	{kindMiddleware, "Middleware", map[string][]string{"traefik.io": {"v1alpha1"}, "traefik.containo.us": {"v1alpha1"}}},
	{kindVirtualService, "VirtualService", map[string][]string{"networking.istio.io": {"v1", "v1beta1", "v1alpha3"}}},
	{kindHTTPRoute, "HTTPRoute", map[string][]string{"gateway.networking.k8s.io": {"v1", "v1beta1"}}},
	{kindIngressRoute, "IngressRoute", map[string][]string{"traefik.io": {"v1alpha1"}, "traefik.containo.us": {"v1alpha1"}}},
}

// versionError is about an object whose kind is known and whose API version is
// not.
type versionError struct{ head manifest.Head }

func (e *versionError) Error() string {
	return fmt.Sprintf("apiVersion %q of kind %s is not read; write it in a version that the cluster serves today", e.head.APIVersion, e.head.Kind)
}

// kindOf says what the object is.
func kindOf(o *manifest.Object) (kind, error) {
	h := o.Head
	if h.Kind == "" && h.APIVersion == "" {
		if isSpec(o) {
			return kindSpec, nil
		}
		return kindOther, nil
	}
	group, version, found := strings.Cut(h.APIVersion, "/")
	if !found {
		return kindOther, nil // the core group, or nothing
	}
	for _, s := range schemas {
		versions, known := s.versions[group]
		switch {
		case s.name != h.Kind || !known:
		case !slices.Contains(versions, version):
			return kindOther, &versionError{h}
		default:
			return s.kind, nil
		}
	}
	return kindOther, nil
}

var specFields = []policy.Field{policy.FieldOrigins, policy.FieldMethods, policy.FieldHeaders,
	policy.FieldExposeHeaders, policy.FieldCredentials, policy.FieldMaxAge}

// isSpec reports whether an object without a kind has a field of a Spec. Others
// are left alone: a directory may hold values for Helm and the like.
func isSpec(o *manifest.Object) bool {
	text, err := o.JSON()
	if err != nil {
		return false
	}
	var fields map[policy.Field]json.RawMessage
	if json.Unmarshal(text, &fields) != nil {
		return false
	}
	return slices.ContainsFunc(specFields, func(f policy.Field) bool { _, has := fields[f]; return has })
}
