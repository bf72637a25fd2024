package browsers

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Call is a cross-origin request that a page makes with fetch. Every call has a
// URL of its own, so that no browser answers the preflight of one from what it
// remembers of another.
type Call struct {
	// Page is the origin of the page. A page with the origin "null" is a
	// sandboxed frame.
	Page string
	// Server is the host that is called, by https on the default port.
	Server string
	// Method is the method as the page writes it. Empty means GET.
	Method string
	// Headers are what the page sets.
	Headers map[string]string
	// Credentials is true for credentials mode "include", otherwise it is "omit".
	Credentials bool
	// Twice is true if the page makes the call a second time right after the
	// first. The outcome is the second one's, with the exchanges of both.
	Twice bool
}

// Outcome is what became of a call.
type Outcome struct {
	// Read is true if the page got the response, false if fetch threw.
	Read bool
	// Error is what fetch threw.
	Error string
	// Headers lists the names of the response's headers that the page could
	// read, sorted and in lower case.
	Headers []string
	// Body is the response's body as the page read it.
	Body string
	// Preflights and Requests are what arrived at the server, in order.
	Preflights, Requests []Exchange
}

// Exchange is a request and its response, seen from the network.
type Exchange struct {
	Method string
	Cookie string      // the Cookie header
	Status int         // of the response
	Header http.Header // of the response
}

// Cookie is the cookie that the browser has for every server.
const Cookie = "session=alice"

// tooLong is when a visit has failed. No visit comes near it.
const tooLong = 4 * time.Minute

// Run starts the browser, has pages make the calls in front of the servers (by
// host name), ends the browser and returns the outcome of each call. Before the
// first call every server has set its [Cookie] in the browser, SameSite=None and
// Secure. The calls of one page are made one after another, in their order.
//
// A browser that is missing, does not start, ends too early or does not come to
// an end within minutes fails the test, with what it wrote to standard error.
func Run(t testing.TB, e Engine, servers map[string]http.Handler, calls []Call) []Outcome {
	t.Helper()
	outcomes, refused, err := run(e, servers, calls)
	if err != nil {
		t.Fatal(err)
	}
	if len(refused) > 0 {
		t.Logf("%s also wanted, and did not get: %s", e.Name, strings.Join(refused, ", "))
	}
	return outcomes
}

// run is [Run] for those who want the error. It also returns what the browser
// wanted from elsewhere.
func run(e Engine, servers map[string]http.Handler, calls []Call) (outcomes []Outcome, refused []string, err error) {
	authority, err := NewAuthority()
	if err != nil {
		return nil, nil, err
	}
	v := newVisit(servers, calls)
	f, err := newFront(authority, v.knows, v)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	browser, err := e.open(f.address(), authority, v.address(0))
	if err != nil {
		return nil, nil, err
	}
	failure := ""
	select {
	case <-v.done:
	case <-browser.ended:
		failure = "ended too early"
	case <-time.After(tooLong):
		failure = fmt.Sprintf("is not done after %v", tooLong)
	}
	err = browser.stop()
	if failure != "" {
		return nil, nil, errors.Join(err, fmt.Errorf("%s %s (%v); %s; its standard error:\n%s", e.Name, failure, browser.err, v.progress(), &browser.stderr))
	}
	outcomes, problems := v.results()
	if len(problems) > 0 {
		err = errors.Join(err, fmt.Errorf("%s: %s", e.Name, strings.Join(problems, "; ")))
	}
	return outcomes, f.refusals(), err
}
