package main

import (
	"errors"
	"slices"

	ingressv1 "k8s.io/api/networking/v1"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/adapters/traefik"
	"github.com/corslate/corslate/internal/manifest"
	"github.com/corslate/corslate/policy"
)

// source is an object of the input that can carry a policy, and what it carries.
type source struct {
	place  manifest.Place
	head   manifest.Head // a bare policy has the name that was given for it
	kind   kind
	policy *policy.Policy // nil: none, or refused
	report policy.Report
	err    error // why there is no policy; it wraps policy.ErrNoPolicy if that is all

	host        string // a name under which the object serves; may be empty or a wildcard
	middlewares string // the annotation of an Ingress that refers to Traefik's middlewares
	rules       int    // of an HTTPRoute, or the HTTP routes of a VirtualService
}

// read reads an object that is of a kind that carries policies.
func (r *reading) read(o *manifest.Object, k kind) source {
	s := source{place: o.Place, head: o.Head, kind: k}
	switch k {
	case kindIngress:
		if obj := extract(o, &s, &r.nginx, nginx.Extract); obj != nil {
			s.middlewares = obj.Annotations[middlewaresAnnotation]
			s.host = ingressHost(obj)
		}
	case kindMiddleware:
		extract(o, &s, &r.traefik, traefik.Extract)
	case kindVirtualService:
		if obj := extract(o, &s, &r.istio, istio.Extract); obj != nil {
			s.host = first(obj.Spec.Hosts)
			s.rules = len(obj.Spec.Http)
		}
	case kindHTTPRoute:
		if obj := extract(o, &s, &r.gateway, gatewayapi.Extract); obj != nil {
			s.host = string(first(obj.Spec.Hostnames))
			s.rules = len(obj.Spec.Rules)
		}
	case kindSpec:
		s.head.Name, s.head.Namespace = r.name, r.namespace
		s.spec(o)
	}
	return s
}

// extract decodes the object and reads its policy. It returns nil if the object
// cannot be decoded.
func extract[T, O any](o *manifest.Object, s *source, opts *O, verb func(*T, *O) (*policy.Policy, policy.Report, error)) *T {
	obj := new(T)
	unknown, err := o.Decode(obj)
	if err != nil {
		s.err = err
		return nil
	}
	s.report = unknownFields(unknown)
	p, report, err := verb(obj, opts)
	s.policy, s.err = p, err
	s.report = complete(append(s.report, report...), err)
	return obj
}

// unknownFields reports fields that the API server prunes, or that are newer
// than the types of this program.
func unknownFields(paths []string) policy.Report {
	var report policy.Report
	for _, path := range paths {
		report = append(report, policy.Finding{Code: codeUnknown, Effect: policy.Advice, Path: path,
			Detail: "the kind has no such field, as far as this program knows; it counts for nothing here"})
	}
	return report
}

// complete appends what an error refuses and the report does not hold.
func complete(report policy.Report, err error) policy.Report {
	if refused := (*policy.Error)(nil); errors.As(err, &refused) {
		for _, f := range refused.Findings {
			if !slices.Contains(report, f) {
				report = append(report, f)
			}
		}
	}
	return report
}

func (s *source) spec(o *manifest.Object) {
	text, err := o.JSON()
	if err != nil {
		s.err = err
		return
	}
	var spec policy.Spec
	if err := spec.UnmarshalJSON(text); err != nil {
		s.err = err
	} else if s.policy, err = policy.New(spec); err != nil {
		s.err = err
	}
	s.report = complete(nil, s.err)
}

func ingressHost(obj *ingressv1.Ingress) string {
	for _, rule := range obj.Spec.Rules {
		if rule.Host != "" {
			return rule.Host
		}
	}
	return ""
}

func first[T any](list []T) (zero T) {
	if len(list) == 0 {
		return zero
	}
	return list[0]
}

const middlewaresAnnotation = "traefik.ingress.kubernetes.io/router.middlewares"

// eachRule reads the rules of an object one by one, for an object whose rules
// disagree. ok is false if the object is of another kind.
func (r *reading) eachRule(o *manifest.Object, s source) (rules []source, ok bool) {
	for i := range s.rules {
		rule := source{place: s.place, head: s.head, kind: s.kind, host: s.host}
		switch s.kind {
		case kindVirtualService:
			opts := r.istio
			opts.RouteNames, opts.RouteIndexes = nil, []int{i}
			extract(o, &rule, &opts, istio.Extract)
		case kindHTTPRoute:
			opts := r.gateway
			opts.RuleNames, opts.RuleIndexes = nil, []int{i}
			extract(o, &rule, &opts, gatewayapi.Extract)
		default:
			return nil, false
		}
		rules = append(rules, rule)
	}
	return rules, len(rules) > 0
}

// outcome says how the reading of a source ended.
func (s *source) outcome() outcome {
	refused := (*policy.Error)(nil)
	switch {
	case s.policy != nil:
		return outcomeRead
	case errors.Is(s.err, policy.ErrNoPolicy):
		return outcomeNoCORS
	case errors.As(s.err, &refused) && len(refused.Findings.With(policy.Malformed)) == 0:
		return outcomeRefused
	}
	return outcomeUnusable
}

// records returns what the source has to say, as records.
func (s *source) records() []record {
	out := make([]record, 0, len(s.report)+1)
	for _, f := range s.report {
		out = append(out, about(s.place, s.head, f))
	}
	if s.outcome() == outcomeUnusable {
		if refused := (*policy.Error)(nil); !errors.As(s.err, &refused) {
			out = append(out, unreadable(s.err))
		}
	}
	return out
}
