package browsers

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// front is the whole network of a browser: an HTTP proxy on a loopback address
// that ends every connection itself. So any host has any name and any port, the
// default ones too, and no request of a browser leaves the machine: what is
// meant for a host that the front does not know is refused.
type front struct {
	listener net.Listener
	plain    *http.Server // speaks to the browser as a proxy
	secure   *http.Server // speaks TLS inside the proxy's tunnels
	tunnels  chan net.Conn
	ended    chan struct{}
	serving  sync.WaitGroup

	mu      sync.Mutex
	refused []string
}

// newFront starts a front for the hosts (without port) that knows reports.
// The handler sees requests as their server would: TLS is set or nil, Host is
// what the browser asked for. The caller calls close.
func newFront(authority *Authority, knows func(host string) bool, handler http.Handler) (*front, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &front{listener: listener, tunnels: make(chan net.Conn), ended: make(chan struct{})}
	// A browser that hangs up in the middle of a handshake is no news.
	silent := log.New(io.Discard, "", 0)
	f.plain = &http.Server{ErrorLog: silent, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch host := hostname(r.Host); {
		case !knows(host):
			f.refuse(r.Method + " " + r.Host)
			http.Error(w, "corslate's tests know no such host", http.StatusForbidden)
		case r.Method == http.MethodConnect:
			f.tunnel(w, host)
		default:
			handler.ServeHTTP(w, r)
		}
	})}
	f.secure = &http.Server{ErrorLog: silent, Handler: handler, TLSConfig: &tls.Config{
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			// The name in the handshake is missing if the host is an address.
			return authority.Certificate(hello.Conn.(tunnelConn).host)
		},
	}}
	f.serving.Go(func() { _ = f.plain.Serve(listener) })
	f.serving.Go(func() { _ = f.secure.ServeTLS(tunnelListener{f}, "", "") })
	return f, nil
}

func (f *front) address() string { return f.listener.Addr().String() }

// close ends the front and every connection to it.
func (f *front) close() error {
	close(f.ended)
	err := errors.Join(f.plain.Close(), f.secure.Close())
	f.serving.Wait()
	return err
}

func (f *front) refuse(what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.Contains(f.refused, what) {
		f.refused = append(f.refused, what)
	}
}

// refusals lists what the browser wanted elsewhere.
func (f *front) refusals() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.refused)
}

// tunnel answers a CONNECT to the host and hands the connection to the secure server.
func (f *front) tunnel(w http.ResponseWriter, host string) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err) // never: the plain server speaks HTTP/1.1 only
	}
	if _, err := io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		conn.Close()
		return
	}
	select {
	case f.tunnels <- tunnelConn{conn, buffered.Reader, host}:
	case <-f.ended:
		conn.Close()
	}
}

// tunnelConn is a tunnel to a host. It reads first what the proxy has read
// already.
type tunnelConn struct {
	net.Conn
	reader *bufio.Reader
	host   string
}

func (c tunnelConn) Read(p []byte) (int, error) { return c.reader.Read(p) }

// tunnelListener accepts the connections inside a front's tunnels.
type tunnelListener struct{ *front }

func (l tunnelListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.tunnels:
		return conn, nil
	case <-l.ended:
		return nil, net.ErrClosed
	}
}
func (l tunnelListener) Close() error   { return nil }
func (l tunnelListener) Addr() net.Addr { return l.listener.Addr() }

// hostname returns a host without its port and an IPv6 address without its
// brackets.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// origin returns the origin of a request's own server.
func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
