package fetch

import (
	"net/http"
	"slices"
	"strings"

	"github.com/corslate/corslate/policy"
)

// PreflightRequest returns the headers by which a browser asks for leave to
// make the request r, to be sent with the method OPTIONS and without
// credentials: Origin, Access-Control-Request-Method and, unless no header
// needs leave, Access-Control-Request-Headers as one line of lower-case names,
// sorted, without duplicates, joined by commas without a space. Names that
// Fetch forbids to scripts are left out. What a browser sends besides (Accept,
// User-Agent, Sec-Fetch-Mode and others) is not there.
//
// It does not matter whether r.NeedsPreflight() is true: for a request that
// needs no leave the result is what a browser sends when it asks all the same,
// because of Fetch's use-CORS-preflight flag. The rules for r are those of
// [Judge].
//
// See https://fetch.spec.whatwg.org/#cors-preflight-fetch.
func PreflightRequest(r policy.Request) http.Header {
	h := http.Header{}
	h.Set("Origin", r.Origin)
	h.Set("Access-Control-Request-Method", requestMethod(r))
	if names := unsafeNames(r); len(names) > 0 {
		h.Set("Access-Control-Request-Headers", strings.Join(names, ","))
	}
	return h
}

func requestMethod(r policy.Request) string {
	if r.Method == "" {
		return http.MethodGet
	}
	return r.Method
}

// unsafeNames returns the CORS-unsafe request-header names of r as Fetch's
// sorted-lowercase set.
// See https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names.
func unsafeNames(r policy.Request) []string {
	var names []string
	for _, name := range r.Headers {
		if name = byteLower(name); !forbiddenRequestHeader(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
