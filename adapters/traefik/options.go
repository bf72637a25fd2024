package traefik

import "github.com/corslate/corslate/policy"

// Options says how to read and to write. A nil *Options is the strictest for
// [Render] and [Apply], and the newest releases of Traefik for [Parse] and
// [Extract].
type Options struct {
	// Tolerance is how far a rendered Middleware may stray from the policy.
	Tolerance policy.Tolerance
	// Accept lists the dangers of the policy itself that are meant. Render and
	// Apply refuse a policy whose Audit reports any other.
	Accept []policy.Code

	// Algorithm is the one by which Parse and Extract read. Render and Apply do
	// not look at it: what they write means the same under both.
	Algorithm Algorithm
	// Name is the name of the Middleware that Render writes and that [Attach]
	// and [Detach] refer to. Render leaves the name out if it is empty; Attach
	// refuses that.
	Name string
	// Namespace is that Middleware's namespace. If it is empty, Render leaves
	// it out, and Attach and Detach take the namespace of the route.
	Namespace string
	// Labels are copied to the Middleware that Render writes.
	Labels map[string]string
	// SafeNaming is true if Traefik, from v3.7.11, runs with
	// providers.kubernetesCRD.safeNaming. An Ingress then refers to a
	// Middleware as <namespace>_<name>@kubernetescrd instead of
	// <namespace>-<name>@kubernetescrd.
	SafeNaming bool
}

// Algorithm says how Traefik answers: that changed in patch releases of 2026.
type Algorithm uint8

const (
	// Reflecting is v3.6.22, v3.7.6 and later. Together with credentials, "*"
	// in a list stands for whatever the request asks for, its origin included.
	Reflecting Algorithm = iota
	// Literal is every v2, v3 up to v3.6.21 and v3.7.0 to v3.7.5. A "*" is
	// sent as it stands, and browsers do not let it count for credentialed
	// requests; an absent max-age is sent as 0.
	Literal
)

func (o *Options) orZero() Options {
	if o == nil {
		return Options{}
	}
	return *o
}
