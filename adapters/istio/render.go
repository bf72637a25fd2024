package istio

import (
	"slices"
	"strconv"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"

	"github.com/corslate/corslate/internal/proof"
	"github.com/corslate/corslate/policy"
)

// Render writes the policy as a corsPolicy and proves it by reading it back.
// The fragment has exact and regex matchers only, each regular expression in at
// most 1024 bytes, and every setting written out: allowCredentials, maxAge (5s
// for a policy without one) and unmatchedPreflights (since Istio 1.23). The same
// policy gives the same fragment.
//
// Istio cannot say a maximum age of 0 (refused, or 1s under
// policy.DangerouslyAllowWider) or above 9223372036 seconds, methods outside
// CONNECT, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT and TRACE other than by
// "*", the header "*" without Authorization but with credentials, and regular
// expressions that are too long or match the text "*" and cannot be taken
// apart. Such values are left out, as far as the options' Tolerance allows.
//
// The error is a *policy.Error with what the options do not accept; the
// fragment is then nil and the report complete.
func Render(p *policy.Policy, opts *Options) (*networkingv1alpha3.CorsPolicy, policy.Report, error) {
	w := writer{terms: opts.terms()}
	spec := p.Spec()
	f := &networkingv1alpha3.CorsPolicy{
		AllowOrigins:        w.origins(spec.AllowOrigins),
		AllowMethods:        w.methods(spec.AllowMethods),
		AllowHeaders:        w.headers(spec),
		ExposeHeaders:       spec.ExposeHeaders,
		MaxAge:              durationpb.New(0),
		AllowCredentials:    wrapperspb.Bool(spec.AllowCredentials),
		UnmatchedPreflights: opts.unmatchedPreflights(),
	}
	f.MaxAge.Seconds = w.maxAge(p.MaxAgeSeconds())

	back, read, err := Parse(f, opts)
	if err != nil {
		return nil, slices.Concat(p.Audit(), w.found, read), err
	}
	report, err := proof.Check("adapters/istio: render", p, back, append(w.found, read.With(policy.Note)...), w.terms)
	if err != nil {
		return nil, report, err
	}
	return f, report, nil
}

// writer collects what could not be written as asked.
type writer struct {
	terms proof.Terms
	found policy.Report
}

func (w *writer) add(code policy.Code, effect policy.Effect, field policy.Field, value, detail string) {
	w.found = append(w.found, policy.Finding{Code: code, Effect: effect, Field: field, Value: value, Detail: detail})
}

func (w *writer) wider() bool { return w.terms.Tolerance >= policy.DangerouslyAllowWider }

func (w *writer) methods(methods []string) []string {
	var out []string
	for _, m := range methods {
		if m != star && !slices.Contains(knownMethods, m) {
			w.add(policy.CodeInexpressible, policy.Narrower, policy.FieldMethods, m,
				"Istio's validation refuses this method, so it is left out; allow * if every method may be allowed")
			continue
		}
		out = append(out, m)
	}
	return out
}

// A name that Fetch forbids to scripts, so that listing it grants nothing.
const ungrantable = "Origin"

// headers writes "*" alone where Authorization stands beside it, as Envoy
// echoes that too, and beside a harmless name where it does not: Envoy then
// sends the "*" itself, to be read by the browser, which does so in requests
// without credentials only.
func (w *writer) headers(spec policy.Spec) []string {
	names := spec.AllowHeaders
	switch {
	case !slices.Contains(names, star):
		return names
	case len(names) > 1: // with Authorization: there is nothing else beside it
		return []string{star}
	case !spec.AllowCredentials:
		return []string{star, ungrantable}
	case w.wider():
		w.add(policy.CodeInexpressible, policy.Wider, policy.FieldHeaders, star,
			"with credentials Istio can only echo every requested header, Authorization included; list the headers, or allow Authorization as well")
		return []string{star}
	}
	w.add(policy.CodeInexpressible, policy.Narrower, policy.FieldHeaders, star,
		"with credentials Istio can only echo every requested header, Authorization included, so * is left out; list the headers, or allow Authorization as well")
	return nil
}

func (w *writer) maxAge(seconds int64) int64 {
	const field = policy.FieldMaxAge
	switch {
	case seconds > maxMaxAge:
		w.add(policy.CodeInexpressible, policy.Narrower, field, strconv.FormatInt(seconds, 10),
			"Istio takes no more than 9223372036 seconds, which are written instead; no browser keeps an answer for longer than a day")
		return maxMaxAge
	case seconds > 0:
		return seconds
	case w.wider():
		w.add(policy.CodeInexpressible, policy.Wider, field, "0", "Istio takes no less than 1 second, which is written instead")
		return 1
	}
	w.add(policy.CodeInexpressible, policy.Inexpressible, field, "0",
		"Istio takes no less than 1 second and browsers take 5 where nothing is written; allow 1 second")
	return 1
}
