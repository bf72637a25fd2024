package browsers

import (
	"encoding/json"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"

	"github.com/corslate/corslate/conformance/dataplane"
)

// fewest is how many calls each engine makes at the least.
const fewest = 300

// mostShown is how many failures are described.
const mostShown = 20

// What pages can do with the answers of real data planes is what Parse of the
// configuration says.
func TestPages(t *testing.T) {
	handlers := map[string]http.Handler{}
	var asked []question
	var calls []Call
	for _, s := range allServers(t) {
		handlers[s.host] = s.handler
		for _, q := range questions(s) {
			asked = append(asked, q)
			calls = append(calls, q.call)
		}
	}
	if len(calls) < fewest {
		t.Fatalf("%d calls, want %d or more", len(calls), fewest)
	}
	for _, e := range selected(t) {
		t.Run(e.Name, func(t *testing.T) {
			begin := time.Now()
			outcomes := Run(t, e, handlers, calls)
			took := time.Since(begin).Round(time.Second)
			judge(t, e, asked, outcomes)
			t.Logf("%s: %d calls to %d servers in %v", version(t, e), len(calls), len(handlers), took)
		})
	}
}

// judge holds the outcomes against the policies, and the known deviations
// against the outcomes.
func judge(t *testing.T, e Engine, asked []question, outcomes []Outcome) {
	known := deviationsOf(e.Name)
	shown := map[*deviation]int{}
	count := struct{ read, refused, credentialed int }{}
	failed := 0
	for i, q := range asked {
		o := outcomes[i]
		switch {
		case o.Read && q.call.Credentials:
			count.read++
			count.credentialed++
		case o.Read:
			count.read++
		default:
			count.refused++
		}
		for _, d := range known {
			if !reflect.DeepEqual(q.expect([]*deviation{d}), q.expect(nil)) {
				shown[d]++
			}
		}
		problems := q.problems(q.expect(known), o)
		if len(problems) == 0 {
			continue
		}
		if failed++; failed > mostShown {
			continue
		}
		spec, err := json.Marshal(q.server.policy.Spec())
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s: %s\ncall %+v\npolicy %s\nerror %q", q.server.name, strings.Join(problems, "; "), q.call, spec, o.Error)
		for _, d := range known {
			others := slices.DeleteFunc(slices.Clone(known), func(other *deviation) bool { return other == d })
			if len(q.problems(q.expect(others), o)) == 0 {
				t.Errorf("%s no longer deviates in this way, remove the entry: %s", e.Name, d.what)
			}
		}
	}
	if failed > mostShown {
		t.Errorf("and %d calls more", failed-mostShown)
	}
	for _, d := range known {
		if t.Logf("%d calls show: %s", shown[d], d.what); shown[d] == 0 {
			t.Errorf("no call shows whether %s still deviates in this way: %s", e.Name, d.what)
		}
	}
	t.Logf("%d read, %d of them with credentials; %d refused", count.read, count.credentialed, count.refused)
	if count.read < fewest/10 || count.refused < fewest/10 || count.credentialed < fewest/10 {
		t.Errorf("too few of a kind: %+v", count)
	}
}

// The annotation `enable-cors: "true"` alone, and the same words elsewhere. On
// the retired ingress-nginx any page may read what everyone may see, and no
// page anything of the user's. Traefik from v3.6.22 and v3.7.6 on gives any
// page in the world all that the user may see. Before, it did as ingress-nginx.
func TestRetiredDefault(t *testing.T) {
	middleware := &traefikv1alpha1.Middleware{}
	middleware.Spec.Headers = &theSameWords
	traefikNew := dataplane.StartTraefik(t, dataplane.Upstream(), middleware)
	traefikOld := dataplane.StartTraefikOld(t, dataplane.Upstream(), middleware)
	handler := func(s *dataplane.Traefik) http.Handler {
		h, err := s.Handler(0)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	tests := []struct {
		name, host string
		handler    http.Handler
		read       bool // with credentials
	}{
		{"ingress-nginx", "nginx.example", dataplane.StartNginx(t, dataplane.Upstream(), dataplane.Ingress{Annotations: prefixed(retiredDefault)}).Handler(0), false},
		{"traefik " + traefikOld.Version, "traefik-old.example", handler(traefikOld), false},
		{"traefik " + traefikNew.Version, "traefik-new.example", handler(traefikNew), true},
	}
	handlers := map[string]http.Handler{}
	var calls []Call
	for _, tt := range tests {
		handlers[tt.host] = tt.handler
		for _, credentials := range []bool{false, true} {
			calls = append(calls, Call{Page: "https://any.example", Server: tt.host, Credentials: credentials})
		}
	}
	for _, e := range selected(t) {
		t.Run(e.Name, func(t *testing.T) {
			outcomes := Run(t, e, handlers, calls)
			for i, tt := range tests {
				t.Run(tt.name, func(t *testing.T) {
					anonymous, credentialed := outcomes[2*i], outcomes[2*i+1]
					if !anonymous.Read || len(cookies(t, anonymous)) > 0 {
						t.Errorf("anonymous: read %v %q (%s), want an answer for everyone", anonymous.Read, anonymous.Body, anonymous.Error)
					}
					if len(credentialed.Requests) != 1 || credentialed.Requests[0].Cookie != Cookie {
						t.Fatalf("credentialed: the server got %+v, want one request with the cookie", credentialed.Requests)
					}
					if credentialed.Read != tt.read {
						t.Fatalf("credentialed: read %v %q (%s), want %v", credentialed.Read, credentialed.Body, credentialed.Error, tt.read)
					}
					if tt.read && !slices.Contains(cookies(t, credentialed), "session") {
						t.Errorf("credentialed: read %q, want the user's own answer", credentialed.Body)
					}
				})
			}
		})
	}
}

// cookies returns those with which the application was asked, as the page read
// in its answer.
func cookies(t *testing.T, o Outcome) []string {
	t.Helper()
	var a dataplane.Answer
	if err := json.Unmarshal([]byte(o.Body), &a); err != nil {
		t.Fatalf("the page read %q: %v", o.Body, err)
	}
	return a.Cookies
}

// selected returns the engines to test with.
func selected(t *testing.T) []Engine {
	t.Helper()
	names := os.Getenv(Selection)
	switch names {
	case "":
		return Engines()
	case "none":
		t.Skipf("the environment variable %s is %q", Selection, names)
	}
	var chosen []Engine
	for _, name := range strings.Split(names, ",") {
		i := slices.IndexFunc(Engines(), func(e Engine) bool { return e.Name == name })
		if i < 0 {
			t.Fatalf("the environment variable %s is %q: there is no engine %q", Selection, names, name)
		}
		chosen = append(chosen, Engines()[i])
	}
	return chosen
}

func version(t *testing.T, e Engine) string {
	t.Helper()
	v, err := e.Version()
	if err != nil {
		t.Error(err)
	}
	return v
}
