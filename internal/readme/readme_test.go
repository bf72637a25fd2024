// Package readme keeps the README true: what it shows as generated or printed
// is compared with the code.
package readme

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corslate/corslate/adapters/gatewayapi"
	"github.com/corslate/corslate/adapters/istio"
	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/adapters/traefik"
	"github.com/corslate/corslate/policy"
)

var update = flag.Bool("update", false, "rewrite the generated parts of the README")

const readme = "../../README.md"

// check compares the README's text between two markers with what it should be.
func check(t *testing.T, name, want string) {
	t.Helper()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := fmt.Sprintf("<!-- begin %s -->\n", name), fmt.Sprintf("<!-- end %s -->", name)
	before, rest, ok := strings.Cut(string(text), begin)
	got, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("the README lacks the markers of %q", name)
	}
	if *update {
		if err := os.WriteFile(readme, []byte(before+begin+want+end+after), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s in the README (-want +got; go test ./internal/readme -update rewrites it):\n%s", name, diff)
	}
}

// constructs are what a Spec can say, one at a time.
var constructs = []struct {
	name string
	spec policy.Spec
}{
	{"`https://a.example`, `https://a.example:8443`, IPv4", origin("https://a.example", "https://a.example:8443", "https://192.0.2.1")},
	{"`https://[2001:db8::1]`", origin("https://[2001:db8::1]")},
	{"`https://my_app.example`", origin("https://my_app.example")},
	{"`capacitor://localhost`", origin("capacitor://localhost")},
	{"`chrome-extension://…`", origin("chrome-extension://abcdefghijklmnopabcdefghijklmnop")},
	{"`null`", origin("null")},
	{"`https://*.a.example` (one label)", origin("https://*.a.example")},
	{"`https://**.a.example` (any depth)", origin("https://**.a.example")},
	{"`https://**` (any host)", origin("https://**")},
	{"`https://a.example:*` (any port)", origin("https://a.example:*")},
	{"`~https://[a-z]+\\.a\\.example`", origin(`~https://[a-z]+\.a\.example`)},
	{"`*` without credentials", origin("*")},
	{"`*` with credentials", policy.Spec{AllowOrigins: []string{"*"}, AllowCredentials: true}},
	{"no origin", policy.Spec{AllowMethods: []string{"PUT"}}},
	{"methods `PUT`, `DELETE`, `PATCH`, `OPTIONS`", policy.Spec{AllowOrigins: a, AllowMethods: []string{"PUT", "DELETE", "PATCH", "OPTIONS"}}},
	{"method `PROPFIND`", policy.Spec{AllowOrigins: a, AllowMethods: []string{"PROPFIND"}}},
	{"method `M-SEARCH`", policy.Spec{AllowOrigins: a, AllowMethods: []string{"M-SEARCH"}}},
	{"methods `*` without credentials", policy.Spec{AllowOrigins: a, AllowMethods: []string{"*"}}},
	{"methods `*` with credentials", policy.Spec{AllowOrigins: a, AllowMethods: []string{"*"}, AllowCredentials: true}},
	{"no method, no header", policy.Spec{AllowOrigins: a, AllowCredentials: true}},
	{"headers `Authorization`, `X-Request-Id`", policy.Spec{AllowOrigins: a, AllowHeaders: []string{"Authorization", "X-Request-Id"}}},
	{"header `X.Dotted`", policy.Spec{AllowOrigins: a, AllowHeaders: []string{"X.Dotted"}}},
	{"headers `*` without credentials", policy.Spec{AllowOrigins: a, AllowHeaders: []string{"*"}}},
	{"headers `*`, `Authorization` without credentials", policy.Spec{AllowOrigins: a, AllowHeaders: []string{"*", "Authorization"}}},
	{"headers `*` with credentials", policy.Spec{AllowOrigins: a, AllowHeaders: []string{"*"}, AllowCredentials: true}},
	{"headers `*`, `Authorization` with credentials", policy.Spec{AllowOrigins: a, AllowHeaders: []string{"*", "Authorization"}, AllowCredentials: true}},
	{"expose `X-Total-Count`", policy.Spec{AllowOrigins: a, ExposeHeaders: []string{"X-Total-Count"}}},
	{"expose `*` without credentials", policy.Spec{AllowOrigins: a, ExposeHeaders: []string{"*"}}},
	{"expose `*` with credentials", policy.Spec{AllowOrigins: a, ExposeHeaders: []string{"*"}, AllowCredentials: true}},
	{"max age unset (5 seconds)", preflighted(nil)},
	{"max age 0", preflighted(seconds(0))},
	{"max age 3600", preflighted(seconds(3600))},
	{"max age above 2147483647", preflighted(seconds(1 << 31))},
}

var a = []string{"https://a.example"}

func origin(origins ...string) policy.Spec { return policy.Spec{AllowOrigins: origins} }

func seconds(n int64) *int64 { return &n }

func preflighted(maxAge *int64) policy.Spec {
	return policy.Spec{AllowOrigins: a, AllowMethods: []string{"PUT"}, MaxAgeSeconds: maxAge}
}

// targets render with a tolerance and say whether that worked.
var targets = []struct {
	name   string
	render func(*policy.Policy, policy.Tolerance) error
}{
	{"ingress-nginx", func(p *policy.Policy, tolerance policy.Tolerance) error {
		_, _, err := nginx.Render(p, &nginx.Options{Tolerance: tolerance, Accept: policy.Dangers()})
		return err
	}},
	{"Traefik", func(p *policy.Policy, tolerance policy.Tolerance) error {
		_, _, err := traefik.Render(p, &traefik.Options{Tolerance: tolerance, Accept: policy.Dangers()})
		return err
	}},
	{"Istio", func(p *policy.Policy, tolerance policy.Tolerance) error {
		_, _, err := istio.Render(p, &istio.Options{Tolerance: tolerance, Accept: policy.Dangers()})
		return err
	}},
	{"Gateway API", func(p *policy.Policy, tolerance policy.Tolerance) error {
		_, _, err := gatewayapi.Render(p, &gatewayapi.Options{Tolerance: tolerance, Accept: policy.Dangers()})
		return err
	}},
}

func fidelity(p *policy.Policy, render func(*policy.Policy, policy.Tolerance) error) string {
	switch {
	case render(p, policy.RequireExact) == nil:
		return "exact"
	case render(p, policy.AllowNarrower) == nil:
		return "narrower"
	}
	return "refused"
}

func TestFidelityTable(t *testing.T) {
	var table strings.Builder
	table.WriteString("| what the policy says |")
	for _, target := range targets {
		table.WriteString(" " + target.name + " |")
	}
	table.WriteString("\n|---|" + strings.Repeat("---|", len(targets)) + "\n")
	for _, c := range constructs {
		p, err := policy.New(c.spec)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		table.WriteString("| " + strings.ReplaceAll(c.name, "|", `\|`) + " |")
		for _, target := range targets {
			table.WriteString(" " + fidelity(p, target.render) + " |")
		}
		table.WriteString("\n")
	}
	check(t, "fidelity", table.String())
}

func TestExample(t *testing.T) {
	program, err := os.ReadFile("../../examples/compare/main.go")
	if err != nil {
		t.Fatal(err)
	}
	run := exec.Command("go", "run", "./examples/compare")
	run.Dir = "../.."
	output, err := run.Output()
	if err != nil {
		t.Fatal(err)
	}
	check(t, "example", fmt.Sprintf("```go\n%s```\n\n```\n%s```\n", program, output))
}

// TestConformanceReports keeps the summary of conformance/reports.
func TestConformanceReports(t *testing.T) {
	files, err := filepath.Glob("../../conformance/reports/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no reports: %v", err)
	}
	var table strings.Builder
	table.WriteString("| data plane | version | policies: exact, narrower, refused | verdicts | deviations |\n|---|---|---|---|---|\n")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var report struct {
			DataPlane, Version                 string
			Exact, Narrower, Refused, Verdicts int
			Deviations                         map[string]int
		}
		if err := json.Unmarshal(text, &report); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		fmt.Fprintf(&table, "| %s | %s | %d, %d, %d | %d | %d |\n", report.DataPlane, report.Version,
			report.Exact, report.Narrower, report.Refused, report.Verdicts, len(report.Deviations))
	}
	check(t, "conformance", table.String())
}
