package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    nginx.ingress.kubernetes.io/enable-cors: "true"
    nginx.ingress.kubernetes.io/cors-allow-origin: https://a.example
`

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// What cannot be printed is not lost in silence.
func TestFullDisk(t *testing.T) {
	for _, args := range []string{"convert --to istio -", "check --report-file - -", "convert --to istio --into testdata/into.yaml -"} {
		var stderr strings.Builder
		if got := run(strings.Fields(args), strings.NewReader(ingress), fullDisk{}, &stderr); got != int(statusUnusable) || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%s: status %d, says %s", args, got, &stderr)
		}
	}
	if got := run([]string{"check", "-"}, strings.NewReader(ingress), io.Discard, fullDisk{}); got != int(statusUnusable) {
		t.Errorf("a report that cannot be written: status %d", got)
	}
}

// repeated is a stream of the same document n times, which is nowhere as a whole.
type repeated struct {
	text string
	n    int
	rest string
	peak uint64
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.rest == "" {
		if r.n == 0 {
			return 0, io.EOF
		}
		if r.n--; r.n%500 == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			r.peak = max(r.peak, m.HeapAlloc)
		}
		r.rest = r.text
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// The memory that lives does not grow with the stream.
func TestMemoryIsFlat(t *testing.T) {
	live := func(documents int) uint64 {
		in := &repeated{text: ingress + "---\n", n: documents}
		if got := run(strings.Fields("convert --to gatewayapi --report-file /dev/null -"), in, io.Discard, io.Discard); got != 0 {
			t.Fatalf("status %d", got)
		}
		return in.peak
	}
	few, many := live(1000), live(6000)
	if many > few+8<<20 {
		t.Errorf("%d bytes live with 1000 documents, %d with 6000", few, many)
	}
}

// What is added to a file begins in a line of its own, also where the file ends
// without a line break.
func TestIntoWithoutLastLineBreak(t *testing.T) {
	const route = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: last}"
	file := filepath.Join(t.TempDir(), "into.yaml")
	if err := os.WriteFile(file, []byte(route), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if got := run([]string{"convert", "--to", "traefik", "--into", file, "-"}, strings.NewReader(ingress), &out, io.Discard); got != 0 {
		t.Fatalf("status %d", got)
	}
	if !strings.Contains(out.String(), "metadata: {name: last}\n---\napiVersion: traefik.io/v1alpha1\nkind: Middleware\n") {
		t.Errorf("got\n%s", &out)
	}
}
