package main

import (
	"github.com/spf13/cobra"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	istionetworkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/adapters/traefik"
	"github.com/corslate/corslate/policy"
)

// target is what policies are written for, and how.
type target struct {
	kind      kind // of the objects that carry the policy
	tolerance policy.Tolerance

	nginx   nginx.Options
	traefik traefik.Options
	istio   istio.Options
	gateway gatewayapi.Options
	rules   []string // of the objects that --into grafts onto
}

func (t *target) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	choiceFlag(cmd, &t.kind, "to", "the data plane to write for (required)",
		option[kind]{"nginx", kindIngress}, option[kind]{"traefik", kindMiddleware},
		option[kind]{"istio", kindVirtualService}, option[kind]{"gatewayapi", kindHTTPRoute})
	choiceFlag(cmd, &t.tolerance, "allow", "how far a translation may stray: exact keeps every grant, narrower may leave out what the target cannot say, wider may grant more",
		option[policy.Tolerance]{"exact", policy.RequireExact}, option[policy.Tolerance]{"narrower", policy.AllowNarrower},
		option[policy.Tolerance]{"wider", policy.DangerouslyAllowWider})
	f.StringVar(&t.nginx.Prefix, "to-annotation-prefix", nginx.DefaultPrefix, "the `prefix` of the annotations that are written")
	choiceFlag(cmd, &t.nginx.Release, "to-nginx-release", "the release of ingress-nginx that is written for",
		option[nginx.Release]{"v1.12", nginx.FromV112}, option[nginx.Release]{"v1.12-not-validating", nginx.FromV112NotValidating},
		option[nginx.Release]{"before-v1.12", nginx.BeforeV112})
	choiceFlag(cmd, &t.gateway.Implementation, "to-gateway", "what will carry out the HTTPRoutes", gateways...)
	f.BoolVar(&t.traefik.SafeNaming, "traefik-safe-naming", false, "Traefik runs with providers.kubernetesCRD.safeNaming")
	f.BoolVar(&t.istio.ForwardUnmatchedPreflights, "istio-forward-preflights", false, "let the application answer preflights of origins that are not allowed")
	f.StringSliceVar(&t.rules, "into-rule", nil, "with --into, graft onto the rules with this `name or index` only")
}

// finish completes the options from the flags. Dangers are passed on as they
// are: what refuses them looks at the source.
func (t *target) finish() {
	accept := policy.Dangers()
	t.nginx.Tolerance, t.nginx.Accept = t.tolerance, accept
	t.traefik.Tolerance, t.traefik.Accept = t.tolerance, accept
	t.istio.Tolerance, t.istio.Accept = t.tolerance, accept
	t.gateway.Tolerance, t.gateway.Accept = t.tolerance, accept
	t.gateway.RuleNames, t.gateway.RuleIndexes = selectors(t.rules)
	t.istio.RouteNames, t.istio.RouteIndexes = selectors(t.rules)
}

// intolerable returns the findings that say that what was read is already not
// what the source does, beyond the tolerance.
func (t *target) intolerable(read policy.Report) policy.Report {
	var out policy.Report
	for _, f := range read {
		if f.Effect == policy.Wider && t.tolerance < policy.DangerouslyAllowWider ||
			f.Effect == policy.Narrower && t.tolerance < policy.AllowNarrower {
			out = append(out, f)
		}
	}
	return out
}

// written is a translation: objects to print, and what there is to say of them.
type written struct {
	objects []any
	report  policy.Report
	to      string // the kind that the report is about
}

// patch writes objects of the source's name with just the policy.
func (t *target) patch(s *source) (written, error) {
	meta := metav1.ObjectMeta{Name: s.head.Name, Namespace: s.head.Namespace}
	switch t.kind {
	case kindIngress:
		annotations, report, err := nginx.Render(s.policy, &t.nginx)
		meta.Annotations = annotations
		return written{[]any{ingressPatch(meta)}, report, "Ingress"}, err
	case kindMiddleware:
		return t.middleware(s)
	case kindVirtualService:
		obj, report, err := istio.Apply(&istionetworkingv1.VirtualService{
			TypeMeta:   metav1.TypeMeta{APIVersion: "networking.istio.io/v1", Kind: "VirtualService"},
			ObjectMeta: meta,
			Spec:       networkingv1alpha3.VirtualService{Http: []*networkingv1alpha3.HTTPRoute{{}}},
		}, s.policy, &istio.Options{Tolerance: t.tolerance, Accept: t.istio.Accept, ForwardUnmatchedPreflights: t.istio.ForwardUnmatchedPreflights})
		return written{[]any{obj}, report, "VirtualService"}, err
	default:
		obj, report, err := gatewayapi.Apply(routePatch(meta), s.policy, &gatewayapi.Options{
			Tolerance: t.tolerance, Accept: t.gateway.Accept, Implementation: t.gateway.Implementation})
		return written{[]any{obj}, report, "HTTPRoute"}, err
	}
}

// ingressPatch is an Ingress that has nothing but metadata.
func ingressPatch(meta metav1.ObjectMeta) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: networkingv1.SchemeGroupVersion.String(), Kind: "Ingress"},
		ObjectMeta: meta,
	}
}

// routePatch is an HTTPRoute with one rule to carry a filter.
func routePatch(meta metav1.ObjectMeta) *gatewayv1.HTTPRoute {
	return &gatewayv1.HTTPRoute{
		TypeMeta:   metav1.TypeMeta{APIVersion: gatewayv1.GroupVersion.String(), Kind: "HTTPRoute"},
		ObjectMeta: meta,
		Spec:       gatewayv1.HTTPRouteSpec{Rules: []gatewayv1.HTTPRouteRule{{}}},
	}
}

// middleware writes a Middleware, and the patch that lets the source refer to
// it.
func (t *target) middleware(s *source) (written, error) {
	opts := t.traefik
	opts.Name, opts.Namespace = s.head.Name, s.head.Namespace
	mw, report, err := traefik.Render(s.policy, &opts)
	w := written{[]any{mw}, report, "Middleware"}
	if err != nil {
		return w, err
	}
	meta := metav1.ObjectMeta{Name: s.head.Name, Namespace: s.head.Namespace}
	switch s.kind {
	case kindIngress:
		obj := &networkingv1.Ingress{ObjectMeta: meta}
		if s.middlewares != "" { // the patch replaces the annotation as a whole
			obj.Annotations = map[string]string{middlewaresAnnotation: s.middlewares}
		}
		out, more, err := traefik.Attach(obj, &opts)
		w.report = append(w.report, more...)
		if err != nil {
			return w, err
		}
		w.objects = append(w.objects, ingressPatch(out.ObjectMeta))
	case kindHTTPRoute:
		out, more, err := traefik.Attach(routePatch(meta), &opts)
		w.report = append(w.report, more...)
		if err != nil {
			return w, err
		}
		w.objects = append(w.objects, out)
	case kindVirtualService:
		w.report = append(w.report, policy.Finding{Code: codeNotAttach, Effect: policy.Note,
			Detail: "Traefik reads no VirtualService; let the Ingress, IngressRoute or HTTPRoute that takes its place refer to the Middleware"})
	}
	return w, nil
}
