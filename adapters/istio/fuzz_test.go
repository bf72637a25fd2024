package istio_test

import (
	"encoding/json"
	"errors"
	"testing"

	"google.golang.org/protobuf/proto"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"

	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/policy"
)

// Whatever a fragment says, Parse does not panic and does not change it, and
// what it means can be written again or is refused, and is never written wider.
func FuzzParse(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add([]byte(v.Policy))
	}
	for _, seed := range []string{
		`{"allowOrigins":[{"regex":"\\Q*"},{"prefix":"https://a."},{"regex":"[^/]+|https://x"}],"allowMethods":["*","GET"],"allowHeaders":["*","a,b"],"allowCredentials":true}`,
		`{"allowOrigin":["*","null"],"maxAge":"1500ms","unmatchedPreflights":"IGNORE","exposeHeaders":["*"]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := new(networkingv1alpha3.CorsPolicy)
		if len(data) > 2000 || json.Unmarshal(data, in) != nil {
			t.Skip("too long, or not the JSON of a CorsPolicy")
		}
		before := proto.Clone(in)
		p, report, err := istio.Parse(in, nil)
		if !proto.Equal(before, in) {
			t.Fatal("Parse changed its input")
		}
		var refused *policy.Error
		if err != nil {
			if p != nil || !errors.As(err, &refused) || len(report.With(policy.Malformed)) == 0 {
				t.Fatalf("got %v, %v, %v", p, report, err)
			}
			return
		}
		out, _, err := istio.Render(p, accepting(policy.AllowNarrower))
		if err != nil {
			if out != nil || !errors.As(err, &refused) {
				t.Fatalf("got %v, %v", out, err)
			}
			return
		}
		again, _, err := istio.Parse(out, nil)
		if err != nil {
			t.Fatalf("Parse(Render(Parse(f))): %v", err)
		}
		if c := policy.Compare(p, again); c.Relation != policy.Equal && c.Relation != policy.NarrowerThan {
			t.Fatalf("%s: %v\n%v", c.Relation, c.Witnesses, out)
		}
	})
}
