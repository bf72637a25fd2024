package main

import (
	"fmt"
	"testing"
)

func TestStatus(t *testing.T) {
	for outcome, want := range map[outcome]status{
		outcomeRead: statusFine, outcomeExact: statusFine, outcomeNarrowed: statusFine, outcomeWidened: statusFine,
		outcomeNoCORS: statusFine, outcomeOther: statusFine, outcomeEqual: statusFine,
		outcomeRefused: statusRefused, outcomeNarrower: statusRefused, outcomeWider: statusRefused,
		outcomeIncomparable: statusRefused, outcomeAlone: statusRefused, outcomeUnusable: statusUnusable,
	} {
		var one tally
		one.counts[outcome] = 1
		if got := one.status(); got != want {
			t.Errorf("outcome %d: status %d, want %d", outcome, got, want)
		}
		one.counts[outcomeUnusable]++
		if got := one.status(); got != statusUnusable {
			t.Errorf("outcome %d beside unusable input: status %d", outcome, got)
		}
	}
	var none tally
	if got := none.status(); got != statusFine {
		t.Errorf("no input: status %d", got)
	}
}

// However many kinds there are, few are counted by name, and none is lost.
func TestOtherKindsAreBounded(t *testing.T) {
	var total tally
	for i := range 1000 {
		var one tally
		one.other(fmt.Sprint("Kind", i), 1)
		one.counts[outcomeOther]++
		total.add(one)
	}
	sum := 0
	for _, n := range total.others {
		sum += n
	}
	if sum != 1000 || len(total.others) > otherKinds+1 {
		t.Errorf("%d objects of %d kinds", sum, len(total.others))
	}
}
