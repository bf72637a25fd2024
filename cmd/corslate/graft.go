package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
	istionetworkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1 "k8s.io/api/networking/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/adapters/traefik"
	"github.com/corslate/corslate/internal/manifest"
	"github.com/corslate/corslate/policy"
)

// seed is a policy that waits for the objects that it is to be grafted onto.
type seed struct {
	held
	read     policy.Report // of the source: what bears on the quality
	carried  bool          // an object of the target's kind has the policy now
	attached bool          // an object refers to the Middleware that has it
	failure  error         // why an object did not take it
	report   policy.Report // of the objects that did
}

// graft reads the sources, and prints the file of --into with their policies.
func (c *convert) graft(paths []string, out io.Writer, report *reporter) (total tally, err error) {
	g := grafting{convert: c, seeds: map[key]*seed{}, endsLine: true}
	g.read(paths, report, &total)
	write := func(text []byte) error {
		report.write(g.out.records)
		total.add(g.out.tally)
		g.out = converted{}
		if _, err := out.Write(text); err != nil {
			return fmt.Errorf("writing manifests: %w", err)
		}
		return nil
	}
	for document, err := range manifest.Read(c.std.in, c.into) {
		var text []byte
		if err == nil {
			text, err = document.Edit(g.edit)
			if err != nil {
				text = document.Raw
			}
		}
		if err != nil {
			g.out.records = append(g.out.records, unreadable(err))
			g.out.tally.counts[outcomeUnusable]++
		}
		if len(text) > 0 {
			g.endsLine = text[len(text)-1] == '\n'
		}
		if err := write(text); err != nil {
			return total, err
		}
	}
	for _, k := range g.order {
		if err := write(g.finish(g.seeds[k])); err != nil {
			return total, err
		}
	}
	return total, nil
}

// grafting is the work on the file of --into.
type grafting struct {
	*convert
	seeds    map[key]*seed
	order    []key
	out      converted // not yet printed
	endsLine bool      // what was printed ends in a line break
}

// read reads the sources. Of several of one name the last counts, as it does
// for kubectl apply.
func (g *grafting) read(paths []string, report *reporter, total *tally) {
	type part struct {
		converted
		seeds []*seed
	}
	for p := range inOrder(entries(g.std, paths...), entry.bytes, func(e entry) (p part) {
		visit(e, &g.reading, &p.tally, &p.records, func(s *source, _ *manifest.Object) {
			if g.admits(s, &p.converted) {
				p.seeds = append(p.seeds, &seed{held: hold(s), read: s.report.With(policy.Narrower, policy.Wider)})
			}
		})
		return p
	}) {
		report.write(p.records)
		total.add(p.tally)
		for _, s := range p.seeds {
			k := key{s.head.Namespace, s.head.Name}
			if _, known := g.seeds[k]; !known {
				g.order = append(g.order, k)
			}
			g.seeds[k] = s
		}
		report.screen.progress(total)
	}
}

// edit gives an object of the file the policy of the source of its name.
func (g *grafting) edit(o *manifest.Object) (before, after any, err error) {
	s := g.seeds[key{o.Head.Namespace, o.Head.Name}]
	k, err := kindOf(o)
	if s == nil || err != nil || k == kindSpec {
		return nil, nil, nil
	}
	t := &g.target
	carries := k == t.kind
	switch {
	case k == kindIngress && carries:
		return change(g, s, o, carries, func(obj *networkingv1.Ingress, p *policy.Policy) (*networkingv1.Ingress, policy.Report, error) {
			return nginx.Apply(obj, p, &t.nginx)
		})
	case k == kindMiddleware && carries:
		return change(g, s, o, carries, func(obj *v1alpha1.Middleware, p *policy.Policy) (*v1alpha1.Middleware, policy.Report, error) {
			return traefik.Apply(obj, p, &t.traefik)
		})
	case k == kindVirtualService && carries:
		return change(g, s, o, carries, func(obj *istionetworkingv1.VirtualService, p *policy.Policy) (*istionetworkingv1.VirtualService, policy.Report, error) {
			return istio.Apply(obj, p, &t.istio)
		})
	case k == kindHTTPRoute && carries:
		return change(g, s, o, carries, func(obj *gatewayv1.HTTPRoute, p *policy.Policy) (*gatewayv1.HTTPRoute, policy.Report, error) {
			return gatewayapi.Apply(obj, p, &t.gateway)
		})
	case t.kind != kindMiddleware:
		return nil, nil, nil
	case k == kindIngress:
		return change(g, s, o, carries, attach[*networkingv1.Ingress](g, s))
	case k == kindIngressRoute:
		return change(g, s, o, carries, attach[*v1alpha1.IngressRoute](g, s))
	case k == kindHTTPRoute:
		return change(g, s, o, carries, attach[*gatewayv1.HTTPRoute](g, s))
	}
	return nil, nil, nil
}

// attach lets a route refer to the Middleware of the seed, if the policy can be
// written as one.
func attach[R traefik.Route](g *grafting, s *seed) func(R, *policy.Policy) (R, policy.Report, error) {
	return func(route R, p *policy.Policy) (R, policy.Report, error) {
		opts := g.target.traefik
		opts.Name, opts.Namespace = s.head.Name, s.head.Namespace
		if _, report, err := traefik.Render(p, &opts); err != nil {
			return nil, report, err
		}
		return traefik.Attach(route, &opts)
	}
}

// change applies a policy to an object of the file and reports it. It returns
// nothing to write where the policy is refused.
func change[T any](g *grafting, s *seed, o *manifest.Object, carries bool, apply func(*T, *policy.Policy) (*T, policy.Report, error)) (before, after any, err error) {
	obj := new(T)
	if _, err := o.Decode(obj); err != nil {
		return nil, nil, err
	}
	changed, report, err := apply(obj, s.policy())
	if err == nil && g.refuseDanger {
		if added := report.With(policy.Danger); len(added) > 0 {
			err = &policy.Error{Op: "convert", Findings: added}
		}
	}
	for _, f := range complete(report, err) {
		r := about(o.Place, o.Head, f)
		r.To = o.Head.Kind
		g.out.records = append(g.out.records, r)
	}
	if err != nil {
		s.failure = err
		return nil, nil, nil
	}
	s.carried = s.carried || carries
	s.attached = s.attached || !carries
	s.report = append(s.report, report...)
	return obj, changed, nil
}

// finish counts what became of a seed. It returns the Middleware that objects
// refer to now and that the file did not have.
func (g *grafting) finish(s *seed) []byte {
	refuse := func(err error) []byte {
		g.out.tally.counts[outcomeRefused]++
		g.out.records = append(g.out.records, refusal(s.place, s.head, err))
		return nil
	}
	switch {
	case s.failure != nil:
		return refuse(s.failure)
	case !s.carried && !s.attached:
		missing := policy.Finding{Code: codeNoTarget, Effect: policy.Inexpressible, Value: g.into,
			Detail: "the file has no object of this name that could have the policy"}
		g.out.records = append(g.out.records, about(s.place, s.head, missing))
		return refuse(&policy.Error{Findings: policy.Report{missing}})
	}
	var text []byte
	if !s.carried {
		opts := g.target.traefik
		opts.Name, opts.Namespace = s.head.Name, s.head.Namespace
		mw, report, err := traefik.Render(s.policy(), &opts)
		if err == nil {
			text, err = manifest.Encode(mw)
		}
		if err != nil {
			return refuse(err)
		}
		for _, f := range report {
			r := about(s.place, s.head, f)
			r.To = "Middleware"
			g.out.records = append(g.out.records, r)
		}
		s.report = append(s.report, report...)
		mark := "---\n"
		if !g.endsLine {
			mark = "\n---\n"
		}
		text = slices.Concat([]byte(mark), text)
		g.endsLine = true
	}
	g.out.tally.counts[quality(slices.Concat(s.read, s.report))]++
	return text
}
