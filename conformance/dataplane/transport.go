package dataplane

import (
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"testing"
)

// transport carries requests to a server on a Unix socket.
type transport struct {
	t    testing.TB
	http *http.Transport
}

func newTransport(t testing.TB, socket string) *transport {
	over := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", socket)
		},
		DisableCompression:  true,
		MaxIdleConnsPerHost: 8,
	}
	t.Cleanup(over.CloseIdleConnections)
	return &transport{t: t, http: over}
}

// to returns a handler that passes each request on to the host and its answer
// back, with the header lines as they came. A request without an answer fails
// the test, unless whoever made it has given up.
func (tr *transport) to(host string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := r.Clone(r.Context())
		out.URL.Scheme, out.URL.Host, out.Host, out.RequestURI = "http", host, host, ""
		resp, err := tr.http.RoundTrip(out)
		if err != nil {
			if r.Context().Err() == nil {
				tr.t.Errorf("%s %s: %v", r.Method, host, err)
			}
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer func() { _ = resp.Body.Close() }()
		maps.Copy(w.Header(), resp.Header)
		w.WriteHeader(resp.StatusCode)
		_, _ = io.Copy(w, resp.Body) // the status has been sent
	})
}
