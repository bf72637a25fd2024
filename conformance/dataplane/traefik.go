package dataplane

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/traefik/traefik/v3/pkg/middlewares/headers"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
)

// TraefikHandler returns next behind Traefik's headers middleware with the
// settings of the Middleware. An error is one for which Traefik would drop the
// whole router, so that requests get 404. Like any application behind Traefik,
// next must call WriteHeader or Write.
func TraefikHandler(m *traefikv1alpha1.Middleware, next http.Handler) (http.Handler, error) {
	if m.Spec.Headers == nil {
		return nil, errors.New("the Middleware has no headers")
	}
	return headers.New(context.Background(), next, *m.Spec.Headers, "cors@kubernetescrd")
}

// Traefik is a server with one host for each of several Middlewares.
type Traefik struct {
	// Version is Traefik's release, as in "v3.6.25".
	Version string

	via      *transport
	refusals []error
}

// Handler returns what stands before the application on the host of the
// Middleware with that index. It passes requests on whatever their own host.
// The error is as of [TraefikHandler].
func (s *Traefik) Handler(i int) (http.Handler, error) {
	return s.via.to(traefikHost(i)), s.refusals[i]
}

// StartTraefik serves the application behind the Middlewares, as
// [TraefikHandler] puts it, in this process. It ends with the test.
func StartTraefik(t testing.TB, application http.Handler, middlewares ...*traefikv1alpha1.Middleware) *Traefik {
	t.Helper()
	hosts := map[string]http.Handler{}
	s := &Traefik{Version: ModuleVersion(t, "github.com/traefik/traefik/v3"), refusals: make([]error, len(middlewares))}
	for i, m := range middlewares {
		h, err := TraefikHandler(m, application)
		if s.refusals[i] = err; err == nil {
			hosts[traefikHost(i)] = h
		}
	}
	socket := filepath.Join(tempDir(t), "traefik.sock")
	serve(t, socket, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h, ok := hosts[r.Host]; ok {
			h.ServeHTTP(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	s.via = newTransport(t, socket)
	return s
}

func traefikHost(i int) string { return fmt.Sprintf("c%d.traefik.test", i) }

// ModuleVersion returns the version of the module that go.mod selects. A test's
// own build information does not list modules.
func ModuleVersion(t testing.TB, module string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", module).Output()
	if err != nil {
		t.Fatalf("go list -m %s: %v", module, err)
	}
	return strings.TrimSpace(string(out))
}
