// Command traefikold serves the headers middleware of Traefik v3.6.12, which
// still has the algorithm that v3.6.22 replaced. It is a module and a process
// of its own, as one program cannot hold two releases of Traefik.
//
//	traefikold SOCKET APPLICATION
//
// reads a JSON array from standard input, each element the spec.headers of a
// Middleware; puts each before the application that listens on the Unix socket
// APPLICATION; and serves them on the Unix socket SOCKET, the element with
// index 3 to the host c3.traefik.test. When it listens it prints a JSON object
// with Traefik's version and with the refusals: for each element why Traefik
// would not build the middleware and drop its router, or null. The hosts of
// those, as all unknown ones, get 404. It ends when standard input does.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"runtime/debug"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/middlewares/headers"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "traefikold:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 3 {
		return errors.New("usage: traefikold SOCKET APPLICATION")
	}
	stdin := bufio.NewReader(os.Stdin)
	var configurations []*dynamic.Headers
	decoder := json.NewDecoder(stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&configurations); err != nil {
		return err
	}
	hosts, refusals := routes(configurations, application(os.Args[2]))
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() {
		failed <- http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if h, ok := hosts[r.Host]; ok {
				h.ServeHTTP(w, r)
				return
			}
			http.NotFound(w, r)
		}))
	}()
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"version": version(), "refusals": refusals}); err != nil {
		return err
	}
	go func() {
		_, err := io.Copy(io.Discard, stdin)
		failed <- err
	}()
	return <-failed
}

// routes returns the middlewares by host, and why there are not more.
func routes(configurations []*dynamic.Headers, next http.Handler) (hosts map[string]http.Handler, refusals []*string) {
	hosts, refusals = map[string]http.Handler{}, make([]*string, len(configurations))
	for i, c := range configurations {
		if c == nil {
			c = new(dynamic.Headers)
		}
		h, err := headers.New(context.Background(), next, *c, "cors@kubernetescrd")
		if err != nil {
			reason := err.Error()
			refusals[i] = &reason
			continue
		}
		hosts[fmt.Sprintf("c%d.traefik.test", i)] = h
	}
	return hosts, refusals
}

// version returns the release of Traefik that this program was built with.
func version() string {
	info, _ := debug.ReadBuildInfo() // modules have it
	for _, m := range info.Deps {
		if m.Path == "github.com/traefik/traefik/v3" {
			return m.Version
		}
	}
	return ""
}

// application passes requests on to the server on the socket.
func application(socket string) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = "http", "application" },
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				var d net.Dialer
				return d.DialContext(ctx, "unix", socket)
			},
			DisableCompression:  true,
			MaxIdleConnsPerHost: 8,
		},
	}
}
