package traefik

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/policy"
)

var update = flag.Bool("update", false, "write the golden files")

// TestRenderGolden renders the policy before the line of hyphens of each file
// and compares the YAML with what follows.
func TestRenderGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".golden"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			input, want, _ := strings.Cut(string(text), "---\n")
			var spec policy.Spec
			if err := yaml.UnmarshalStrict([]byte(input), &spec); err != nil {
				t.Fatal(err)
			}
			mw, report, err := Render(policy.MustNew(spec), accepting(policy.AllowNarrower))
			if err != nil {
				t.Fatal(err)
			}
			got, err := yaml.Marshal(mw)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range report.With(policy.Narrower, policy.Wider) {
				got = append(got, "# "+f.Effect.String()+" "+string(f.Code)+" "+string(f.Field)+" "+f.Value+"\n"...)
			}
			if *update {
				if err := os.WriteFile(file, []byte(input+"---\n"+string(got)), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRenderOrigins: how each form of an origin is written.
func TestRenderOrigins(t *testing.T) {
	for origin, want := range map[string]dynamic.Headers{
		"*":                             {AccessControlAllowOriginList: []string{"*"}},
		"null":                          {AccessControlAllowOriginList: []string{"null"}, AddVaryHeader: true},
		"http://[::1]:3000":             {AccessControlAllowOriginList: []string{"http://[::1]:3000"}, AddVaryHeader: true},
		"https://my_app.example":        {AccessControlAllowOriginList: []string{"https://my_app.example"}, AddVaryHeader: true},
		"https://*.a.example":           {AccessControlAllowOriginListRegex: []string{`^https://[a-z0-9-]+\.a\.example$`}, AddVaryHeader: true},
		"https://**.a.example:8443":     {AccessControlAllowOriginListRegex: []string{`^https://([a-z0-9-]+\.)+a\.example:8443$`}, AddVaryHeader: true},
		"http://localhost:*":            {AccessControlAllowOriginListRegex: []string{`^http://localhost(:[0-9]{1,5})?$`}, AddVaryHeader: true},
		`~https://.*\.a\.example`:       {AccessControlAllowOriginListRegex: []string{`^(?:https://.*\.a\.example)$`}, AddVaryHeader: true},
		`~https://a|https://b`:          {AccessControlAllowOriginListRegex: []string{`^(?:https://a|https://b)$`}, AddVaryHeader: true},
		`~https://\Qa.example`:          {AccessControlAllowOriginListRegex: []string{`^(?:https://a\.example)$`}, AddVaryHeader: true},
		`~(?m)^https://[a-c]\.test$`:    {AccessControlAllowOriginListRegex: []string{`^(?:(?m)^https://[a-c]\.test$)$`}, AddVaryHeader: true},
		"~" + strings.Repeat("a", 4096): {AccessControlAllowOriginListRegex: []string{"^(?:" + strings.Repeat("a", 4096) + ")$"}, AddVaryHeader: true},
	} {
		p := policy.MustNew(policy.Spec{AllowOrigins: []string{origin}})
		mw, report, err := Render(p, accepting(policy.RequireExact))
		if err != nil {
			t.Errorf("%s: %v", origin, err)
			continue
		}
		want.AccessControlMaxAge, want.AccessControlAllowMethods = ptr(int64(5)), []string{"GET"}
		if diff := cmp.Diff(&want, mw.Spec.Headers); diff != "" {
			t.Errorf("%s (-want +got):\n%s", origin, diff)
		}
		if !report.Exact() {
			t.Errorf("%s: %v", origin, report)
		}
	}
}

func TestRenderAnyOriginWithCredentials(t *testing.T) {
	p := policy.MustNew(policy.Spec{AllowOrigins: []string{"*"}, AllowCredentials: true})
	mw, _, err := Render(p, accepting(policy.RequireExact))
	if err != nil {
		t.Fatal(err)
	}
	if h := mw.Spec.Headers; h.AccessControlAllowOriginList != nil || !cmp.Equal(h.AccessControlAllowOriginListRegex, []string{"^.+$"}) || !h.AddVaryHeader || !h.AccessControlAllowCredentials {
		t.Errorf("%+v", h)
	}
}

func TestRenderLeavesOutWhatReleasesReadDifferently(t *testing.T) {
	p := policy.MustNew(policy.Spec{
		AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*", "Authorization"}, ExposeHeaders: []string{"*", "X-E"}, AllowCredentials: true,
	})
	if mw, report, err := Render(p, accepting(policy.RequireExact)); mw != nil || err == nil || !report.Has(policy.CodeInexpressible) {
		t.Fatal(mw, err, report)
	}
	for _, tolerance := range []policy.Tolerance{policy.AllowNarrower, policy.DangerouslyAllowWider} {
		mw, report, err := Render(p, accepting(tolerance))
		if err != nil {
			t.Fatal(err)
		}
		want := []said{
			{policy.CodeInexpressible, policy.Narrower, policy.FieldMethods, "*", "spec.headers"},
			{policy.CodeInexpressible, policy.Narrower, policy.FieldHeaders, "*", "spec.headers"},
		}
		if diff := cmp.Diff(want, sayings(report.With(policy.Narrower, policy.Wider))); diff != "" {
			t.Error(diff)
		}
		for _, f := range report.With(policy.Narrower) {
			if f.Witness == nil || !f.Witness.Before.Allowed || f.Witness.After.Allowed {
				t.Errorf("%v", f)
			}
		}
		h := mw.Spec.Headers
		if !cmp.Equal(h.AccessControlAllowMethods, []string{"GET"}) || !cmp.Equal(h.AccessControlAllowHeaders, []string{"Authorization"}) || !cmp.Equal(h.AccessControlExposeHeaders, []string{"X-E,*"}) {
			t.Errorf("%+v", h)
		}
	}
}

func TestRenderExposesAnyWithCredentials(t *testing.T) {
	for _, test := range []struct{ names, want []string }{
		{[]string{"*"}, []string{"Content-Type,*"}},
		{[]string{"*", "X-A"}, []string{"X-A,*"}},
		{[]string{"!x", "*", "X-A"}, []string{"!x,X-A,*"}}, // some names sort before *
		{[]string{"X-A", "X-B"}, []string{"X-A", "X-B"}},
	} {
		p := policy.MustNew(policy.Spec{AllowOrigins: []string{"https://a.example"}, AllowCredentials: true, ExposeHeaders: test.names})
		mw, report, err := Render(p, nil)
		if err != nil || !report.Exact() {
			t.Fatal(err, report)
		}
		if diff := cmp.Diff(test.want, mw.Spec.Headers.AccessControlExposeHeaders); diff != "" {
			t.Error(diff)
		}
	}
}

func TestRenderRefusesDangersThatAreNotAccepted(t *testing.T) {
	p := policy.MustNew(policy.Spec{AllowOrigins: []string{"*"}, AllowCredentials: true})
	mw, report, err := Render(p, nil)
	var refused *policy.Error
	if mw != nil || !errors.As(err, &refused) || len(report.With(policy.Danger)) == 0 {
		t.Error(mw, err, report)
	}
}

func TestRenderDoesNotShareLabels(t *testing.T) {
	opts := accepting(policy.RequireExact)
	mw, _, err := Render(policy.MustNew(policy.Spec{}), opts)
	if err != nil {
		t.Fatal(err)
	}
	mw.Labels["app"] = "other"
	if opts.Labels["app"] != "shop" {
		t.Error("Render returned the map of the options")
	}
}

// BenchmarkRender is to be compared with BenchmarkEncode: proving costs less
// than encoding what was proved.
func BenchmarkRender(b *testing.B) {
	p := benchmarkPolicy()
	for b.Loop() {
		if _, _, err := Render(p, accepting(policy.RequireExact)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	mw, _, err := Render(benchmarkPolicy(), accepting(policy.RequireExact))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := yaml.Marshal(mw); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkPolicy() *policy.Policy {
	return policy.MustNew(policy.Spec{
		AllowOrigins: []string{"https://dashboard.example.com", "https://*.example.com", "http://localhost:3000"}, AllowMethods: []string{"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"},
		AllowHeaders: []string{"Authorization", "Content-Type"}, ExposeHeaders: []string{"X-Total-Count"}, AllowCredentials: true, MaxAgeSeconds: ptr(int64(3600)),
	})
}
