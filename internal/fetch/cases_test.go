package fetch_test

import (
	"math"

	"github.com/corslate/corslate/internal/fetch"
	"github.com/corslate/corslate/policy"
)

const app = "https://app.example"

// sections are the cases of TestJudge and the seeds of FuzzJudge, by the anchor
// of what they show in https://fetch.spec.whatwg.org.
var sections = []struct {
	anchor string
	cases  []judgeCase
}{
	{"cors-check", corsCheck},
	{"cors-protocol-and-credentials", credentialsTable},
	{"http-fetch", missingAnswers},
	{"ok-status", preflightStatus},
	{"extract-header-list-values", malformedLists},
	{"cors-preflight-fetch/method", methodRule},
	{"cors-preflight-fetch/headers", headerRule},
	{"cors-preflight-fetch/max-age", maxAge},
	{"cors-preflight-fetch/order", orderOfReasons},
	{"main-fetch/expose-headers", exposeHeaders},
}

var (
	plain       = policy.Request{Origin: app, Method: "GET"}
	credentials = policy.Request{Origin: app, Method: "GET", Credentials: true}
	opaque      = policy.Request{Origin: "null", Method: "GET"}

	allowed          = policy.Verdict{Allowed: true}
	deniedOrigin     = policy.Verdict{Reason: policy.ReasonOrigin}
	deniedCredential = policy.Verdict{Reason: policy.ReasonCredentials}
)

var corsCheck = []judgeCase{
	{"no header", plain, nil, answer(200), deniedOrigin},
	{"nil header map", plain, nil, &fetch.Response{Status: 200}, deniedOrigin},
	{"empty value", plain, nil, answer(200, "Access-Control-Allow-Origin:"), deniedOrigin},
	{"any origin", plain, nil, answer(200, "Access-Control-Allow-Origin: *"), allowed},
	{"same origin", plain, nil, answer(200, "Access-Control-Allow-Origin: "+app), allowed},
	{"other origin", plain, nil, answer(200, "Access-Control-Allow-Origin: https://other.example"), deniedOrigin},
	{"other scheme", plain, nil, answer(200, "Access-Control-Allow-Origin: http://app.example"), deniedOrigin},
	{"default port written out", plain, nil, answer(200, "Access-Control-Allow-Origin: "+app+":443"), deniedOrigin},
	{"trailing slash", plain, nil, answer(200, "Access-Control-Allow-Origin: "+app+"/"), deniedOrigin},
	{"other case", plain, nil, answer(200, "Access-Control-Allow-Origin: https://APP.example"), deniedOrigin},
	{"subdomain pattern", plain, nil, answer(200, "Access-Control-Allow-Origin: https://*.example"), deniedOrigin},
	{"list of origins", plain, nil, answer(200, "Access-Control-Allow-Origin: "+app+", https://b.example"), deniedOrigin},
	{"two lines", plain, nil, answer(200, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Origin: *"), deniedOrigin},
	{"second line empty", plain, nil, answer(200, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Origin:"), deniedOrigin},
	{"space around the value", plain, nil, answer(200, "Access-Control-Allow-Origin: \t"+app+"\t "), allowed},
	{"null is an origin", opaque, nil, answer(200, "Access-Control-Allow-Origin: null"), allowed},
	{"null is not every origin", plain, nil, answer(200, "Access-Control-Allow-Origin: null"), deniedOrigin},
	{"any origin covers null", opaque, nil, answer(200, "Access-Control-Allow-Origin: *"), allowed},
	{"any origin for credentials", credentials, nil,
		answer(200, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials: true"), deniedCredential},
	{"credentials", credentials, nil,
		answer(200, "Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Credentials: true"), allowed},
	{"credentials not allowed", credentials, nil,
		answer(200, "Access-Control-Allow-Origin: "+app), deniedCredential},
	{"credentials false", credentials, nil,
		answer(200, "Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Credentials: false"), deniedCredential},
	{"credentials True", credentials, nil,
		answer(200, "Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Credentials: True"), deniedCredential},
	{"credentials 1", credentials, nil,
		answer(200, "Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Credentials: 1"), deniedCredential},
	{"credentials twice", credentials, nil,
		answer(200, "Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Credentials: true", "Access-Control-Allow-Credentials: true"), deniedCredential},
	{"credentials for another origin", credentials, nil,
		answer(200, "Access-Control-Allow-Origin: https://other.example", "Access-Control-Allow-Credentials: true"), deniedOrigin},
	{"credentials without an origin", credentials, nil,
		answer(200, "Access-Control-Allow-Credentials: true"), deniedOrigin},
	{"credentials allowed and not asked for", plain, nil,
		answer(200, "Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Credentials: nonsense"), allowed},
}

// The table of the section, row by row.
var credentialsTable = []judgeCase{
	{"omit, *, omitted", rabbit(false), nil, answer(200, "Access-Control-Allow-Origin: *"), allowed},
	{"omit, *, true", rabbit(false), nil,
		answer(200, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials: true"), allowed},
	{"omit, trailing slash", rabbit(false), nil,
		answer(200, "Access-Control-Allow-Origin: https://rabbit.invalid/"), deniedOrigin},
	{"omit, origin", rabbit(false), nil,
		answer(200, "Access-Control-Allow-Origin: https://rabbit.invalid"), allowed},
	{"include, *, true", rabbit(true), nil,
		answer(200, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials: true"), deniedCredential},
	{"include, origin, true", rabbit(true), nil,
		answer(200, "Access-Control-Allow-Origin: https://rabbit.invalid", "Access-Control-Allow-Credentials: true"), allowed},
	{"include, origin, True", rabbit(true), nil,
		answer(200, "Access-Control-Allow-Origin: https://rabbit.invalid", "Access-Control-Allow-Credentials: True"), deniedCredential},
}

func rabbit(credentials bool) policy.Request {
	return policy.Request{Origin: "https://rabbit.invalid", Method: "GET", Credentials: credentials}
}

// Answers that let through every request without credentials, except one with
// Authorization.
var (
	anyPreflight = answer(204, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *")
	anyActual    = answer(200, "Access-Control-Allow-Origin: *")
)

var missingAnswers = []judgeCase{
	{"no preflight needed", plain, nil, anyActual, allowed},
	{"empty method is GET", policy.Request{Origin: app}, nil, anyActual, allowed},
	{"HEAD", policy.Request{Origin: app, Method: "HEAD"}, nil, anyActual, allowed},
	{"POST", policy.Request{Origin: app, Method: "POST"}, nil, anyActual, allowed},
	{"preflight not needed and bad", plain, answer(500), anyActual, allowed},
	{"no answer to preflight", put(false), nil, anyActual, preflightDenied(fetch.ReasonNoPreflight)},
	{"no answer to request", plain, nil, nil, policy.Verdict{Reason: fetch.ReasonNoResponse}},
	{"no answer to request after preflight", put(false), anyPreflight, nil, preflightDenied(fetch.ReasonNoResponse)},
	{"no answer at all", put(false), nil, nil, preflightDenied(fetch.ReasonNoPreflight)},
	{"request not sent after bad preflight", put(false), answer(500), nil, preflightDenied(policy.ReasonOrigin)},
	{"answer to request fails alone", put(false), anyPreflight, answer(200), preflightDenied(policy.ReasonOrigin)},
	{"error page is shared", plain, nil, answer(500, "Access-Control-Allow-Origin: *"), allowed},
	{"error page without the header", plain, nil, answer(502), deniedOrigin},
}

func put(credentials bool) policy.Request {
	return policy.Request{Origin: app, Method: "PUT", Credentials: credentials}
}

func preflightDenied(reason policy.Code) policy.Verdict {
	return policy.Verdict{Preflight: true, Reason: reason}
}

var preflightAllowed = policy.Verdict{Allowed: true, Preflight: true, MaxAgeSeconds: 5}

func statusCase(name string, status int, want policy.Verdict) judgeCase {
	return judgeCase{name, put(false), &fetch.Response{Status: status, Header: anyPreflight.Header}, anyActual, want}
}

var preflightStatus = []judgeCase{
	statusCase("200", 200, preflightAllowed),
	statusCase("204", 204, preflightAllowed),
	statusCase("299", 299, preflightAllowed),
	statusCase("199", 199, preflightDenied(fetch.ReasonStatus)),
	statusCase("300", 300, preflightDenied(fetch.ReasonStatus)),
	statusCase("redirect", 307, preflightDenied(fetch.ReasonStatus)),
	statusCase("401", 401, preflightDenied(fetch.ReasonStatus)),
	statusCase("405", 405, preflightDenied(fetch.ReasonStatus)),
	statusCase("500", 500, preflightDenied(fetch.ReasonStatus)),
	statusCase("zero", 0, preflightDenied(fetch.ReasonStatus)),
}

// preflightCase is a request to a server that lets every origin in and
// credentials too, and whose preflight has the given lines besides.
func preflightCase(name string, r policy.Request, want policy.Verdict, lines ...string) judgeCase {
	r.Origin = app
	lines = append(lines, "Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Credentials: true")
	return judgeCase{name, r, answer(204, lines...),
		answer(200, "Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Credentials: true"), want}
}

var malformedLists = []judgeCase{
	preflightCase("space in a method", put(false), preflightDenied(fetch.ReasonMalformed), "Access-Control-Allow-Methods: PUT, Bad value"),
	preflightCase("methods separated by spaces", put(false), preflightDenied(fetch.ReasonMalformed), "Access-Control-Allow-Methods: GET PUT"),
	preflightCase("methods separated by semicolons", put(false), preflightDenied(fetch.ReasonMalformed), "Access-Control-Allow-Methods: GET; PUT"),
	preflightCase("quoted method", put(false), preflightDenied(fetch.ReasonMalformed), `Access-Control-Allow-Methods: "PUT"`),
	preflightCase("bracketed methods", put(false), preflightDenied(fetch.ReasonMalformed), "Access-Control-Allow-Methods: [PUT]"),
	preflightCase("method beyond ASCII", put(false), preflightDenied(fetch.ReasonMalformed), "Access-Control-Allow-Methods: PUT, PÜT"),
	preflightCase("second line of methods", put(false), preflightDenied(fetch.ReasonMalformed),
		"Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Methods: Bad value"),
	preflightCase("methods, though the method is safelisted", policy.Request{Headers: []string{"X-Test"}}, preflightDenied(fetch.ReasonMalformed),
		"Access-Control-Allow-Methods: Bad value", "Access-Control-Allow-Headers: X-Test"),
	preflightCase("headers, though no header needs leave", put(false), preflightDenied(fetch.ReasonMalformed),
		"Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: Bad value"),
	preflightCase("header with a colon", put(false), preflightDenied(fetch.ReasonMalformed),
		"Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: X-Test:"),
	preflightCase("empty elements are allowed", put(false), preflightAllowed, "Access-Control-Allow-Methods: ,, GET ,\t,PUT,"),
	preflightCase("empty lists are allowed", policy.Request{Method: "PUT"}, preflightDenied(policy.ReasonMethod),
		"Access-Control-Allow-Methods:", "Access-Control-Allow-Headers: ,"),
	preflightCase("several lines", put(false), preflightAllowed,
		"Access-Control-Allow-Methods: GET", "Access-Control-Allow-Methods:", "Access-Control-Allow-Methods: PUT"),
	preflightCase("every token character", policy.Request{Method: "M!#$%&'*+-.^_`|~09azAZ"}, preflightAllowed,
		"Access-Control-Allow-Methods: M!#$%&'*+-.^_`|~09azAZ"),
}

var methodRule = []judgeCase{
	preflightCase("listed", put(false), preflightAllowed, "Access-Control-Allow-Methods: GET, PUT"),
	preflightCase("listed, with credentials", put(true), preflightAllowed, "Access-Control-Allow-Methods: GET, PUT"),
	preflightCase("absent", put(false), preflightDenied(policy.ReasonMethod)),
	preflightCase("not listed", put(false), preflightDenied(policy.ReasonMethod), "Access-Control-Allow-Methods: GET, DELETE"),
	preflightCase("listed in lower case", put(false), preflightDenied(policy.ReasonMethod), "Access-Control-Allow-Methods: put"),
	preflightCase("patch is not PATCH", policy.Request{Method: "patch"}, preflightDenied(policy.ReasonMethod), "Access-Control-Allow-Methods: PATCH"),
	preflightCase("patch is patch", policy.Request{Method: "patch"}, preflightAllowed, "Access-Control-Allow-Methods: patch"),
	preflightCase("get is not GET, so it is not safelisted", policy.Request{Method: "get"}, preflightDenied(policy.ReasonMethod), "Access-Control-Allow-Methods: GET"),
	preflightCase("Allow does not count", put(false), preflightDenied(policy.ReasonMethod), "Allow: PUT"),
	preflightCase("wildcard", put(false), preflightAllowed, "Access-Control-Allow-Methods: *"),
	preflightCase("wildcard among names", put(false), preflightAllowed, "Access-Control-Allow-Methods: GET, *"),
	preflightCase("wildcard with credentials", put(true), preflightDenied(policy.ReasonMethod), "Access-Control-Allow-Methods: *"),
	preflightCase("method * with credentials", policy.Request{Method: "*", Credentials: true}, preflightAllowed, "Access-Control-Allow-Methods: *"),
	preflightCase("forbidden, though listed", policy.Request{Method: "TRACE"}, preflightDenied(policy.ReasonMethod), "Access-Control-Allow-Methods: *, TRACE"),
	preflightCase("forbidden in any case", policy.Request{Method: "Connect"}, preflightDenied(policy.ReasonMethod), "Access-Control-Allow-Methods: Connect"),
	preflightCase("TRACK is forbidden too", policy.Request{Method: "TRACK"}, preflightDenied(policy.ReasonMethod), "Access-Control-Allow-Methods: TRACK"),
	preflightCase("GET need not be listed", policy.Request{Method: "GET", Headers: []string{"X-Test"}, Credentials: true}, preflightAllowed,
		"Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: x-test"),
	preflightCase("HEAD need not be listed", policy.Request{Method: "HEAD", Headers: []string{"X-Test"}, Credentials: true}, preflightAllowed,
		"Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: x-test"),
	preflightCase("POST need not be listed", policy.Request{Method: "POST", Headers: []string{"X-Test"}, Credentials: true}, preflightAllowed,
		"Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: x-test"),
}

func with(credentials bool, names ...string) policy.Request {
	return policy.Request{Method: "GET", Credentials: credentials, Headers: names}
}

var headerRule = []judgeCase{
	preflightCase("listed", with(false, "X-Test"), preflightAllowed, "Access-Control-Allow-Headers: X-Test"),
	preflightCase("case does not matter", with(true, "x-TEST"), preflightAllowed, "Access-Control-Allow-Headers: X-Other, X-tEst"),
	preflightCase("absent", with(false, "X-Test"), preflightDenied(policy.ReasonHeader)),
	preflightCase("one of two", with(false, "X-Test", "X-Other"), preflightDenied(policy.ReasonHeader), "Access-Control-Allow-Headers: X-Test"),
	preflightCase("both on two lines", with(false, "X-Test", "X-Other"), preflightAllowed,
		"Access-Control-Allow-Headers: X-Test", "Access-Control-Allow-Headers: X-Other"),
	preflightCase("wildcard", with(false, "X-Test", "X-Other"), preflightAllowed, "Access-Control-Allow-Headers: *"),
	preflightCase("wildcard with credentials", with(true, "X-Test"), preflightDenied(policy.ReasonHeader), "Access-Control-Allow-Headers: *"),
	preflightCase("header * with credentials", with(true, "*"), preflightAllowed, "Access-Control-Allow-Headers: *"),
	preflightCase("wildcard does not cover Authorization", with(false, "authorization"), preflightDenied(policy.ReasonHeader), "Access-Control-Allow-Headers: *"),
	preflightCase("Authorization beside the wildcard", with(false, "Authorization", "X-Test"), preflightAllowed,
		"Access-Control-Allow-Headers: *, AUTHORIZATION"),
	preflightCase("Authorization listed, with credentials", with(true, "Authorization"), preflightAllowed, "Access-Control-Allow-Headers: Authorization"),
	preflightCase("forbidden names are not asked for", policy.Request{Method: "PUT", Headers: []string{"Cookie", "Sec-Test", "proxy-test", "Host"}}, preflightAllowed,
		"Access-Control-Allow-Methods: PUT"),
	preflightCase("methods do not count", with(false, "PUT"), preflightDenied(policy.ReasonHeader), "Access-Control-Allow-Methods: PUT"),
	{"only forbidden names need no preflight", policy.Request{Origin: app, Headers: []string{"Cookie", "DNT"}}, nil, anyActual, allowed},
}

func maxAgeCase(name string, seconds int64, lines ...string) judgeCase {
	want := policy.Verdict{Allowed: true, Preflight: true, MaxAgeSeconds: seconds}
	return preflightCase(name, put(false), want, append(lines, "Access-Control-Allow-Methods: PUT")...)
}

var maxAge = []judgeCase{
	maxAgeCase("absent", 5),
	maxAgeCase("given", 600, "Access-Control-Max-Age: 600"),
	maxAgeCase("zero", 0, "Access-Control-Max-Age: 0"),
	maxAgeCase("leading zeros", 7, "Access-Control-Max-Age: 007"),
	maxAgeCase("space around", 600, "Access-Control-Max-Age: \t600 "),
	maxAgeCase("greater than 32 bits", 4294967296, "Access-Control-Max-Age: 4294967296"),
	maxAgeCase("greatest", math.MaxInt64, "Access-Control-Max-Age: 9223372036854775807"),
	maxAgeCase("beyond the greatest", math.MaxInt64, "Access-Control-Max-Age: 9223372036854775808"),
	maxAgeCase("far beyond the greatest", math.MaxInt64, "Access-Control-Max-Age: 99999999999999999999999999999999"),
	maxAgeCase("empty", 5, "Access-Control-Max-Age:"),
	maxAgeCase("negative", 5, "Access-Control-Max-Age: -1"),
	maxAgeCase("signed", 5, "Access-Control-Max-Age: +600"),
	maxAgeCase("fraction", 5, "Access-Control-Max-Age: 600.5"),
	maxAgeCase("unit", 5, "Access-Control-Max-Age: 600s"),
	maxAgeCase("duration", 5, "Access-Control-Max-Age: 10m0s"),
	maxAgeCase("space within", 5, "Access-Control-Max-Age: 6 00"),
	maxAgeCase("digits that are not ASCII", 5, "Access-Control-Max-Age: ٦٠٠"),
	maxAgeCase("list", 5, "Access-Control-Max-Age: 600, 600"),
	maxAgeCase("twice", 5, "Access-Control-Max-Age: 600", "Access-Control-Max-Age: 600"),
	{"on the answer to the request", put(false), anyPreflight, answer(200, "Access-Control-Allow-Origin: *", "Access-Control-Max-Age: 600"), preflightAllowed},
	{"without a preflight", plain, nil, answer(200, "Access-Control-Allow-Origin: *", "Access-Control-Max-Age: 600"), allowed},
}

// Each case fails in the named step and in all later ones.
var orderOfReasons = []judgeCase{
	{"origin", put(true), answer(403, "Access-Control-Allow-Methods: Bad value"), answer(200), preflightDenied(policy.ReasonOrigin)},
	{"credentials", put(true), answer(403, "Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Methods: Bad value"), answer(200),
		preflightDenied(policy.ReasonCredentials)},
	{"status", put(false), answer(403, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: Bad value"), answer(200),
		preflightDenied(fetch.ReasonStatus)},
	{"lists", put(false), answer(200, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: Bad value"), answer(200),
		preflightDenied(fetch.ReasonMalformed)},
	{"method", policy.Request{Origin: app, Method: "PUT", Headers: []string{"X-Test"}}, answer(200, "Access-Control-Allow-Origin: *"), answer(200),
		preflightDenied(policy.ReasonMethod)},
	{"header", policy.Request{Origin: app, Method: "PUT", Headers: []string{"X-Test"}},
		answer(200, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: PUT"), answer(200),
		preflightDenied(policy.ReasonHeader)},
	{"answer to the request", put(false), anyPreflight, answer(200), preflightDenied(policy.ReasonOrigin)},
}

// exposeCase is a simple request to a server that lets it through and exposes
// what the lines say.
func exposeCase(name string, credentials bool, want []string, lines ...string) judgeCase {
	lines = append(lines, "Access-Control-Allow-Origin: "+app, "Access-Control-Allow-Credentials: true")
	return judgeCase{name, policy.Request{Origin: app, Credentials: credentials}, nil, answer(200, lines...),
		policy.Verdict{Allowed: true, ExposeHeaders: want}}
}

var exposeHeaders = []judgeCase{
	exposeCase("absent", false, nil),
	exposeCase("empty", false, nil, "Access-Control-Expose-Headers:"),
	exposeCase("sorted, in lower case, once", false, []string{"etag", "x-total"},
		"Access-Control-Expose-Headers: X-Total, ETag,, x-total", "Access-Control-Expose-Headers: etag"),
	exposeCase("all", false, []string{"*"}, "Access-Control-Expose-Headers: *"),
	exposeCase("all and names", false, []string{"*"}, "Access-Control-Expose-Headers: X-Total", "Access-Control-Expose-Headers: *"),
	exposeCase("* with credentials is a name", true, nil, "Access-Control-Expose-Headers: *"),
	exposeCase("* with credentials among names", true, []string{"x-total"}, "Access-Control-Expose-Headers: *, X-Total"),
	exposeCase("always exposed", false, nil,
		"Access-Control-Expose-Headers: Cache-Control, Content-Language, Content-Length, Content-Type, Expires, Last-Modified, Pragma"),
	exposeCase("never exposed", false, nil, "Access-Control-Expose-Headers: Set-Cookie, set-cookie2"),
	exposeCase("Authorization is no exception", false, []string{"authorization"}, "Access-Control-Expose-Headers: Authorization"),
	exposeCase("malformed exposes nothing", false, nil, "Access-Control-Expose-Headers: X-Total, Bad value"),
	exposeCase("malformed beside all exposes nothing", false, nil, "Access-Control-Expose-Headers: *", "Access-Control-Expose-Headers: Bad value"),
	{"not on a denied answer", plain, nil, answer(200, "Access-Control-Expose-Headers: X-Total"), deniedOrigin},
	{"not on a preflight's answer", put(false),
		answer(204, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: PUT", "Access-Control-Expose-Headers: X-Total"), anyActual, preflightAllowed},
}
