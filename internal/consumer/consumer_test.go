// Package consumer checks what importing the module costs its users.
package consumer

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// module writes a module of one program that requires corslate, and returns
// its directory. All that its go.mod has beside that is where corslate lies.
func module(t *testing.T, program string) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/consumer\n\ngo 1.26.0\n\n" +
			"require github.com/corslate/corslate v0.0.0\n\n" +
			"replace github.com/corslate/corslate => " + root + "\n",
		"go.sum":  string(sums),
		"main.go": program,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func goTool(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		if failed, ok := err.(*exec.ExitError); ok {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, failed.Stderr)
		}
		t.Fatal(err)
	}
	return string(out)
}

const usesNginx = `package main

import (
	"fmt"

	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/policy"
)

func main() {
	annotations, _, err := nginx.Render(policy.MustNew(policy.Spec{AllowOrigins: []string{"https://a.example"}}), nil)
	fmt.Println(annotations["nginx.ingress.kubernetes.io/cors-allow-origin"], err)
}
`

func TestNginxAloneBuildsNoOtherDataPlaneIn(t *testing.T) {
	dir := module(t, usesNginx)
	if got, want := goTool(t, dir, "run", "."), "https://a.example <nil>\n"; got != want {
		t.Errorf("the program prints %q, want %q", got, want)
	}
	deps := strings.Fields(goTool(t, dir, "list", "-deps", "."))
	if len(deps) == 0 {
		t.Fatal("no dependencies listed")
	}
	for _, pkg := range deps {
		for _, foreign := range []string{"github.com/traefik/", "istio.io/", "sigs.k8s.io/gateway-api"} {
			if strings.HasPrefix(pkg, foreign) {
				t.Errorf("the program builds %s in", pkg)
			}
		}
	}
}

const usesTraefik = `package main

import (
	"fmt"

	"github.com/corslate/corslate/adapters/traefik"
	"github.com/corslate/corslate/policy"
)

func main() {
	middleware, _, err := traefik.Render(policy.MustNew(policy.Spec{AllowOrigins: []string{"https://a.example"}}), nil)
	fmt.Println(middleware.Spec.Headers.AccessControlAllowOriginList, err)
}
`

func TestTraefikNeedsNoReplace(t *testing.T) {
	dir := module(t, usesTraefik)
	if got, want := goTool(t, dir, "run", "."), "[https://a.example] <nil>\n"; got != want {
		t.Errorf("the program prints %q, want %q", got, want)
	}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(mod), "=>"); n != 1 {
		t.Errorf("go.mod has %d replacements, want that of corslate alone:\n%s", n, mod)
	}
}
