package main

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/corslate/corslate/internal/manifest"
	"github.com/corslate/corslate/policy"
)

// check is the verb that audits.
type check struct {
	std     streams
	reading reading
	report  reportFlags
	failOn  policy.Effect
}

func newCheck(std streams, result *status) *cobra.Command {
	c := check{std: std, failOn: policy.Danger}
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "Say what the CORS configuration of manifests really does",
		Long: `check reports what the manifests really grant to browsers: values that the data
plane silently repairs, dangers with a request that should not be allowed, traps
of the data plane, and releases that read the same words otherwise.

The exit status is 2 if something dangerous was found (see --fail-on).`,
		Example: `  # everything in a repository
  corslate check manifests/

  # what matters, of the objects in a cluster
  kubectl get ingress,httproute -A -o yaml | corslate check --level advice -

  # for a code host, which shows the findings in a pull request
  corslate check --report sarif --report-file corslate.sarif manifests/`,
		Args: arguments(atLeastOneFile),
		RunE: func(_ *cobra.Command, args []string) (err error) {
			c.reading.finish()
			*result, err = c.run(args)
			return err
		},
	}
	choiceFlag(cmd, &c.failOn, "fail-on", "what makes the exit status 2",
		option[policy.Effect]{"danger", policy.Danger}, option[policy.Effect]{"advice", policy.Advice}, option[policy.Effect]{"never", 0})
	c.reading.flags(cmd)
	c.report.flags(cmd)
	return cmd
}

func (c *check) run(paths []string) (status, error) {
	report, err := c.report.open(c.std)
	if err != nil {
		return statusUnusable, err
	}
	type audited struct {
		records []record
		tally   tally
	}
	var total tally
	for result := range inOrder(entries(c.std, paths...), entry.bytes, func(e entry) (out audited) {
		visit(e, &c.reading, &out.tally, &out.records, func(s *source, o *manifest.Object) {
			out.records = append(out.records, c.audit(s, o, &out.tally)...)
		})
		return out
	}) {
		report.write(result.records)
		total.add(result.tally)
		report.screen.progress(&total)
	}
	found := total.status()
	if c.failOn != 0 && total.dangers > 0 || c.failOn == policy.Advice && total.advice > 0 {
		found = worse(found, statusRefused)
	}
	return found, report.close(total.summary(checkLine))
}

// audit returns what is to be said about the source. Where the rules of an
// object have different policies, each is looked at.
func (c *check) audit(s *source, o *manifest.Object, t *tally) []record {
	parts := []source{*s}
	if disagree(s.err) {
		if rules, ok := c.reading.eachRule(o, *s); ok {
			parts = rules
		}
	}
	best := outcomeNoCORS
	var report policy.Report
	var records []record
	for _, part := range parts {
		for _, f := range part.findings() {
			if !slices.ContainsFunc(report, func(g policy.Finding) bool { return same(f, g) }) {
				report = append(report, f)
				records = append(records, about(part.place, part.head, f))
			}
		}
		switch got := part.outcome(); {
		case got == outcomeUnusable || got == outcomeRefused:
			if !hasFindings(part.err) {
				records = append(records, unreadable(part.err))
			}
			best = got
		case got == outcomeRead && best == outcomeNoCORS:
			best = got
		}
	}
	t.counts[best]++
	t.dangers += len(report.With(policy.Danger))
	t.advice += len(report.With(policy.Advice, policy.Wider, policy.Narrower))
	return records
}

// findings returns what was found while reading, and the policy's audit.
func (s *source) findings() policy.Report {
	report := slices.Clip(s.report)
	if s.policy != nil {
		report = append(report, s.policy.Audit()...)
	}
	return report
}

// same compares findings without their witnesses.
func same(f, g policy.Finding) bool {
	f.Witness, g.Witness = nil, nil
	return f == g
}

func hasFindings(err error) bool {
	refused := (*policy.Error)(nil)
	return errors.As(err, &refused)
}

// disagree reports whether the error is that rules have different policies.
func disagree(err error) bool {
	refused := (*policy.Error)(nil)
	return errors.As(err, &refused) && refused.Findings.Has(policy.CodeRulesDisagree)
}
