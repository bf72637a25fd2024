package gatewayapi

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/corslate/corslate/policy"
)

// The constraints of config/crd/standard/gateway.networking.k8s.io_httproutes.yaml
// of kubernetes-sigs/gateway-api, the same from v1.5.1 to v1.7.0.
const (
	maxOrigins      = 64
	maxMethods      = 9
	maxHeaders      = 64
	maxOriginLength = 253
	maxHeaderLength = 256
	minMaxAge       = 1
	defaultMaxAge   = 5
	maxFilters      = 16
)

var (
	originPattern = regexp.MustCompile(`(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9\-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)`)
	headerPattern = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+$`)
)

func validMethod(m string) bool {
	switch m {
	case "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*":
		return true
	}
	return false
}

// violations reports everything for which the API server refuses the filter.
func violations(f *gatewayv1.HTTPRouteFilter) policy.Report {
	var out policy.Report
	switch isCORS := f.Type == gatewayv1.HTTPRouteFilterCORS; {
	case isCORS && f.CORS == nil:
		return policy.Report{malformed(CodeFilterType, "", "cors", "", "the filter has type CORS and no cors; the API server refuses it")}
	case !isCORS && f.CORS != nil:
		out = append(out, malformed(CodeFilterType, "", "type", string(f.Type), "the filter has cors and another type than CORS; the API server refuses it, write type: CORS"))
	}
	list := listChecker{&out}
	list.check(policy.FieldOrigins, strs(f.CORS.AllowOrigins), maxOrigins, checkOrigin)
	list.check(policy.FieldMethods, strs(f.CORS.AllowMethods), maxMethods, checkMethod)
	list.check(policy.FieldHeaders, strs(f.CORS.AllowHeaders), maxHeaders, checkHeader)
	list.check(policy.FieldExposeHeaders, strs(f.CORS.ExposeHeaders), maxHeaders, checkHeader)
	if f.CORS.MaxAge < 0 {
		out = append(out, malformed(CodeMaxAge, policy.FieldMaxAge, "cors.maxAge", strconv.Itoa(int(f.CORS.MaxAge)),
			"the API server refuses less than 1 second"))
	}
	return out
}

type listChecker struct{ out *policy.Report }

func (l listChecker) check(field policy.Field, entries []string, limit int, problem func(string) (policy.Code, string)) {
	add := func(code policy.Code, path, value, detail string) {
		*l.out = append(*l.out, malformed(code, field, path, value, detail))
	}
	place := "cors." + string(field)
	seen := make(map[string]bool, len(entries))
	for i, entry := range entries {
		path := fmt.Sprintf("%s[%d]", place, i)
		if code, detail := problem(entry); code != "" {
			add(code, path, entry, detail)
		}
		if seen[entry] {
			add(CodeDuplicate, path, entry, "the API server refuses an entry that stands twice in the list")
		}
		seen[entry] = true
	}
	if i := slices.Index(entries, "*"); i >= 0 && len(entries) > 1 && field != policy.FieldExposeHeaders {
		add(CodeWildcardBeside, fmt.Sprintf("%s[%d]", place, i), "*", "the API server refuses * beside other entries; let it stand alone or remove it")
	}
	if len(entries) > limit {
		add(CodeTooMany, place, strconv.Itoa(len(entries)), fmt.Sprintf("the API server refuses more than %d entries", limit))
	}
}

func checkOrigin(s string) (policy.Code, string) {
	switch {
	case utf8.RuneCountInString(s) > maxOriginLength:
		return CodeTooLong, "the API server refuses an origin of more than 253 characters"
	case !originPattern.MatchString(s):
		return CodeOriginSyntax, "the API server refuses it; an origin is *, or http:// or https://, a host name, *.name or *, and perhaps a port"
	}
	return "", ""
}

func checkMethod(s string) (policy.Code, string) {
	if validMethod(s) {
		return "", ""
	}
	return CodeMethodUnknown, "the API server refuses it; a method is one of GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH, or *"
}

func checkHeader(s string) (policy.Code, string) {
	switch {
	case utf8.RuneCountInString(s) > maxHeaderLength:
		return CodeTooLong, "the API server refuses a header name of more than 256 characters"
	case !headerPattern.MatchString(s):
		return CodeHeaderSyntax, "the API server refuses it; a header name is made of letters, digits and !#$%&'*+-.^_`|~"
	}
	return "", ""
}

func malformed(code policy.Code, field policy.Field, path, value, detail string) policy.Finding {
	return policy.Finding{Code: code, Effect: policy.Malformed, Field: field, Value: value, Path: path, Detail: detail}
}

func strs[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

func typed[S ~string](list []string) []S {
	if len(list) == 0 {
		return nil
	}
	out := make([]S, len(list))
	for i, s := range list {
		out[i] = S(s)
	}
	return out
}

// origin is a configured origin that the schema accepts, other than `*`.
type origin struct {
	scheme string
	wild   bool   // the host is `*`, or `*.` and host
	host   string // what follows `*.`; empty if the host is `*`
	port   string // digits, or empty
}

func splitOrigin(s string) origin {
	scheme, rest, _ := strings.Cut(s, "://")
	host, port, _ := strings.Cut(rest, ":")
	if host == "*" {
		return origin{scheme: scheme, wild: true, port: port}
	}
	base, wild := strings.CutPrefix(host, "*.")
	return origin{scheme: scheme, wild: wild, host: base, port: port}
}

func (o origin) defaultPort() string {
	if o.scheme == "http" {
		return "80"
	}
	return "443"
}
