package matrix

import "testing"

// leastVerdicts is how many verdicts a run must have on each data plane.
const leastVerdicts = 10_000

func TestIngressNGINX(t *testing.T) { test(t, ingressNGINX) }
func TestTraefik(t *testing.T)      { test(t, traefikCurrent) }
func TestTraefikOld(t *testing.T)   { test(t, traefikOld) }
func TestIstio(t *testing.T)        { test(t, istioModel) }
func TestGatewayAPI(t *testing.T)   { test(t, gatewayAPI) }

func test[F any](t *testing.T, pl plane[F]) {
	known := readDeviations(t)
	t.Run("fixed corpus", func(t *testing.T) {
		seen, version := pl.run(t, fixedCorpus(), known)
		t.Logf("%s: %+v", version, seen)
		if seen.Verdicts < leastVerdicts {
			t.Errorf("%d verdicts, want at least %d", seen.Verdicts, leastVerdicts)
		}
		checkReport(t, report{pl.name, version, seen})
	})
	t.Run("random corpus", func(t *testing.T) {
		seen, _ := pl.run(t, randomCorpus(t), known)
		t.Logf("%+v", seen)
	})
	t.Run("known deviations", func(t *testing.T) { stillDeviates(t, pl, known) })
	t.Run("faults", func(t *testing.T) { catchesFaults(t, pl, known) })
}
