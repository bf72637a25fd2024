package main

import (
	"bytes"
	"testing"

	"github.com/corslate/corslate/internal/manifest"
	"github.com/corslate/corslate/policy"
)

// Whatever the input is: nothing panics, each object is counted once, what is
// printed can be read again, and it grants no more than its source.
func FuzzConvert(f *testing.F) {
	f.Add([]byte(ingress), uint8(kindMiddleware))
	f.Add([]byte("allowOrigins: ['*']\n---\n"+ingress), uint8(kindVirtualService))
	f.Add([]byte(`{"kind":"List","apiVersion":"v1","items":[{"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute","metadata":{"name":"a"},"spec":{"rules":[{"filters":[{"type":"CORS","cors":{"allowOrigins":["https://*.a.example"]}}]}]}}]}`), uint8(kindIngress))
	f.Add([]byte("a: [\n---\n\x00"), uint8(kindHTTPRoute))
	f.Add([]byte(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a}
spec: {http: [{corsPolicy: {allowOrigins: [{regex: "https://[a-z]+\\.a\\.example"}], allowMethods: ["*"], maxAge: 1h}}]}
`), uint8(kindMiddleware))
	f.Fuzz(func(t *testing.T, input []byte, to uint8) {
		c := convert{reading: reading{name: "bare"}}
		c.target.kind = kind(to)
		switch c.target.kind {
		case kindIngress, kindMiddleware, kindVirtualService, kindHTTPRoute:
		default:
			c.target.kind = kindHTTPRoute
		}
		c.target.tolerance = policy.AllowNarrower
		c.target.finish()
		for document, err := range manifest.Documents("fuzz", bytes.NewReader(input)) {
			out := c.document(entry{document, err})
			counted := 0
			for _, n := range out.tally.counts {
				counted += n
			}
			if counted < out.tally.objects {
				t.Fatalf("of %d objects %d are counted", out.tally.objects, counted)
			}
			for _, r := range out.records {
				if r.Effect == policy.Wider && r.To != "" && out.tally.counts[outcomeRefused] == 0 {
					t.Fatalf("wider, and not refused: %v", r.Finding)
				}
			}
			for _, text := range out.documents {
				again(t, text)
			}
		}
	})
}

// again reads a document that was printed.
func again(t *testing.T, text []byte) {
	for document, err := range manifest.Documents("printed", bytes.NewReader(text)) {
		var tally tally
		var records []record
		visit(entry{document, err}, &reading{}, &tally, &records, func(s *source, _ *manifest.Object) {
			if got := s.outcome(); got != outcomeRead && got != outcomeNoCORS {
				t.Fatalf("what was printed is not read: %v\n%s", s.err, text)
			}
		})
		if tally.objects != 1 || tally.counts[outcomeUnusable] > 0 {
			t.Fatalf("what was printed is no object: %v\n%s", records, text)
		}
	}
}
