package matrix

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/conformance"
	"github.com/corslate/corslate/policy"
)

const deviationsFile = "../deviations.yaml"

// deviation is a way in which browsers get something else from a data plane
// than the adapter's Parse says. It can only be less: what a browser lets
// through beyond the policy is never excused.
type deviation struct {
	ID         string   `json:"id"`
	DataPlanes []string `json:"dataPlanes"`
	Reason     string   `json:"reason"`
	Link       string   `json:"link"` // to the data plane's source or issue
	// Methods is a regular expression of the methods concerned, in full.
	Methods string `json:"methods"`
	// Browser is the reason that the browser has to refuse.
	Browser policy.Code `json:"browser"`
	// Example is a policy and a request that show it.
	Example struct {
		Policy  policy.Spec    `json:"policy"`
		Request policy.Request `json:"request"`
	} `json:"example"`

	methods *regexp.Regexp
}

type deviations []*deviation

func readDeviations(t *testing.T) deviations {
	t.Helper()
	data, err := os.ReadFile(deviationsFile)
	if err != nil {
		t.Fatal(err)
	}
	var all deviations
	if err := yaml.UnmarshalStrict(data, &all); err != nil {
		t.Fatalf("%s: %v", deviationsFile, err)
	}
	for _, d := range all {
		if d.ID == "" || len(d.DataPlanes) == 0 || d.Reason == "" || !strings.HasPrefix(d.Link, "https://") || d.Methods == "" || d.Browser == "" {
			t.Fatalf("%s: an entry is incomplete: %+v", deviationsFile, d)
		}
		if d.methods, err = regexp.Compile("^(?:" + d.Methods + ")$"); err != nil {
			t.Fatalf("%s: %s: %v", deviationsFile, d.ID, err)
		}
	}
	return all
}

// explains reports whether a verdict is as this deviation has it.
func (d *deviation) explains(plane string, r policy.Request, parsed, got policy.Verdict) bool {
	return slices.Contains(d.DataPlanes, plane) && d.methods.MatchString(r.Method) && parsed.Allowed && !got.Allowed && got.Reason == d.Browser
}

// explain returns the deviation that a verdict shows.
func (all deviations) explain(plane string, r policy.Request, parsed, got policy.Verdict) (id string, ok bool) {
	for _, d := range all {
		if d.explains(plane, r, parsed, got) {
			return d.ID, true
		}
	}
	return "", false
}

// stillDeviates tries the example of each known deviation of the data plane.
func stillDeviates[F any](t *testing.T, pl plane[F], known deviations) {
	for _, d := range known {
		if !slices.Contains(d.DataPlanes, pl.name) {
			continue
		}
		p, err := policy.New(d.Example.Policy)
		if err != nil {
			t.Fatalf("%s: %v", d.ID, err)
		}
		all, _, _ := pl.deploy(t, []attempt[F]{{policy: p}})
		if len(all) == 0 {
			t.Errorf("%s no longer deviates: the adapter refuses the policy of the example", d.ID)
			continue
		}
		r := d.Example.Request
		got, parsed := conformance.Verdict(all[0].server, r), all[0].parsed.Check(r)
		if !d.explains(pl.name, r, parsed, got) {
			t.Errorf("%s no longer deviates, take it out of %s: Parse says %+v, the browser %+v", d.ID, deviationsFile, parsed, got)
		}
	}
}

// Every entry is about data planes that are tried.
func TestDeviations(t *testing.T) {
	planes := []string{ingressNGINX.name, traefikCurrent.name, traefikOld.name, istioModel.name, gatewayAPI.name}
	seen := map[string]bool{}
	for _, d := range readDeviations(t) {
		for _, name := range d.DataPlanes {
			if !slices.Contains(planes, name) {
				t.Errorf("%s: no data plane is called %s", d.ID, name)
			}
		}
		if seen[d.ID] {
			t.Errorf("%s stands there twice", d.ID)
		}
		seen[d.ID] = true
	}
}
