package matrix

import (
	"maps"
	"slices"
	"testing"

	"github.com/corslate/corslate/policy"
)

// The five faults. Not every mistake can be made on every data plane:
// ingress-nginx has no expressions to write, its * and that of Traefik's old
// algorithm stay anonymous whatever stands beside them, and Envoy's expressions
// match in full without anchors.
const (
	unescapedDot        = "unescaped dot"
	missingAnchor       = "missing anchor"
	anyDepth            = "one-label wildcard written as any depth"
	starWithCredentials = "credentials with *"
	droppedMaxAge       = "dropped max age"
)

// bait are the policies on which each fault must show.
var bait = map[string]policy.Spec{
	unescapedDot:        {AllowOrigins: []string{"https://*.example.com"}},
	missingAnchor:       {AllowOrigins: []string{"https://*.example.com"}},
	anyDepth:            {AllowOrigins: []string{"https://*.example.com"}, AllowCredentials: true},
	starWithCredentials: {AllowOrigins: []string{"*"}},
	droppedMaxAge:       {AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"PUT"}, MaxAgeSeconds: seconds(600)},
}

// catchesFaults checks that the matrix finds fault with fragments as a faulty
// adapter would write them, and none with the same fragments unchanged.
func catchesFaults[F any](t *testing.T, pl plane[F], known deviations) {
	var attempts []attempt[F]
	names := slices.Sorted(maps.Keys(pl.faults))
	for _, name := range names {
		p := policy.MustNew(bait[name])
		attempts = append(attempts, attempt[F]{policy: p}, attempt[F]{policy: p, fault: pl.faults[name]})
	}
	all, _, _ := pl.deploy(t, attempts)
	if len(all) != len(attempts) {
		t.Fatalf("the adapter refuses one of %+v", bait)
	}
	for i, name := range names {
		seen := verdicts{Deviations: map[string]int{}}
		if problems := all[2*i].judge(pl.name, known, &seen); len(problems) > 0 {
			t.Errorf("without the fault: %s: %s", name, problems[0])
		}
		problems := all[2*i+1].judge(pl.name, known, &seen)
		if len(problems) == 0 {
			t.Errorf("nothing found: %s", name)
			continue
		}
		t.Logf("%s: %s", name, problems[0])
	}
}

// Each of the faults is one of a data plane at least.
func TestFaults(t *testing.T) {
	for name := range bait {
		if ingressNGINX.faults[name] == nil && traefikCurrent.faults[name] == nil && istioModel.faults[name] == nil {
			t.Errorf("no data plane is tried with the fault: %s", name)
		}
	}
}
