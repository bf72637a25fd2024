package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/corslate/corslate/internal/manifest"
	"github.com/corslate/corslate/policy"
)

// diff is the verb that compares.
type diff struct {
	std     streams
	reading reading
	report  reportFlags
	names   names
	url     string
}

func newDiff(std streams, result *status) *cobra.Command {
	d := diff{std: std}
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Compare the CORS configuration of two sets of manifests",
		Long: `diff pairs the objects of OLD and NEW by namespace and name, whatever their kinds,
and says of each pair whether NEW grants the same (equal), less (narrower), more
(wider) or both (incomparable) than OLD, with a browser request that proves each
difference and a curl command that shows it at a running endpoint.

OLD and NEW are files, directories, or - for standard input. Where several
objects of a side have the same name, those of the same kind are compared. An
object without CORS grants nothing. A bare policy without a --name is compared
with every object of the other side that has CORS. The exit status is 2 unless all pairs are equal and no object
with CORS is without a partner.`,
		Example: `  # check anyone's migration
  corslate diff old-ingress.yaml routes-from-another-tool.yaml

  # the routes have other names, in another namespace
  corslate diff --map shop=shop-route --map-namespace team=prod old/ new/

  # against what runs, for a machine to read
  kubectl get httproute -A -o yaml | corslate diff --report json ingress.yaml -`,
		Args: arguments(func(args []string) error {
			if len(args) != 2 {
				return errors.New("give two files or directories: OLD and NEW")
			}
			return atLeastOneFile(args)
		}),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			d.reading.finish()
			if err := d.names.finish(); err != nil {
				return &usageError{cmd.CommandPath(), err}
			}
			*result, err = d.run(args[0], args[1])
			return err
		},
	}
	d.names.flags(cmd)
	cmd.Flags().StringVar(&d.url, "url", "", "the `URL` for the curl commands; otherwise made of a host of the objects")
	d.reading.flags(cmd)
	d.report.flags(cmd)
	return cmd
}

func (d *diff) run(oldPath, newPath string) (status, error) {
	report, err := d.report.open(d.std)
	if err != nil {
		return statusUnusable, err
	}
	var total tally
	before := d.side(oldPath, d.names.rename, report, &total)
	after := d.side(newPath, func(k key) key { return k }, report, &total)
	for result := range inOrder(pairs(before, after), pair.bytes, d.compare) {
		report.write(result.records)
		total.add(result.tally)
	}
	return total.status(), report.close(total.summary(diffLine))
}

// side reads one of the inputs.
func (d *diff) side(path string, rename func(key) key, report *reporter, total *tally) *side {
	type part struct {
		held    []*held
		records []record
		tally   tally
	}
	out := new(side)
	for p := range inOrder(entries(d.std, path), entry.bytes, func(e entry) (p part) {
		visit(e, &d.reading, &p.tally, &p.records, func(s *source, _ *manifest.Object) {
			for _, r := range s.records() {
				// What the objects do is for check to say, but for what
				// bears on the comparison.
				if r.Effect > policy.Danger || r.Code == codeUnknown {
					p.records = append(p.records, r)
				}
			}
			if got := s.outcome(); got != outcomeRead {
				p.tally.counts[got]++
			}
			h := hold(s)
			p.held = append(p.held, &h)
		})
		return p
	}) {
		report.write(p.records)
		total.add(p.tally)
		for _, h := range p.held {
			out.add(rename(key{h.head.Namespace, h.head.Name}), h)
		}
		report.screen.progress(total)
	}
	return out
}

// compared is what there is to say about a pair.
type compared struct {
	records []record
	tally   tally
}

func (d *diff) compare(p pair) (out compared) {
	o, n := p.before, p.after
	switch {
	case o == nil || n == nil:
		if r, alone := lonely(p); alone {
			out.records = append(out.records, r)
			out.tally.counts[outcomeAlone]++
		}
		return out
	case o.refused || n.refused:
		return out // counted and reported when it was read
	case o.spec == "" && n.spec == "":
		return out
	}
	was, is := o.policy(), n.policy()
	c := policy.Comparison{Relation: policy.Equal}
	if o.spec != n.spec {
		c = policy.Compare(was, is)
	}
	relation := c.Relation
	hidden := o.overstated || n.understated
	if hidden {
		switch relation {
		case policy.Equal:
			relation = policy.WiderThan
		case policy.NarrowerThan:
			relation = policy.IncomparableTo
		}
	}
	v := verdicts[relation]
	out.tally.counts[v.outcome]++
	add := func(f policy.Finding) *record {
		r := about(n.place, n.head, f)
		r.Against = o.against()
		out.records = append(out.records, r)
		return &out.records[len(out.records)-1]
	}
	add(policy.Finding{Code: v.code, Effect: v.effect,
		Detail: fmt.Sprintf("%s %s (%s)", v.sentence, o.title(), place(o.place.File, o.place.Line, o.place.Document, o.place.Item))})
	for _, w := range widerFirst(c.Witnesses) {
		add(policy.Finding{Code: codeDifference, Effect: w.Effect, Field: w.Field, Value: w.Value, Detail: difference(w), Witness: &w}).
			Replay = replay(d.endpoint(o, n), w.Request)
	}
	if c.Unproven || hidden {
		detail := "the regular expressions are too complex to prove that the new object allows no other origin; simplify them or list the origins"
		if hidden {
			detail = "what one of the objects really does cannot be said by a policy, so that it cannot be excluded that the new object grants more; see its findings"
		}
		add(policy.Finding{Code: codeUnproven, Effect: policy.Wider, Detail: detail})
	}
	return out
}

var verdicts = map[policy.Relation]struct {
	code     policy.Code
	effect   policy.Effect
	outcome  outcome
	sentence string
}{
	policy.Equal:          {codeEqual, policy.Note, outcomeEqual, "equal: grants the same as"},
	policy.NarrowerThan:   {codeNarrower, policy.Narrower, outcomeNarrower, "narrower: grants less than"},
	policy.WiderThan:      {codeWider, policy.Wider, outcomeWider, "wider: grants more than"},
	policy.IncomparableTo: {codeBoth, policy.Wider, outcomeIncomparable, "incomparable: grants more in some requests and less in others than"},
}

// widerFirst sorts what is dangerous before the rest.
func widerFirst(witnesses []policy.Witness) []policy.Witness {
	return slices.SortedStableFunc(slices.Values(witnesses), func(a, b policy.Witness) int { return int(b.Effect) - int(a.Effect) })
}

// difference says what a witness shows.
func difference(w policy.Witness) string {
	more := w.Effect == policy.Wider
	switch {
	case w.Field == policy.FieldMaxAge && more:
		return "browsers remember the preflight for longer"
	case w.Field == policy.FieldMaxAge:
		return "browsers remember the preflight for less long"
	case w.Field == policy.FieldExposeHeaders && more:
		return "pages can read a response header that they could not"
	case w.Field == policy.FieldExposeHeaders:
		return "pages can no longer read a response header"
	case more:
		return "the new object allows what the old one refuses"
	}
	return "the new object refuses what the old one allows"
}

// endpoint is the URL to replay requests at.
func (d *diff) endpoint(o, n *held) string {
	if d.url != "" {
		return d.url
	}
	return endpoint(slices.DeleteFunc([]string{n.host, o.host}, func(host string) bool { return host == "" }))
}
