package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// summary is the last word of a run: what was read and what became of it.
type summary struct {
	text   string
	counts map[string]any
}

// line is a group of counts in a summary: their sum under a name, and what it
// is made of.
type line struct {
	key, words string
	of         []part
}

type part struct {
	key, words string
	outcome    outcome
}

// What the verbs count beside what all of them do.
var (
	convertLine = line{"translated", "translated", []part{
		{"exact", "exact", outcomeExact}, {"narrowed", "narrowed", outcomeNarrowed}, {"widened", "widened", outcomeWidened}}}
	checkLine = line{"checked", "checked", []part{{"policies", "policies", outcomeRead}}}
	diffLine  = line{"pairs", "pairs", []part{
		{"equal", "equal", outcomeEqual}, {"narrower", "narrower", outcomeNarrower},
		{"wider", "wider", outcomeWider}, {"incomparable", "incomparable", outcomeIncomparable}}}
)

func (t *tally) summary(l line) summary {
	counts := map[string]any{
		"documents": t.documents, "objects": t.objects,
		"refused": t.counts[outcomeRefused], "unusable": t.counts[outcomeUnusable],
		"empty": t.empty, "withoutCORS": t.counts[outcomeNoCORS], "otherKinds": t.counts[outcomeOther],
	}
	if len(t.others) > 0 {
		counts["kinds"] = t.others
	}
	sum := 0
	var of []string
	for _, p := range l.of {
		n := t.counts[p.outcome]
		sum += n
		counts[p.key] = n
		of = append(of, fmt.Sprintf("%d %s", n, p.words))
	}
	counts[l.key] = sum
	text := fmt.Sprintf("read %s with %s: %d %s (%s)", number(t.documents, "document"), number(t.objects, "object"), sum, l.words, strings.Join(of, ", "))
	switch l.key {
	case checkLine.key:
		counts["dangers"], counts["advice"] = t.dangers, t.advice
		text = fmt.Sprintf("read %s with %s: %d checked (%s, %d advice)", number(t.documents, "document"), number(t.objects, "object"), sum,
			number(t.dangers, "danger"), t.advice)
	case diffLine.key:
		counts["alone"] = t.counts[outcomeAlone]
		text += fmt.Sprintf(", %d without a partner", t.counts[outcomeAlone])
	}
	text += fmt.Sprintf(", %d refused, %d unusable, %s", t.counts[outcomeRefused], t.counts[outcomeUnusable], t.skipped())
	return summary{text, counts}
}

// skipped says what was passed over, and why.
func (t *tally) skipped() string {
	var why []string
	if n := t.counts[outcomeOther]; n > 0 {
		var kinds []string
		for _, kind := range slices.Sorted(maps.Keys(t.others)) {
			kinds = append(kinds, fmt.Sprintf("%s %d", kind, t.others[kind]))
		}
		why = append(why, fmt.Sprintf("%d of other kinds: %s", n, strings.Join(kinds, ", ")))
	}
	if n := t.counts[outcomeNoCORS]; n > 0 {
		why = append(why, fmt.Sprintf("%d without CORS", n))
	}
	if t.empty > 0 {
		why = append(why, fmt.Sprintf("%d empty", t.empty))
	}
	if len(why) == 0 {
		return "0 skipped"
	}
	return fmt.Sprintf("%d skipped (%s)", t.counts[outcomeOther]+t.counts[outcomeNoCORS]+t.empty, strings.Join(why, "; "))
}

func number(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
