package nginx

import "github.com/corslate/corslate/policy"

// Options says how to translate. Nil and the zero value are the strictest for
// [Render] and [Apply]; for [Parse] and [Extract] they mean ingress-nginx from
// v1.12 on with its default flags.
type Options struct {
	// Tolerance is how far Render may stray from the policy.
	Tolerance policy.Tolerance
	// Accept lists dangers of the policy itself, by the codes of
	// policy.Policy.Audit, that are meant. Render refuses all others.
	Accept []policy.Code
	// Prefix is what stands before the slash of each annotation: the flag
	// --annotations-prefix of the controller. Empty means [DefaultPrefix].
	Prefix string
	// Controller is the program that reads the annotations. Render always
	// writes what ingress-nginx understands, and proves it for this controller.
	Controller Controller
	// Release is the release of ingress-nginx and whether it validates
	// annotations. It has no meaning for other controllers.
	Release Release
}

// DefaultPrefix is the annotation prefix of ingress-nginx.
const DefaultPrefix = "nginx.ingress.kubernetes.io"

// Controller is a program that reads the annotations.
type Controller uint8

const (
	// IngressNGINX is https://github.com/kubernetes/ingress-nginx.
	IngressNGINX Controller = iota
	// TraefikProvider is Traefik's provider kubernetesIngressNGINX, as of
	// Traefik v3.7.13. It hands the values to its headers middleware: origins
	// are compared byte by byte, so that wildcards never match; * with
	// credentials, the default, reflects every origin with credentials; * is
	// honoured for methods and headers; only "true", in any case, is true.
	// Source: pkg/provider/kubernetes/ingress-nginx/ of
	// https://github.com/traefik/traefik.
	TraefikProvider
)

// Release is a range of releases of ingress-nginx that read annotations alike.
type Release uint8

const (
	// FromV112 is v1.12.0 and later, which by default validate annotations: a
	// list of origins with one bad character is opened to everyone. (An item
	// null is understood from v1.13.0 on.)
	FromV112 Release = iota
	// FromV112NotValidating is v1.12.0 and later, started with
	// --enable-annotation-validation=false: bad items are dropped one by one.
	FromV112NotValidating
	// BeforeV112 is v1.0.5 to v1.11, which by default do not validate, and
	// know neither schemes other than http and https nor null. Those of them
	// that read an empty item as every origin are not modelled: Parse warns of
	// such items, see [CodeEmptyItem].
	BeforeV112
)

// settings returns the options with their defaults filled in.
func settings(opts *Options) Options {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Prefix == "" {
		o.Prefix = DefaultPrefix
	}
	return o
}

// key returns the full name of an annotation.
func (o Options) key(name string) string { return o.Prefix + "/" + name }

// The annotations, in the order in which reports name them.
const (
	enableCORS       = "enable-cors"
	allowOrigin      = "cors-allow-origin"
	allowMethods     = "cors-allow-methods"
	allowHeaders     = "cors-allow-headers"
	allowCredentials = "cors-allow-credentials"
	exposeHeaders    = "cors-expose-headers"
	maxAge           = "cors-max-age"

	canary = "canary" // not one of CORS, but those are not read beside it
)

var annotationNames = [...]string{
	enableCORS, allowOrigin, allowMethods, allowHeaders, allowCredentials, exposeHeaders, maxAge,
}
