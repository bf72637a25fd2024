package traefik

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
	networkingv1 "k8s.io/api/networking/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/policy"
)

// Route is what can refer to a Middleware:
//
//   - an Ingress, by the annotation traefik.ingress.kubernetes.io/router.middlewares.
//     Where providers.kubernetesIngress.crossProviderNamespaces is set and does not
//     list the namespace of the Ingress, Traefik drops an Ingress that has it;
//   - an IngressRoute, by spec.routes[].middlewares;
//   - an HTTPRoute, by a filter of type ExtensionRef in every rule.
type Route interface {
	*networkingv1.Ingress | *traefikv1alpha1.IngressRoute | *gatewayv1.HTTPRoute
}

// Attach returns a deep copy of the route in which every rule refers to the
// Middleware that the options name. The reference comes before those to other
// middlewares: one that asks for authentication would refuse preflights, which
// carry none. What refers to it already stays as it is.
//
// The error is a [*policy.Error]: the options have no name, no rule can take
// the reference, or an HTTPRoute is in another namespace. The report says what
// the reference needs of Traefik's configuration, and which rules seem to keep
// preflights out.
func Attach[R Route](route R, opts *Options) (R, policy.Report, error) {
	a := attachment{opts: opts.orZero()}
	out := clone(route)
	if a.opts.Name == "" {
		a.add(CodeReferenceName, policy.Malformed, "", "", "the options do not name the Middleware to refer to; set Options.Name")
		return nil, a.report, a.refusal()
	}
	switch route := any(out).(type) {
	case *networkingv1.Ingress:
		a.ingress(route)
	case *traefikv1alpha1.IngressRoute:
		a.ingressRoute(route)
	case *gatewayv1.HTTPRoute:
		a.httpRoute(route)
	}
	if err := a.refusal(); err != nil {
		return nil, a.report, err
	}
	return out, a.report, nil
}

// Detach returns a deep copy of the route without the references that
// [Attach], with the same options, makes.
func Detach[R Route](route R, opts *Options) R {
	a := attachment{opts: opts.orZero()}
	out := clone(route)
	switch route := any(out).(type) {
	case *networkingv1.Ingress:
		a.detachIngress(route)
	case *traefikv1alpha1.IngressRoute:
		for i := range route.Spec.Routes {
			r := &route.Spec.Routes[i]
			r.Middlewares = without(r.Middlewares, func(m traefikv1alpha1.MiddlewareRef) bool { return a.refers(m, route.Namespace) })
		}
	case *gatewayv1.HTTPRoute:
		for i := range route.Spec.Rules {
			r := &route.Spec.Rules[i]
			r.Filters = without(r.Filters, a.isFilter)
		}
	}
	return out
}

func clone[R Route](route R) R {
	var out any
	switch route := any(route).(type) {
	case *networkingv1.Ingress:
		out = route.DeepCopy()
	case *traefikv1alpha1.IngressRoute:
		out = route.DeepCopy()
	case *gatewayv1.HTTPRoute:
		out = route.DeepCopy()
	}
	return out.(R)
}

// without removes elements from a list, and the list with the last of them.
func without[E any](list []E, remove func(E) bool) []E {
	if !slices.ContainsFunc(list, remove) {
		return list
	}
	if list = slices.DeleteFunc(list, remove); len(list) == 0 {
		return nil
	}
	return list
}

type attachment struct {
	opts   Options
	report policy.Report
}

func (a *attachment) add(code policy.Code, effect policy.Effect, value, path, detail string) {
	a.report = append(a.report, policy.Finding{Code: code, Effect: effect, Value: value, Path: path, Detail: detail})
}

func (a *attachment) refusal() error {
	if refused := a.report.With(policy.Malformed, policy.Inexpressible); len(refused) > 0 {
		return &policy.Error{Op: "adapters/traefik: attach", Findings: refused}
	}
	return nil
}

// defaultNamespace is where kubectl puts an object without a namespace unless
// its context says otherwise.
const defaultNamespace = "default"

// namespaces returns the Middleware's namespace and the route's.
func (a *attachment) namespaces(route string) (own, routes string) {
	if routes = route; routes == "" {
		routes = defaultNamespace
	}
	if own = a.opts.Namespace; own == "" {
		own = routes
	}
	return own, routes
}

// guessed reports that an outcome depends on the namespace of a route that has
// none.
func (a *attachment) guessed(route string) {
	if route == "" {
		a.add(CodeReferenceNamespace, policy.Advice, defaultNamespace, "metadata.namespace",
			"the route names no namespace, so it is taken to be in "+defaultNamespace+"; write it out")
	}
}

// ambiguous reports that the generated name, the namespace and the name joined
// by a hyphen, can be read in several ways.
func (a *attachment) ambiguous(namespace, at string) {
	if id := dashed(namespace, a.opts.Name); !a.opts.SafeNaming && strings.Count(id, "-") > 1 {
		a.add(CodeReferenceAmbiguous, policy.Note, id, at,
			"Traefik knows the Middleware by this name, which one of another namespace and name can have as well and then may take its place; from v3.7.11 turn on providers.kubernetesCRD.safeNaming")
	}
}

// dashed is the name by which Traefik knows a Middleware unless naming is
// safe. Upstream: provider.Normalize in pkg/provider/configuration.go.
func dashed(namespace, name string) string {
	return strings.Join(strings.FieldsFunc(namespace+"-"+name, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsNumber(c)
	}), "-")
}

const middlewaresAnnotation = "traefik.ingress.kubernetes.io/router.middlewares"

func (a *attachment) id(routeNamespace string) string {
	namespace, _ := a.namespaces(routeNamespace)
	if a.opts.SafeNaming {
		return namespace + "_" + a.opts.Name + "@kubernetescrd"
	}
	return dashed(namespace, a.opts.Name) + "@kubernetescrd"
}

func (a *attachment) ingress(obj *networkingv1.Ingress) {
	at := "metadata.annotations[" + middlewaresAnnotation + "]"
	namespace, _ := a.namespaces(obj.Namespace)
	if a.opts.Namespace == "" {
		a.guessed(obj.Namespace)
	}
	a.ambiguous(namespace, at)
	id, written := a.id(obj.Namespace), obj.Annotations[middlewaresAnnotation]
	refs := strings.Split(written, ",")
	switch i := slices.IndexFunc(refs, func(ref string) bool { return strings.TrimSpace(ref) == id }); {
	case i >= 0:
		a.order(i, at)
		return
	case strings.TrimSpace(written) == "":
		written = id
	default:
		written = id + "," + written
	}
	if obj.Annotations == nil {
		obj.Annotations = map[string]string{}
	}
	obj.Annotations[middlewaresAnnotation] = written
}

func (a *attachment) detachIngress(obj *networkingv1.Ingress) {
	written, ok := obj.Annotations[middlewaresAnnotation]
	if !ok {
		return
	}
	id := a.id(obj.Namespace)
	refs := without(strings.Split(written, ","), func(ref string) bool { return strings.TrimSpace(ref) == id })
	if refs != nil {
		obj.Annotations[middlewaresAnnotation] = strings.Join(refs, ",")
		return
	}
	if delete(obj.Annotations, middlewaresAnnotation); len(obj.Annotations) == 0 {
		obj.Annotations = nil
	}
}

func (a *attachment) order(i int, at string) {
	if i > 0 {
		a.add(CodeReferenceOrder, policy.Advice, a.opts.Name, at,
			"the middlewares before it see preflights first, and one that asks for authentication refuses them; move it to the front")
	}
}

func (a *attachment) refers(m traefikv1alpha1.MiddlewareRef, routeNamespace string) bool {
	own, theirs := a.namespaces(routeNamespace)
	if m.Namespace != "" {
		theirs = m.Namespace
	}
	return m.Name == a.opts.Name && theirs == own
}

func (a *attachment) ingressRoute(obj *traefikv1alpha1.IngressRoute) {
	if len(obj.Spec.Routes) == 0 {
		a.add(policy.CodeNoRule, policy.Inexpressible, "", "spec.routes", "there is no route that could refer to the Middleware")
		return
	}
	own, theirs := a.namespaces(obj.Namespace)
	ref := traefikv1alpha1.MiddlewareRef{Name: a.opts.Name}
	if a.opts.Namespace != "" {
		a.guessed(obj.Namespace)
	}
	if own != theirs {
		ref.Namespace = own
		a.add(CodeReferenceNamespace, policy.Note, own, "spec.routes",
			"the Middleware is in another namespace: Traefik follows the reference only with providers.kubernetesCRD.allowCrossNamespace")
	}
	a.ambiguous(own, "spec.routes")
	for i := range obj.Spec.Routes {
		r := &obj.Spec.Routes[i]
		at := fmt.Sprintf("spec.routes[%d]", i)
		if found := slices.IndexFunc(r.Middlewares, func(m traefikv1alpha1.MiddlewareRef) bool { return a.refers(m, obj.Namespace) }); found >= 0 {
			a.order(found, fmt.Sprintf("%s.middlewares[%d]", at, found))
		} else {
			r.Middlewares = slices.Insert(r.Middlewares, 0, ref)
		}
		if strings.Contains(r.Match, "Method(") && !strings.Contains(r.Match, "OPTIONS") {
			a.unrouted(r.Match, at+".match")
		}
	}
}

func (a *attachment) unrouted(value, at string) {
	a.add(policy.CodePreflightNotRouted, policy.Advice, value, at,
		"preflights have the method OPTIONS, which this does not seem to match, so they never reach the Middleware; add OPTIONS")
}
