package conformance

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

// Policies generates the policies to try: those of the adapters' laws, and
// some whose lists and entries are long enough to meet a target's limits.
func Policies() *rapid.Generator[*policy.Policy] {
	return rapid.OneOf(adaptertest.Policies(), adaptertest.Policies(), adaptertest.Policies(), rapid.Map(largeSpecs(), policy.MustNew))
}

// largeSpecs generates specs around the limits of Gateway API (64 origins of
// 253 characters, 9 methods, 64 headers of 256) and of Istio (regular
// expressions of 1024 bytes).
func largeSpecs() *rapid.Generator[policy.Spec] {
	return rapid.Custom(func(t *rapid.T) policy.Spec {
		seconds := rapid.SampledFrom(adaptertest.MaxAges).Draw(t, "max age")
		s := policy.Spec{
			AllowOrigins:     many(t, "origins", 130, "https://app-%d.example.com"),
			AllowMethods:     many(t, "methods", 12, "METHOD-%d"),
			AllowHeaders:     many(t, "headers", 70, "X-Header-%d"),
			ExposeHeaders:    many(t, "expose", 70, "X-Result-%d"),
			AllowCredentials: rapid.Bool().Draw(t, "credentials"),
			MaxAgeSeconds:    &seconds,
		}
		for _, label := range []int{60, 61, 63} { // 3 of them end below 253, at and above it
			if rapid.Bool().Draw(t, "long origin") {
				long := strings.Repeat("a", label) + "."
				s.AllowOrigins = append(s.AllowOrigins, "https://"+strings.Repeat(long, 3)+strings.Repeat("b", label-10)+".example")
			}
		}
		if n := rapid.SampledFrom([]int{0, 1, 7, 8, 9, 10, 11, 12, 40, 63}).Draw(t, "long expression"); n > 0 {
			s.AllowOrigins = append(s.AllowOrigins, "~https://("+strings.Join(tenants, "|")+strings.Repeat("x", n)+`)\.example\.org`) // of 1014+n bytes
		}
		if n := rapid.SampledFrom([]int{0, 255, 256, 257}).Draw(t, "long header"); n > 0 {
			s.AllowHeaders = append(s.AllowHeaders, strings.Repeat("h", n))
			s.ExposeHeaders = append(s.ExposeHeaders, strings.Repeat("e", n))
		}
		s.AllowMethods = append(s.AllowMethods, rapid.SliceOfDistinct(rapid.SampledFrom([]string{"DELETE", "OPTIONS", "PATCH", "PUT"}), rapid.ID).Draw(t, "known methods")...)
		return s
	})
}

// tenants are many names of one length.
var tenants = func() []string {
	out := make([]string, 91)
	for i := range out[:90] {
		out[i] = fmt.Sprintf("tenant-%03d", i)
	}
	return out
}()

func many(t *rapid.T, label string, most int, format string) []string {
	out := make([]string, rapid.IntRange(0, most).Draw(t, label))
	for i := range out {
		out[i] = fmt.Sprintf(format, i)
	}
	return out
}
