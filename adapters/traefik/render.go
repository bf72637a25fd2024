package traefik

import (
	"maps"
	"slices"
	"strings"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/internal/proof"
	"github.com/corslate/corslate/policy"
)

// Render writes the policy as a Middleware that means the same under both
// algorithms of Traefik. All origins can be said; what cannot is "*" among the
// methods or headers of a policy with credentials ([policy.CodeInexpressible]).
//
// The report is the policy's audit, what was left out, and what [Parse] says
// about the result. The error is a [*policy.Error] with what the options do not
// accept; the Middleware is nil with it.
func Render(p *policy.Policy, opts *Options) (*traefikv1alpha1.Middleware, policy.Report, error) {
	o := opts.orZero()
	return prove("adapters/traefik: render", &traefikv1alpha1.Middleware{
		TypeMeta:   metav1.TypeMeta{APIVersion: traefikv1alpha1.SchemeGroupVersion.String(), Kind: "Middleware"},
		ObjectMeta: metav1.ObjectMeta{Name: o.Name, Namespace: o.Namespace, Labels: maps.Clone(o.Labels)},
	}, p, o)
}

// prove writes the policy into mw, reads that back and compares.
func prove(op string, mw *traefikv1alpha1.Middleware, p *policy.Policy, opts Options) (*traefikv1alpha1.Middleware, policy.Report, error) {
	cors, found := write(p.Spec())
	if mw.Spec.Headers == nil {
		mw.Spec.Headers = new(dynamic.Headers)
	}
	replaceCORS(mw.Spec.Headers, cors)
	rendered, behaviour, err := read(op, mw, Options{})
	found = append(found, behaviour...)
	if err != nil {
		return nil, found, err
	}
	report, err := proof.Check(op, p, rendered, found, proof.Terms{Tolerance: opts.Tolerance, Accept: opts.Accept})
	if err != nil {
		return nil, report, err
	}
	return mw, report, nil
}

// write spells the policy in the words that all releases read alike.
func write(spec policy.Spec) (*dynamic.Headers, policy.Report) {
	var found policy.Report
	h := &dynamic.Headers{AccessControlMaxAge: maxAge(spec)}
	writeOrigins(h, spec)
	// Credentials go on every response, whatever its origin: without origins
	// they would serve the application's own CORS headers alone.
	h.AccessControlAllowCredentials = spec.AllowCredentials && len(spec.AllowOrigins) > 0

	h.AccessControlAllowMethods = listed(spec.AllowMethods, policy.FieldMethods, h.AccessControlAllowCredentials, &found)
	if len(h.AccessControlAllowMethods) == 0 {
		// Browsers let it through anyway; but a max-age of 0 needs company
		// before v3.6.22.
		h.AccessControlAllowMethods = []string{"GET"}
	}
	h.AccessControlAllowHeaders = listed(spec.AllowHeaders, policy.FieldHeaders, h.AccessControlAllowCredentials, &found)
	h.AccessControlExposeHeaders = exposed(spec.ExposeHeaders, h.AccessControlAllowCredentials)
	return h, found
}

func maxAge(spec policy.Spec) *int64 {
	seconds := int64(policy.DefaultMaxAgeSeconds)
	if spec.MaxAgeSeconds != nil {
		seconds = *spec.MaxAgeSeconds
	}
	return &seconds
}

func writeOrigins(h *dynamic.Headers, spec policy.Spec) {
	for _, text := range spec.AllowOrigins {
		pattern, err := origins.Parse(text)
		if err != nil {
			panic("traefik: a policy's own origin does not parse: " + err.Error())
		}
		switch {
		case pattern.Kind == origins.Any && !spec.AllowCredentials, origins.Serialized(text):
			h.AccessControlAllowOriginList = append(h.AccessControlAllowOriginList, text)
		default:
			h.AccessControlAllowOriginListRegex = append(h.AccessControlAllowOriginListRegex, anchor(pattern))
		}
		h.AddVaryHeader = pattern.Kind != origins.Any || spec.AllowCredentials
	}
}

// listed returns names, without "*" where credentials would make it mean one
// thing before v3.6.22 and another since.
func listed(names []string, field policy.Field, credentials bool, found *policy.Report) []string {
	var out []string
	for _, name := range names {
		if name == "*" && credentials {
			*found = append(*found, policy.Finding{Code: policy.CodeInexpressible, Effect: policy.Narrower, Field: field, Value: name, Path: "spec.headers",
				Detail: "with credentials no words mean * in all releases, so it is left out; name each"})
			continue
		}
		out = append(out, name)
	}
	return out
}

// exposed returns names. From v3.6.22 on an entry "*" beside credentials takes
// the whole header away. Joined to a name, in one entry, "*" is sent by all
// releases and read by browsers as the policy means it.
func exposed(names []string, credentials bool) []string {
	if !credentials || !slices.Contains(names, "*") {
		return names
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "*" })
	if len(names) == 0 {
		names = []string{"Content-Type"} // every page may read that one anyway
	}
	return []string{strings.Join(names, ",") + ",*"}
}
