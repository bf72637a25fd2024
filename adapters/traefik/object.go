package traefik

import (
	"reflect"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"

	"github.com/corslate/corslate/policy"
)

// Apply returns a deep copy of obj whose CORS fields say the policy. All else
// stays: metadata, the other settings of spec.headers, custom headers included.
// What is proved is the whole object, so a policy is refused on a Middleware of
// another kind ([CodeSeveralKinds]) and where custom headers would let more
// through ([CodeCustomHeader]). The options' name, namespace and labels are not
// looked at. The error is a [*policy.Error], the object is nil with it.
func Apply(obj *traefikv1alpha1.Middleware, p *policy.Policy, opts *Options) (*traefikv1alpha1.Middleware, policy.Report, error) {
	out := obj.DeepCopy()
	if out == nil {
		out = new(traefikv1alpha1.Middleware)
	}
	return prove("adapters/traefik: apply", out, p, opts.orZero())
}

// Extract is [Parse]: a Middleware is both the fragment and the object.
func Extract(obj *traefikv1alpha1.Middleware, opts *Options) (*policy.Policy, policy.Report, error) {
	return read("adapters/traefik: extract", obj, opts.orZero())
}

// Remove returns a deep copy of obj without CORS. If spec.headers then sets
// nothing, which Traefik would refuse, it goes as well.
func Remove(obj *traefikv1alpha1.Middleware, _ *Options) *traefikv1alpha1.Middleware {
	out := obj.DeepCopy()
	if out == nil || out.Spec.Headers == nil {
		return out
	}
	replaceCORS(out.Spec.Headers, &dynamic.Headers{})
	if reflect.ValueOf(*out.Spec.Headers).IsZero() {
		out.Spec.Headers = nil
	}
	return out
}

// replaceCORS sets the CORS fields of dst, and no other, to those of src.
func replaceCORS(dst, src *dynamic.Headers) {
	dst.AccessControlAllowCredentials = src.AccessControlAllowCredentials
	dst.AccessControlAllowHeaders = src.AccessControlAllowHeaders
	dst.AccessControlAllowMethods = src.AccessControlAllowMethods
	dst.AccessControlAllowOriginList = src.AccessControlAllowOriginList
	dst.AccessControlAllowOriginListRegex = src.AccessControlAllowOriginListRegex
	dst.AccessControlExposeHeaders = src.AccessControlExposeHeaders
	dst.AccessControlMaxAge = src.AccessControlMaxAge
	dst.AddVaryHeader = src.AddVaryHeader
}
