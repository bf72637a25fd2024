package main

import (
	"bufio"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/corslate/corslate/internal/manifest"
	"github.com/corslate/corslate/policy"
)

// convert is the verb that translates.
type convert struct {
	std          streams
	reading      reading
	target       target
	report       reportFlags
	refuseDanger bool
	into         string
}

func newConvert(std streams, result *status) *cobra.Command {
	c := convert{std: std}
	cmd := &cobra.Command{
		Use:   "convert --to nginx|traefik|istio|gatewayapi FILE...",
		Short: "Write the CORS configuration of manifests for another data plane",
		Long: `convert prints one object of the target's kind for each object that has a CORS
policy, with its name and namespace and just the CORS part: a patch. With
--to traefik it also prints the patch that makes an Ingress or HTTPRoute refer
to the Middleware.

Lists are replaced whole when a patch is applied, so the rules of an existing
HTTPRoute or VirtualService want --into FILE: that grafts the policies onto the
objects of the same name in FILE, and prints FILE with nothing else changed.

A translation that is not exact is refused, and nothing is printed for the
object, unless --allow says otherwise. Each finding shows why, with a browser
request that proves the difference. Dangers that the source has are reported and
translated as they are; --refuse-danger stops at them.`,
		Example: `  # what the Ingress means, as an HTTPRoute
  corslate convert --to gatewayapi ingress.yaml

  # into the routes that another tool has made, leaving out what cannot be said
  corslate convert --to gatewayapi --allow narrower --into routes.yaml manifests/ >fixed.yaml

  # from a cluster, to Traefik
  kubectl get ingress -A -o yaml | corslate convert --to traefik - | kubectl apply --dry-run=server -f -

  # a policy of your own
  corslate convert --to istio --name shop --namespace team policy.yaml`,
		Args: arguments(atLeastOneFile),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if c.into == manifest.Stdin && slices.Contains(args, manifest.Stdin) {
				return &usageError{cmd.CommandPath(), errors.New("- stands for standard input, which can be read once")}
			}
			if c.report.file == manifest.Stdin {
				return &usageError{cmd.CommandPath(), errors.New("standard output has the manifests; write the report to another file")}
			}
			if len(c.target.rules) > 0 && c.into == "" {
				return &usageError{cmd.CommandPath(), errors.New("--into-rule is of use with --into only")}
			}
			c.reading.finish()
			c.target.finish()
			*result, err = c.run(args)
			return err
		},
	}
	c.target.flags(cmd)
	cmd.Flags().StringVar(&c.into, "into", "", "graft onto the objects of the same name in this `file`, and print it")
	cmd.Flags().BoolVar(&c.refuseDanger, "refuse-danger", false, "refuse policies that are dangerous already")
	c.reading.flags(cmd)
	c.report.flags(cmd)
	if err := cmd.MarkFlagRequired("to"); err != nil {
		panic(err)
	}
	return cmd
}

func (c *convert) run(paths []string) (status, error) {
	report, err := c.report.open(c.std)
	if err != nil {
		return statusUnusable, err
	}
	buffered := bufio.NewWriterSize(c.std.out, 64<<10)
	var total tally
	if c.into == "" {
		total, err = c.patches(paths, manifest.NewWriter(buffered), report)
	} else {
		total, err = c.graft(paths, buffered, report)
	}
	if flushed := buffered.Flush(); err == nil && flushed != nil {
		err = fmt.Errorf("writing manifests: %w", flushed)
	}
	if closed := report.close(total.summary(convertLine)); err == nil {
		err = closed
	}
	return total.status(), err
}

// converted is what became of one document.
type converted struct {
	documents [][]byte
	records   []record
	tally     tally
}

func (c *convert) patches(paths []string, out *manifest.Writer, report *reporter) (total tally, err error) {
	for result := range inOrder(entries(c.std, paths...), entry.bytes, c.document) {
		report.write(result.records)
		for _, document := range result.documents {
			if err := out.Write(document); err != nil {
				return total, fmt.Errorf("writing manifests: %w", err)
			}
		}
		total.add(result.tally)
		report.screen.progress(&total)
	}
	return total, nil
}

// document translates the objects of one document.
func (c *convert) document(e entry) (out converted) {
	visit(e, &c.reading, &out.tally, &out.records, func(s *source, _ *manifest.Object) {
		if !c.admits(s, &out) {
			return
		}
		w, err := c.target.patch(s)
		documents := make([][]byte, 0, len(w.objects))
		if err == nil {
			for _, obj := range w.objects {
				var text []byte
				if text, err = manifest.Encode(obj); err != nil {
					break
				}
				documents = append(documents, text)
			}
		}
		if c.settle(s, w, err, &out) {
			out.documents = append(out.documents, documents...)
		}
	})
	return out
}

// admits reports what was read, and whether it is fit for translation.
func (c *convert) admits(s *source, out *converted) bool {
	out.records = append(out.records, s.records()...)
	var refused policy.Report
	switch {
	case s.policy == nil:
		out.tally.counts[s.outcome()]++
		if s.outcome() == outcomeRefused {
			out.records = append(out.records, refusal(s.place, s.head, s.err))
		}
		return false
	case s.head.Name == "":
		refused = policy.Report{{Code: codeName, Effect: policy.Inexpressible, Path: "metadata.name",
			Detail: "the object that is to be written needs a name; a bare policy gets one by --name"}}
		out.records = append(out.records, about(s.place, s.head, refused[0]))
	case len(c.target.intolerable(s.report)) > 0:
		refused = c.target.intolerable(s.report)
	case c.refuseDanger:
		audit := s.policy.Audit()
		if refused = append(s.report.With(policy.Danger), audit.With(policy.Danger)...); len(refused) > 0 {
			for _, f := range audit {
				out.records = append(out.records, about(s.place, s.head, f))
			}
		}
	}
	if len(refused) == 0 {
		return true
	}
	out.tally.counts[outcomeRefused]++
	out.records = append(out.records, refusal(s.place, s.head, &policy.Error{Findings: refused}))
	return false
}

// settle reports a translation and returns whether it may be printed.
func (c *convert) settle(s *source, w written, err error, out *converted) bool {
	if err == nil && c.refuseDanger {
		if added := w.report.With(policy.Danger); len(added) > 0 {
			err = &policy.Error{Findings: added}
		}
	}
	report := complete(w.report, err)
	out.records = slices.Grow(out.records, len(report)+1)
	for _, f := range report {
		r := about(s.place, s.head, f)
		r.To = w.to
		out.records = append(out.records, r)
	}
	if err != nil {
		out.tally.counts[outcomeRefused]++
		out.records = append(out.records, refusal(s.place, s.head, err))
		return false
	}
	out.tally.counts[quality(append(slices.Clip(s.report), w.report...))]++
	return true
}

// quality says how good a translation is.
func quality(report policy.Report) outcome {
	switch {
	case len(report.With(policy.Wider)) > 0:
		return outcomeWidened
	case !report.Exact():
		return outcomeNarrowed
	}
	return outcomeExact
}

// refusal is the record that says that an object is not translated, and why.
func refusal(place manifest.Place, head manifest.Head, err error) record {
	f := policy.Finding{Code: codeRefused, Effect: policy.Inexpressible, Detail: "not translated"}
	if refused := (*policy.Error)(nil); !errors.As(err, &refused) {
		f.Detail += ": " + err.Error()
	} else {
		f.Detail += " because of " + reasons(refused.Findings)
		f.Effect = refused.Findings[0].Effect
		switch {
		case len(refused.Findings.With(policy.Narrower)) == len(refused.Findings):
			f.Detail += "; --allow narrower would leave that out"
		case len(refused.Findings.With(policy.Danger)) == len(refused.Findings):
			f.Detail += ", as --refuse-danger asks"
		}
	}
	return about(place, head, f)
}

// reasons lists what findings are about, briefly.
func reasons(findings policy.Report) string {
	const most = 5
	var out []string
	for _, f := range findings {
		reason := string(f.Code)
		if f.Field != "" {
			reason += " in " + string(f.Field)
		}
		if f.Value != "" && len(f.Value) <= 80 {
			reason += fmt.Sprintf(" %q", f.Value)
		}
		if !slices.Contains(out, reason) {
			out = append(out, reason)
		}
	}
	if len(out) > most {
		out = append(out[:most], fmt.Sprintf("%d more", len(out)-most))
	}
	return strings.Join(out, ", ")
}
