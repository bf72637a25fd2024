package browsers

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// visit serves the pages and the servers of one run of a browser.
type visit struct {
	servers map[string]http.Handler
	calls   []Call
	pages   []page
	known   map[string]bool // hosts
	done    chan struct{}   // closed when every page has reported

	mu       sync.Mutex
	outcomes []Outcome
	reported map[string]bool // origins of pages
	problems []string        // with the pages, not with what they found
}

// page is one page and the calls that it makes.
type page struct {
	Origin   string
	home     string // where it is served: Origin, but for a sandboxed frame
	Sessions []string
	Calls    []scriptCall
	Frame    string
	Report   string
	Next     string
}

// scriptCall is a call as the page's script gets it.
type scriptCall struct {
	ID          int               `json:"id"`
	URL         string            `json:"url"`
	Method      string            `json:"method"`
	Headers     map[string]string `json:"headers"`
	Credentials bool              `json:"credentials"`
	Twice       bool              `json:"twice"`
}

// embedder is the origin of the page that has the sandboxed frame in it.
const embedder = "https://embedder.example"

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

func newVisit(servers map[string]http.Handler, calls []Call) *visit {
	v := &visit{
		servers:  servers,
		calls:    calls,
		known:    map[string]bool{},
		done:     make(chan struct{}),
		outcomes: make([]Outcome, len(calls)),
		reported: map[string]bool{},
	}
	byOrigin := map[string]int{}
	for id, c := range calls {
		i, ok := byOrigin[c.Page]
		if !ok {
			i = len(v.pages)
			byOrigin[c.Page] = i
			p := page{Origin: c.Page, home: c.Page, Sessions: []string{}}
			if c.Page == "null" {
				p.home, p.Frame = embedder, fmt.Sprintf("/frame/%d", i)
			}
			p.Report = fmt.Sprintf("%s/report/%d", p.home, i)
			v.pages = append(v.pages, p)
		}
		method := c.Method
		if method == "" {
			method = http.MethodGet
		}
		v.pages[i].Calls = append(v.pages[i].Calls, scriptCall{
			ID:          id,
			URL:         fmt.Sprintf("https://%s/call/%d", c.Server, id),
			Method:      method,
			Headers:     maps.Collect(maps.All(c.Headers)), // never null
			Credentials: c.Credentials,
			Twice:       c.Twice,
		})
	}
	for i := range v.pages {
		_, host, _ := strings.Cut(v.pages[i].home, "://")
		v.known[hostname(host)] = true
		if i+1 < len(v.pages) {
			v.pages[i].Next = v.address(i + 1)
		} else {
			v.pages[i].Next = "about:blank"
		}
	}
	for host := range servers {
		v.known[host] = true
		v.pages[0].Sessions = append(v.pages[0].Sessions, "https://"+host+"/session")
	}
	slices.Sort(v.pages[0].Sessions)
	return v
}

func (v *visit) address(i int) string { return fmt.Sprintf("%s/page/%d", v.pages[i].home, i) }

func (v *visit) knows(host string) bool { return v.known[host] }

func (v *visit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if server, ok := v.servers[r.Host]; ok && r.TLS != nil {
		v.serveCall(server, w, r)
		return
	}
	kind, i := numbered(r.URL.Path)
	if i < 0 || i >= len(v.pages) || v.pages[i].home != origin(r) {
		http.NotFound(w, r)
		return
	}
	switch p := v.pages[i]; kind {
	case "page":
		v.servePage(w, p)
	case "frame":
		p.Frame = ""
		v.servePage(w, p)
	case "report":
		v.readReport(p, r)
	default:
		http.NotFound(w, r)
	}
}

// numbered splits a path /kind/number. The number is -1 if there is none.
func numbered(path string) (kind string, number int) {
	kind, digits, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	number, err := strconv.Atoi(digits)
	if err != nil {
		return kind, -1
	}
	return kind, number
}

func (v *visit) servePage(w http.ResponseWriter, p page) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := pageTemplate.Execute(w, p); err != nil {
		v.problem("page %s: %v", p.Origin, err)
	}
}

// serveCall has a server answer a call, and takes down both.
func (v *visit) serveCall(server http.Handler, w http.ResponseWriter, r *http.Request) {
	kind, id := numbered(r.URL.Path)
	switch {
	case kind == "session":
		w.Header().Set("Set-Cookie", Cookie+"; Path=/; Secure; HttpOnly; SameSite=None")
	case kind == "call" && id >= 0 && id < len(v.calls):
		v.exchange(id, server, w, r)
	default:
		http.NotFound(w, r)
	}
}

func (v *visit) exchange(id int, server http.Handler, w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, r)
	response := answer.Result()
	response.Header.Del("Connection") // of the connection behind
	// These two would otherwise be added on the way.
	if response.Header.Get("Content-Length") == "" {
		response.Header.Set("Content-Length", strconv.Itoa(answer.Body.Len()))
	}
	if response.Header.Get("Date") == "" {
		response.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}

	v.mu.Lock()
	o := &v.outcomes[id]
	x := Exchange{Method: r.Method, Cookie: r.Header.Get("Cookie"), Status: response.StatusCode, Header: response.Header}
	if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
		o.Preflights = append(o.Preflights, x)
	} else {
		o.Requests = append(o.Requests, x)
	}
	v.mu.Unlock()

	maps.Copy(w.Header(), response.Header)
	w.WriteHeader(response.StatusCode)
	_, _ = w.Write(answer.Body.Bytes()) // fails if the browser has hung up
}

// report is what a page found out.
type report struct {
	Origin  string `json:"origin"`
	Error   string `json:"error"` // of the page's own script
	Results []struct {
		ID      int      `json:"id"`
		Read    bool     `json:"read"`
		Error   string   `json:"error"`
		Headers []string `json:"headers"`
		Body    string   `json:"body"`
	} `json:"results"`
}

func (v *visit) readReport(p page, r *http.Request) {
	var found report
	err := json.NewDecoder(r.Body).Decode(&found)

	v.mu.Lock()
	defer v.mu.Unlock()
	if v.reported[p.Origin] { // it was sent again
		return
	}
	switch {
	case err != nil:
		v.problems = append(v.problems, fmt.Sprintf("page %s: report: %v", p.Origin, err))
	case found.Error != "":
		v.problems = append(v.problems, fmt.Sprintf("page %s: %s", p.Origin, found.Error))
	case found.Origin != p.Origin || r.Header.Get("Origin") != p.Origin:
		v.problems = append(v.problems, fmt.Sprintf("page %s has the origin %s and sends %s", p.Origin, found.Origin, r.Header.Get("Origin")))
	case len(found.Results) != len(p.Calls):
		v.problems = append(v.problems, fmt.Sprintf("page %s made %d calls of %d", p.Origin, len(found.Results), len(p.Calls)))
	}
	for _, result := range found.Results {
		if result.ID < 0 || result.ID >= len(v.outcomes) {
			continue
		}
		o := &v.outcomes[result.ID]
		o.Read, o.Error, o.Headers, o.Body = result.Read, result.Error, result.Headers, result.Body
	}
	if v.reported[p.Origin] = true; len(v.reported) == len(v.pages) {
		close(v.done)
	}
}

func (v *visit) problem(format string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.problems = append(v.problems, fmt.Sprintf(format, args...))
}

// progress says how far the visit has come.
func (v *visit) progress() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var missing []string
	for _, p := range v.pages {
		if !v.reported[p.Origin] {
			missing = append(missing, p.Origin)
		}
	}
	return fmt.Sprintf("%d of %d pages have reported, missing: %v", len(v.reported), len(v.pages), missing)
}

// results returns what became of the calls, and what is wrong with the pages.
func (v *visit) results() (outcomes []Outcome, problems []string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.outcomes), slices.Clone(v.problems)
}
