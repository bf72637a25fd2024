package nginx

import (
	"errors"
	"maps"
	"slices"
	"strconv"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/corslate/corslate/policy"
)

// Apply returns a deep copy of the Ingress whose annotations for CORS are those
// that [Render] returns for the policy; annotations that it had are replaced,
// and everything else is kept. The Ingress must not be nil.
//
// Apply refuses as Render does, and also, whatever the tolerance, a canary
// Ingress, whose annotations ingress-nginx does not read, and annotations of
// more than 262144 bytes together, which Kubernetes does not store. The result
// is then nil and the report is complete.
func Apply(ingress *networkingv1.Ingress, p *policy.Policy, opts *Options) (*networkingv1.Ingress, policy.Report, error) {
	fragment, report, err := Render(p, opts)
	out := Remove(ingress, opts)
	var problems policy.Report
	o := settings(opts)
	r := reading{Options: o, annotations: out.Annotations}
	if r.canary() {
		problems = append(problems, policy.Finding{Code: CodeCanary, Effect: policy.Inexpressible, Value: out.Annotations[o.key(canary)], Path: o.key(canary),
			Detail: "the CORS annotations of a canary Ingress are not read; apply the policy to the main Ingress"})
	}
	if out.Annotations == nil {
		out.Annotations = make(map[string]string, len(fragment))
	}
	maps.Copy(out.Annotations, fragment)
	if n := size(out.Annotations); n > maxAnnotations {
		problems = append(problems, policy.Finding{Code: CodeTooLong, Effect: policy.Inexpressible, Value: strconv.Itoa(n), Path: annotationsPath, Detail: tooLarge})
	}
	report = append(report, problems...)
	if err == nil && len(problems) == 0 {
		return out, report, nil
	}
	var refused *policy.Error
	if errors.As(err, &refused) {
		problems = append(slices.Clone(refused.Findings), problems...)
	}
	return nil, report, &policy.Error{Op: "adapters/nginx: apply", Findings: problems}
}

// Extract returns the policy of an Ingress: [Parse] on its annotations. The
// Ingress must not be nil.
func Extract(ingress *networkingv1.Ingress, opts *Options) (*policy.Policy, policy.Report, error) {
	return Parse(ingress.Annotations, opts)
}

// Remove returns a deep copy of the Ingress without the seven annotations for
// CORS. Where they were the only ones, the copy has none at all (nil). The
// Ingress must not be nil.
func Remove(ingress *networkingv1.Ingress, opts *Options) *networkingv1.Ingress {
	out := ingress.DeepCopy()
	o := settings(opts)
	before := len(out.Annotations)
	for _, name := range annotationNames {
		delete(out.Annotations, o.key(name))
	}
	if len(out.Annotations) == 0 && before > 0 {
		out.Annotations = nil
	}
	return out
}
