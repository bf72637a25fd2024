package nginx

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/corslate/corslate/policy"
)

// Parse returns the policy that annotations have for the browsers in front of
// an application that sends no CORS headers of its own. It looks at all of the
// annotations, as some others decide whether those for CORS are read.
//
// The error is a [policy.ErrNoPolicy], to be found with errors.Is, if enable-cors
// is not true or if the annotations belong to a canary Ingress; the report then
// names the annotations that are there without effect. No other error occurs:
// the controller refuses no value.
func Parse(annotations map[string]string, opts *Options) (*policy.Policy, policy.Report, error) {
	r := reading{Options: settings(opts), annotations: annotations}
	return r.policy()
}

// reading is one pass over the annotations of an object.
type reading struct {
	Options
	annotations map[string]string
	// schemes and unproved are those of the matcher.
	schemes  []string
	unproved bool

	unpreflighted bool // no preflight succeeds
	spec          policy.Spec
	report        policy.Report
}

func (r *reading) add(code policy.Code, effect policy.Effect, field policy.Field, name, value, detail string) {
	r.report = append(r.report, policy.Finding{Code: code, Effect: effect, Field: field, Value: value, Path: r.key(name), Detail: detail})
}

func (r *reading) policy() (*policy.Policy, policy.Report, error) {
	if err := r.enabled(); err != nil {
		return nil, r.report, fmt.Errorf("adapters/nginx: parse: %w", err)
	}
	if r.Controller == TraefikProvider {
		r.traefik()
	} else {
		r.ingressNGINX()
	}
	r.others()
	r.behaviour()
	p, err := r.compile()
	if err != nil {
		return nil, r.report, fmt.Errorf("adapters/nginx: parse: %w", err)
	}
	return p, r.report, nil
}

func (r *reading) ingressNGINX() {
	r.origins()
	r.methods()
	r.headers()
	r.credentials()
	r.expose()
	r.maxAge()
}

// enabled returns ErrNoPolicy, with the reason, unless the annotations are read.
func (r *reading) enabled() error {
	raw, present := r.annotations[r.key(enableCORS)]
	on, readable := r.boolean(raw)
	canaried := r.canary()
	if present && !readable {
		r.add(CodeNotBoolean, policy.Advice, "", enableCORS, raw, `this is no boolean and so means false; write "true" if CORS is meant to be on`)
	}
	if on && !canaried {
		return nil
	}
	if canaried {
		r.add(CodeCanary, policy.Note, "", canary, r.annotations[r.key(canary)],
			"the CORS annotations of a canary Ingress are not read; those of the main Ingress hold for both")
	}
	for _, name := range annotationNames[1:] {
		if value, ok := r.annotations[r.key(name)]; ok && !canaried {
			r.add(CodeNotEnabled, policy.Advice, "", name, value, `this has no effect without `+enableCORS+`: "true"`)
		}
	}
	r.others()
	switch {
	case canaried:
		return fmt.Errorf("%w: it belongs to a canary Ingress", policy.ErrNoPolicy)
	case present:
		return fmt.Errorf("%w: %s is %q", policy.ErrNoPolicy, r.key(enableCORS), raw)
	}
	return fmt.Errorf("%w: it has no annotation %s", policy.ErrNoPolicy, r.key(enableCORS))
}

// canary reports whether the annotations are those of a canary Ingress.
func (r *reading) canary() bool {
	yes, _ := strconv.ParseBool(r.annotations[r.key(canary)])
	return yes && r.Controller == IngressNGINX
}

func (r *reading) boolean(raw string) (value, readable bool) {
	if r.Controller == TraefikProvider {
		return strings.EqualFold(raw, "true"), strings.EqualFold(raw, "true") || strings.EqualFold(raw, "false")
	}
	value, err := strconv.ParseBool(raw)
	return value, err == nil
}

// corsSnippet finds what may change the policy in lines of nginx configuration.
var corsSnippet = regexp.MustCompile(`(?i)access-control-|\bif\s*\(`)

// others reports annotations beside the seven that matter to CORS or seem to.
func (r *reading) others() {
	for _, full := range slices.Sorted(maps.Keys(r.annotations)) {
		value := r.annotations[full]
		name, ok := strings.CutPrefix(full, r.Prefix+"/")
		switch {
		case !ok:
		case strings.HasPrefix(name, "cors-") && !slices.Contains(annotationNames[:], name):
			r.add(CodeUnknown, policy.Advice, "", name, value, "the controller knows no such annotation; the seven are "+strings.Join(annotationNames[:], ", "))
		case name == "configuration-snippet" || name == "server-snippet":
			if corsSnippet.MatchString(value) {
				r.add(CodeSnippet, policy.Advice, "", name, value,
					"a snippet that sets CORS headers, or whose if matches and so removes those of actual responses, changes the policy; snippets are not read here")
			}
		}
	}
	if n := size(r.annotations); n > maxAnnotations {
		r.report = append(r.report, policy.Finding{Code: CodeTooLong, Effect: policy.Danger, Value: strconv.Itoa(n), Path: annotationsPath, Detail: tooLarge})
	}
}

// behaviour notes what no annotation changes.
func (r *reading) behaviour() {
	if !slices.Equal(r.spec.AllowOrigins, []string{"*"}) {
		r.add(policy.CodeNoVary, policy.Note, policy.FieldOrigins, allowOrigin, "",
			"answers depend on the Origin header but carry no Vary: Origin; let the application send it if shared caches stand in between")
	}
	r.add(policy.CodeApplicationHeaders, policy.Note, "", enableCORS, "",
		"CORS headers that the application sends reach browsers wherever this configuration sets none; let only one of the two send them")
	detail := "OPTIONS requests from allowed origins are answered 204 before authentication and never reach the application; those from other origins do reach it"
	if r.Controller == TraefikProvider {
		detail = "preflights from any origin are answered 200 and never reach the application"
	}
	r.add(policy.CodePreflightAnswered, policy.Note, "", enableCORS, "", detail)
}

// compile builds the policy, without the methods that no browser sends as they
// are written.
func (r *reading) compile() (*policy.Policy, error) {
	p, err := policy.New(r.spec)
	var malformed *policy.Error
	if err == nil || !errors.As(err, &malformed) {
		return p, err
	}
	bad := map[string]bool{}
	for _, f := range malformed.Findings {
		if f.Field == policy.FieldMethods && !bad[f.Value] {
			bad[f.Value] = true
			r.add(policy.CodeMethodNeverSent, policy.Note, policy.FieldMethods, allowMethods, f.Value, "this allows nothing: "+f.Detail)
		}
	}
	r.spec.AllowMethods = slices.DeleteFunc(r.spec.AllowMethods, func(m string) bool { return bad[m] })
	return policy.New(r.spec)
}
