package crd_test

import (
	"flag"
	"testing"

	"pgregory.net/rapid"

	"github.com/corslate/corslate/conformance"
	"github.com/corslate/corslate/policy"
)

// TestMain has every property tried on thousands of policies; -rapid.checks
// says otherwise.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "2000"); err != nil {
		panic(err)
	}
	m.Run()
}

// The API server stores every object that an adapter writes, and changes
// nothing in it.
func TestAccepted(t *testing.T) {
	for name, target := range targets(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policies, rendered := 0, 0
			rapid.Check(t, func(t *rapid.T) {
				p := conformance.Policies().Draw(t, "policy")
				policies++
				for tolerance := policy.RequireExact; tolerance <= policy.DangerouslyAllowWider; tolerance++ {
					object, report, err := target.apply(p, tolerance)
					if err != nil {
						continue // refused, as it may: the adapter's laws are about that
					}
					rendered++
					for _, accept := range target.accept {
						if err := accept(object); err != nil {
							t.Fatalf("%+v under tolerance %d: %v", p.Spec(), tolerance, err)
						}
					}
					if report.Exact() {
						break // the other tolerances have nothing to tolerate
					}
				}
			})
			t.Logf("%d objects of %d policies", rendered, policies)
			if rendered < policies/2 {
				t.Errorf("%d objects of %d policies", rendered, policies)
			}
		})
	}
}
