// Package proof is what the adapters' Render have in common: the decision
// whether a rendered fragment, parsed back, may stand for the policy that was
// asked for, and the report that says why.
package proof

import (
	"slices"

	"github.com/corslate/corslate/policy"
)

// Terms is what a caller accepts of a translation.
type Terms struct {
	Tolerance policy.Tolerance
	Accept    []policy.Code // dangers of the policy itself
}

// The codes of differences for which the adapter had no finding of its own.
const (
	CodeUnproven policy.Code = "translation-unproven" // too complex to compare
	CodeDiffers  policy.Code = "translation-differs"  // the fragment means something else
)

// Check compares the policy that was asked for with the policy that the
// rendered fragment turned out to have. found is what the adapter reported
// while it wrote: Narrower or Wider for each value that it left out or could
// only write with another meaning, Inexpressible for what cannot be written at
// all. Check gives each of them the request that proves it, adds every
// difference that none of them explains, and returns the whole as the report.
// The error is nil if the terms accept all of it, and otherwise a
// *policy.Error with the findings that they do not.
func Check(op string, asked, rendered *policy.Policy, found policy.Report, terms Terms) (policy.Report, error) {
	report := asked.Audit()
	refused := refusedDangers(report, terms.Accept)

	difference := policy.Compare(asked, rendered)
	found = explain(found, asked, rendered, difference)
	report = append(slices.Clip(report), found...)
	for _, f := range found {
		if !tolerates(terms.Tolerance, f.Effect) {
			refused = append(refused, f)
		}
	}
	if len(refused) > 0 {
		return report, &policy.Error{Op: op, Findings: refused}
	}
	return report, nil
}

func refusedDangers(audit policy.Report, accept []policy.Code) policy.Report {
	return slices.DeleteFunc(audit.With(policy.Danger), func(f policy.Finding) bool {
		return slices.Contains(accept, f.Code)
	})
}

func tolerates(t policy.Tolerance, e policy.Effect) bool {
	switch e {
	case policy.Inexpressible, policy.Malformed:
		return false
	case policy.Wider:
		return t >= policy.DangerouslyAllowWider
	case policy.Narrower:
		return t >= policy.AllowNarrower
	}
	return true
}

// explain matches what the adapter reported with the differences that there
// really are.
func explain(found policy.Report, asked, rendered *policy.Policy, difference policy.Comparison) policy.Report {
	out := slices.Clone(found)
	for i, f := range out {
		at := slices.IndexFunc(difference.Witnesses, func(w policy.Witness) bool { return explains(f, w) })
		switch {
		case f.Effect != policy.Narrower && f.Effect != policy.Wider && f.Effect != policy.Inexpressible:
		case at >= 0:
			w := about(f, difference.Witnesses[at], asked, rendered)
			out[i].Witness = &w
		case f.Effect != policy.Inexpressible && !difference.Unproven:
			out[i].Effect = policy.Note // what was left out makes no difference
		}
	}
	for _, w := range difference.Witnesses {
		if !slices.ContainsFunc(out, func(f policy.Finding) bool { return explains(f, w) }) {
			out = append(out, policy.Finding{Code: CodeDiffers, Effect: w.Effect, Field: w.Field, Value: w.Value,
				Detail: "the target reads its configuration with another meaning than the policy has", Witness: &w})
		}
	}
	if difference.Unproven {
		out = append(out, policy.Finding{Code: CodeUnproven, Effect: policy.Wider, Field: policy.FieldOrigins,
			Detail: "the regular expressions are too complex to prove that the translation allows no other origin; simplify them or list the origins"})
	}
	return out
}

// explains reports whether the finding is the reason of a difference.
func explains(f policy.Finding, w policy.Witness) bool {
	return f.Field == w.Field && (f.Effect == w.Effect || f.Effect == policy.Inexpressible)
}

// about returns a witness for the very value of the finding where there is
// one, else the one that was found for its field.
func about(f policy.Finding, w policy.Witness, asked, rendered *policy.Policy) policy.Witness {
	own := w
	own.Value = f.Value
	switch f.Field {
	case policy.FieldOrigins:
		alone, err := policy.New(policy.Spec{AllowOrigins: []string{f.Value}})
		if err != nil {
			return w
		}
		for _, o := range policy.Compare(alone, rendered).Witnesses {
			if o.Field == f.Field && o.Effect == f.Effect {
				own.Value, own.Request.Origin = o.Value, o.Request.Origin
			}
		}
	case policy.FieldMethods:
		own.Request.Method = f.Value
	case policy.FieldHeaders:
		own.Request.Headers = []string{f.Value}
	default:
		return w
	}
	own.Before, own.After = asked.Check(own.Request), rendered.Check(own.Request)
	if f.Value == "*" || own.Before.Allowed == own.After.Allowed {
		return w
	}
	return own
}
