package origins

import "testing"

func BenchmarkLift(b *testing.B) {
	for name, expr := range map[string]string{
		"exact": `^https://a\.example$`, "wildcard": `^https://[a-z0-9-]+\.a\.example$`,
		"wildcard spelled otherwise": `^https://[a-z0-9\-]+\.a\.example$`, "unanchored": `https://a\.example`, "open": `^https://[^.]+\.a\.example$`,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Lift(expr, Anywhere); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
