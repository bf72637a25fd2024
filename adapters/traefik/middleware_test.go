package traefik

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"

	"github.com/corslate/corslate/internal/fetch"
	"github.com/corslate/corslate/policy"
)

// middleware is what Traefik's headers middleware does, in front of an
// application that sends no CORS headers. The vectors of the real one hold it
// to that (TestMiddlewareModel); the tests of Parse then ask it whatever no
// vector asks.
type middleware struct {
	h         *dynamic.Headers
	algorithm Algorithm
	exprs     []*regexp.Regexp
}

func newMiddleware(h *dynamic.Headers, algorithm Algorithm) (*middleware, error) {
	m := &middleware{h: h, algorithm: algorithm}
	for _, expr := range h.AccessControlAllowOriginListRegex {
		re, err := regexp.Compile(expr)
		if err != nil {
			return nil, err
		}
		m.exprs = append(m.exprs, re)
	}
	return m, nil
}

func (m *middleware) reflects() bool {
	return m.algorithm == Reflecting && m.h.AccessControlAllowCredentials
}

func (m *middleware) match(origin string) (answer string, ok bool) {
	for _, entry := range m.h.AccessControlAllowOriginList {
		switch {
		case entry == origin:
			return entry, true
		case entry == "*" && m.reflects():
			return origin, true
		case entry == "*":
			return entry, true
		}
	}
	for _, re := range m.exprs {
		if re.MatchString(origin) {
			return origin, true
		}
	}
	return "", false
}

// serve answers a request. Only preflights are not forwarded.
func (m *middleware) serve(method string, request http.Header) (forwarded bool, answer http.Header) {
	if request.Get("Origin") != "" && request.Get("Access-Control-Request-Method") != "" && method == http.MethodOptions {
		return false, m.preflight(request)
	}
	request = request.Clone()
	for key, value := range m.h.CustomRequestHeaders {
		if request.Set(key, value); value == "" {
			request.Del(key)
		}
	}
	answer = http.Header{}
	for key, value := range m.h.CustomResponseHeaders {
		if answer.Set(key, value); value == "" {
			answer.Del(key)
		}
	}
	if origin, ok := m.match(request.Get("Origin")); ok {
		answer.Set("Access-Control-Allow-Origin", origin)
	}
	if m.h.AccessControlAllowCredentials {
		answer.Set("Access-Control-Allow-Credentials", "true")
	}
	m.expose(answer)
	if m.h.AddVaryHeader {
		answer.Set("Vary", "Origin")
	}
	return true, sanitized(answer)
}

func (m *middleware) expose(answer http.Header) {
	names := m.h.AccessControlExposeHeaders
	if len(names) > 0 && !(m.reflects() && slices.Contains(names, "*")) {
		answer.Set("Access-Control-Expose-Headers", strings.Join(names, ","))
	}
}

func (m *middleware) preflight(request http.Header) http.Header {
	answer := http.Header{}
	if m.h.AccessControlAllowCredentials {
		answer.Set("Access-Control-Allow-Credentials", "true")
	}
	list := func(name string, entries []string, asked string) {
		value := strings.Join(entries, ",")
		if m.reflects() && slices.Contains(entries, "*") {
			value = asked
		}
		if value != "" {
			answer.Set(name, value)
		}
	}
	list("Access-Control-Allow-Methods", m.h.AccessControlAllowMethods, request.Get("Access-Control-Request-Method"))
	list("Access-Control-Allow-Headers", m.h.AccessControlAllowHeaders, request.Get("Access-Control-Request-Headers"))
	if origin, ok := m.match(request.Get("Origin")); ok {
		answer.Set("Access-Control-Allow-Origin", origin)
	}
	var seconds int64
	if m.h.AccessControlMaxAge != nil {
		seconds = *m.h.AccessControlMaxAge
	}
	if m.h.AccessControlMaxAge != nil || m.algorithm == Literal {
		answer.Set("Access-Control-Max-Age", strconv.FormatInt(seconds, 10))
	}
	if m.algorithm == Reflecting {
		m.expose(answer)
	}
	return sanitized(answer)
}

// sanitized is what net/http makes of values when it writes them.
func sanitized(h http.Header) http.Header {
	for _, values := range h {
		for i, v := range values {
			values[i] = strings.Trim(strings.NewReplacer("\n", " ", "\r", " ").Replace(v), " \t")
		}
	}
	return h
}

// judge is the browser's verdict on a request through the middleware.
func (m *middleware) judge(r policy.Request) policy.Verdict {
	_, preflight := m.serve(http.MethodOptions, fetch.PreflightRequest(r))
	_, actual := m.serve(r.Method, http.Header{"Origin": {r.Origin}})
	return fetch.Judge(r, &fetch.Response{Status: 200, Header: preflight}, &fetch.Response{Status: 200, Header: actual})
}
