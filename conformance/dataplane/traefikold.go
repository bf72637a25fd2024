package dataplane

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
)

// StartTraefikOld is [StartTraefik] with a release before v3.6.22 and v3.7.6,
// which changed the algorithm: it builds and runs the program of the directory
// traefikold.
func StartTraefikOld(t testing.TB, application http.Handler, middlewares ...*traefikv1alpha1.Middleware) *Traefik {
	t.Helper()
	dir := tempDir(t)
	startApplication(t, dir, application)
	socket := filepath.Join(dir, "traefik.sock")
	// Unlike that of go build, what go run links stays in the build cache.
	cmd := exec.Command("go", "run", ".", socket, filepath.Join(dir, applicationSocket))
	cmd.Dir = traefikOldDir(t)
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off") // the flags are for the tests' own module
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The program ends when its standard input does, which is also when
		// this process is killed.
		_ = stdin.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("traefikold: %v\n%s", err, &stderr)
		}
	})

	configurations := make([]*dynamic.Headers, len(middlewares))
	for i, m := range middlewares {
		configurations[i] = m.Spec.Headers
	}
	var started struct {
		Version  string
		Refusals []*string
	}
	err = json.NewEncoder(stdin).Encode(configurations)
	if err == nil {
		err = json.NewDecoder(stdout).Decode(&started)
	}
	if err != nil {
		t.Fatalf("traefikold: %v", err) // the clean-up says more
	}
	s := &Traefik{Version: started.Version, via: newTransport(t, socket), refusals: make([]error, len(middlewares))}
	for i, reason := range started.Refusals {
		if reason != nil {
			s.refusals[i] = errors.New(*reason)
		}
	}
	return s
}

// traefikOldDir returns the directory traefikold, which stands beside go.mod.
// Tests run in the directories of their packages, so the go command must tell.
func traefikOldDir(t testing.TB) string {
	t.Helper()
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatalf("go env GOMOD: %v", err)
	}
	return filepath.Join(filepath.Dir(strings.TrimSpace(string(mod))), "traefikold")
}
