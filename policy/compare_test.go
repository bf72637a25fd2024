package policy

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	someOrigins = []string{"*", "null", "https://a.example", "https://b.example", "https://x.a.example", "https://a.example:8443", "http://localhost:3000",
		"https://*.a.example", "https://**.a.example", "https://**.a.example:*", "https://**", `~https://(a|b)\.example`, `~https?://.*\.a\.example`}
	someMethods = []string{"*", "GET", "PUT", "DELETE", "patch"}
	someHeaders = []string{"*", "Authorization", "X-A", "x-a", "X-B", "Cookie", "Accept"}
	someExposed = []string{"*", "X-A", "X-B", "Content-Type", "Set-Cookie"}

	drawSpec = rapid.Custom(func(t *rapid.T) Spec {
		s := Spec{
			AllowOrigins:     rapid.SliceOfN(rapid.SampledFrom(someOrigins), 0, 3).Draw(t, "origins"),
			AllowMethods:     rapid.SliceOfN(rapid.SampledFrom(someMethods), 0, 3).Draw(t, "methods"),
			AllowHeaders:     rapid.SliceOfN(rapid.SampledFrom(someHeaders), 0, 3).Draw(t, "headers"),
			ExposeHeaders:    rapid.SliceOfN(rapid.SampledFrom(someExposed), 0, 3).Draw(t, "exposed"),
			AllowCredentials: rapid.Bool().Draw(t, "credentials"),
		}
		if n := rapid.SampledFrom([]int64{-1, 0, 5, 600}).Draw(t, "max age"); n >= 0 {
			s.MaxAgeSeconds = &n
		}
		return s
	})

	// Requests among which every difference between the specs above shows.
	grid = func() []Request {
		var out []Request
		for _, o := range []string{"null", "https://a.example", "https://b.example", "https://x.a.example", "https://y.x.a.example", "https://a.example:8443", "https://x.a.example:8443", "http://localhost:3000", "http://x.a.example", "https://other.example", "app://other", "https://x_y.a.example"} {
			for _, m := range []string{"GET", "PUT", "DELETE", "patch", "OTHER"} {
				for _, h := range [][]string{nil, {"authorization"}, {"x-a"}, {"x-b"}, {"x-unlisted"}, {"accept"}, {"cookie"}} {
					for _, c := range []bool{false, true} {
						out = append(out, Request{Origin: o, Method: m, Headers: h, Credentials: c})
					}
				}
			}
		}
		return out
	}()
)

// lessGranted reports whether b withholds something that a grants.
func lessGranted(a, b Verdict) bool {
	if !a.Allowed {
		return false
	}
	if !b.Allowed || a.MaxAgeSeconds > b.MaxAgeSeconds {
		return true
	}
	for _, name := range append(a.ExposeHeaders, "x-unlisted") {
		if a.exposes(name) && !b.exposes(name) {
			return true
		}
	}
	return false
}

func TestCompareAgreesWithCheck(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := MustNew(drawSpec.Draw(t, "before")), MustNew(drawSpec.Draw(t, "after"))
		c := Compare(a, b)
		if c.Unproven {
			t.Fatal("not decided")
		}
		mayLose := c.Relation == NarrowerThan || c.Relation == IncomparableTo
		mayWin := c.Relation == WiderThan || c.Relation == IncomparableTo
		for _, r := range grid {
			va, vb := a.Check(r), b.Check(r)
			if lessGranted(va, vb) && !mayLose || lessGranted(vb, va) && !mayWin {
				t.Fatalf("%s, but %+v is %+v before and %+v after", c.Relation, r, va, vb)
			}
		}
		lost, won := false, false
		for _, w := range c.Witnesses {
			if diff := cmp.Diff([]Verdict{a.Check(w.Request), b.Check(w.Request)}, []Verdict{w.Before, w.After}); diff != "" {
				t.Fatalf("%v:\n%s", w, diff)
			}
			switch w.Effect {
			case Narrower:
				lost = true
			case Wider:
				won = true
			}
			if lost := w.Effect == Narrower; lost != lessGranted(w.Before, w.After) && lost == lessGranted(w.After, w.Before) {
				t.Fatalf("%v shows no such difference", w)
			}
		}
		if lost != mayLose || won != mayWin {
			t.Fatalf("%s with witnesses %v", c.Relation, c.Witnesses)
		}
	})
}

func TestCompareTurnedAround(t *testing.T) {
	turned := map[Relation]Relation{Equal: Equal, NarrowerThan: WiderThan, WiderThan: NarrowerThan, IncomparableTo: IncomparableTo}
	rapid.Check(t, func(t *rapid.T) {
		a, b := MustNew(drawSpec.Draw(t, "a")), MustNew(drawSpec.Draw(t, "b"))
		if there, back := Compare(a, b), Compare(b, a); turned[there.Relation] != back.Relation {
			t.Fatalf("%s one way, %s the other", there.Relation, back.Relation)
		}
		if c := Compare(a, a); c.Relation != Equal || len(c.Witnesses) != 0 {
			t.Fatalf("not equal to itself: %v", c)
		}
	})
}

func TestCompareWitnesses(t *testing.T) {
	a := []string{"https://a.example"}
	for _, test := range []struct {
		name          string
		before, after Spec
		relation      Relation
		want          []string // effect, field, value
	}{
		{"nothing", Spec{}, Spec{AllowMethods: []string{"PUT"}, AllowCredentials: true}, Equal, nil},
		{"the default in words", Spec{AllowOrigins: a, AllowMethods: []string{"GET"}, MaxAgeSeconds: seconds(5)}, Spec{AllowOrigins: a}, Equal, nil},
		{"names without effect", Spec{AllowOrigins: a, AllowHeaders: []string{"Cookie", "Sec-X"}, ExposeHeaders: []string{"Content-Type", "Set-Cookie"}}, Spec{AllowOrigins: a}, Equal, nil},
		{"case of header names", Spec{AllowOrigins: a, AllowHeaders: []string{"X-A"}}, Spec{AllowOrigins: a, AllowHeaders: []string{"x-a"}}, Equal, nil},
		{"the trap of the migration", Spec{AllowOrigins: []string{"*"}}, Spec{AllowOrigins: []string{"*"}, AllowCredentials: true}, WiderThan,
			[]string{"wider allowCredentials https://evil.example"}},
		{"every field", Spec{AllowOrigins: a, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"X-A"}, ExposeHeaders: []string{"X-E"}, AllowCredentials: true, MaxAgeSeconds: seconds(60)},
			Spec{AllowOrigins: append(a, "https://b.example"), AllowMethods: []string{"*"}, AllowHeaders: []string{"X-A", "X-B"}, ExposeHeaders: []string{"*"}, MaxAgeSeconds: seconds(61)}, IncomparableTo,
			[]string{"wider allowOrigins https://b.example", "wider allowMethods PURGE", "wider allowHeaders x-b", "wider exposeHeaders x-other", "narrower allowCredentials https://a.example", "wider maxAgeSeconds 61"}},
		{"* and Authorization", Spec{AllowOrigins: a, AllowHeaders: []string{"*", "Authorization"}}, Spec{AllowOrigins: a, AllowHeaders: []string{"*"}}, NarrowerThan,
			[]string{"narrower allowHeaders authorization"}},
		{"exposed to credentialed requests only", Spec{AllowOrigins: a, ExposeHeaders: []string{"*"}, AllowCredentials: true}, Spec{AllowOrigins: a, ExposeHeaders: []string{"*", "X-E"}, AllowCredentials: true}, WiderThan,
			[]string{"wider exposeHeaders x-e"}},
		{"max age without preflights", Spec{AllowOrigins: a}, Spec{AllowOrigins: a, MaxAgeSeconds: seconds(60)}, Equal, nil},
		{"nothing shared", Spec{AllowOrigins: a, AllowMethods: []string{"PUT"}, MaxAgeSeconds: seconds(60)}, Spec{AllowOrigins: []string{"https://b.example"}, AllowMethods: []string{"PUT"}}, IncomparableTo,
			[]string{"narrower allowOrigins https://a.example", "wider allowOrigins https://b.example"}},
	} {
		c := Compare(MustNew(test.before), MustNew(test.after))
		var got []string
		for _, w := range c.Witnesses {
			got = append(got, fmt.Sprintf("%s %s %s", w.Effect, w.Field, w.Value))
		}
		if diff := cmp.Diff(test.want, got); diff != "" || c.Relation != test.relation {
			t.Errorf("%s: %s\n%s", test.name, c.Relation, diff)
		}
	}
}

func TestCompareSupposesWhatItCannotDecide(t *testing.T) {
	a := MustNew(Spec{AllowOrigins: []string{`~https://([ab]*a[ab]{14}|x)\.example`}})
	b := MustNew(Spec{AllowOrigins: []string{`~https://([ab]*b[ab]{14}|x)\.example`, `~https://[ab]*a[ab]{14}\.exampl[e]`}})
	if c := Compare(a, b); !c.Unproven || c.Relation != NarrowerThan && c.Relation != IncomparableTo {
		t.Errorf("%+v", c)
	}
}

// Whether two policies share an origin may be too much to decide even if their
// origins are the same; the other fields must not be taken for equal then.
func TestCompareSupposesThatHardOriginsAreShared(t *testing.T) {
	hard := []string{`~https://[ab]*a[ab]{20}\.example`}
	plain := MustNew(Spec{AllowOrigins: hard})
	for _, test := range []struct {
		after Spec
		want  Relation
	}{
		{Spec{AllowOrigins: hard}, Equal},
		{Spec{AllowOrigins: hard, AllowMethods: []string{"PUT"}}, WiderThan},
		{Spec{AllowOrigins: hard, AllowCredentials: true}, WiderThan},
		{Spec{AllowOrigins: hard, ExposeHeaders: []string{"*"}}, WiderThan},
	} {
		after := MustNew(test.after)
		if c := Compare(plain, after); c.Relation != test.want || c.Unproven != (test.want != Equal) {
			t.Errorf("%+v: %+v", test.after, c)
		}
	}
	spelled := MustNew(Spec{AllowOrigins: []string{`~([a-e]{1,8})://host`}})
	more := MustNew(Spec{AllowOrigins: []string{`~([a-e]{1,8}|myapp)://host`}})
	if c := Compare(spelled, more); c.Relation == Equal || c.Relation == NarrowerThan {
		t.Errorf("a scheme beyond the bound: %+v", c)
	}
}

func hosts(n int, format string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(format, i)
	}
	return out
}

func sizes(b *testing.B, run func(b *testing.B, s Spec)) {
	for _, n := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprintf("origins=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			run(b, Spec{AllowOrigins: hosts(n, "https://host-%d.example.com"), AllowMethods: []string{"PUT"}})
		})
	}
}

func BenchmarkNew(b *testing.B) {
	sizes(b, func(b *testing.B, s Spec) {
		for b.Loop() {
			if _, err := New(s); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	sizes(b, func(b *testing.B, s Spec) {
		p, q := MustNew(s), MustNew(s)
		for b.Loop() {
			if Compare(p, q).Relation != Equal {
				b.Fatal("not equal")
			}
		}
	})
}

func BenchmarkAllowsOrigin(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 10000} {
		p := MustNew(Spec{AllowOrigins: hosts(n, "https://host-%d.example.com")})
		b.Run(fmt.Sprintf("origins=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !p.AllowsOrigin("https://host-7.example.com") || p.AllowsOrigin("https://other.example.com") {
					b.Fatal("wrong")
				}
			}
		})
	}
}

func TestAllowsOriginDoesNotAllocate(t *testing.T) {
	p := MustNew(Spec{AllowOrigins: append(hosts(1000, "https://host-%d.example.com"), "https://*.b.example", `~https://[a-z]+\.c\.example`)})
	for _, o := range []string{"https://host-7.example.com", "https://x.b.example", "https://x.c.example", "https://other.example", "null"} {
		if n := testing.AllocsPerRun(100, func() { p.AllowsOrigin(o) }); n != 0 {
			t.Errorf("%s: %v allocations", o, n)
		}
	}
}
