package policy

import (
	"slices"
	"strings"

	"github.com/corslate/corslate/internal/origins"
)

// The codes of [Policy.Audit] whose effect is [Danger].
const (
	CodeAnyOriginCredentials Code = "any-origin-with-credentials"    // every website reads with the user's cookies
	CodeNullOrigin           Code = "null-origin"                    // every website can send null, from a sandboxed frame
	CodePlainHTTPCredentials Code = "plain-http-with-credentials"    // whoever is on the network can be that origin
	CodeWildcardSuffix       Code = "wildcard-under-public-suffix"   // anybody can register a name under it
	CodeOpenRegexp           Code = "regexp-open-to-registration"    // anybody can register a domain that it matches
	CodeUndecidedRegexp      Code = "regexp-too-complex-to-be-known" // it cannot be decided whether anybody can
)

// The codes of [Policy.Audit] whose effect is [Advice].
const (
	CodeAnyOrigin            Code = "any-origin"                  // without credentials: public data only
	CodeNoOrigins            Code = "no-origins"                  // the policy grants nothing
	CodeDevelopmentOrigin    Code = "development-origin"          // loopback or a private address
	CodeMaxAgeCapped         Code = "max-age-above-browser-caps"  // browsers remember for less
	CodeMethodLowerCasePatch Code = "method-patch-in-lower-case"  // a method of its own, not PATCH
	CodeHeaderForbidden      Code = "header-forbidden-to-scripts" // listing it has no effect
	CodeHeaderSafelisted     Code = "header-safelisted"           // listing it has next to no effect
	CodeExposeAnyCredentials Code = "expose-any-with-credentials" // * does not count for credentialed requests
)

// Dangers lists the codes of everything that Audit may call a [Danger]: what
// an adapter's Options.Accept may have to name.
func Dangers() []Code {
	return []Code{CodeAnyOriginCredentials, CodeNullOrigin, CodePlainHTTPCredentials,
		CodeWildcardSuffix, CodeOpenRegexp, CodeUndecidedRegexp}
}

// The longest that browsers remember a preflight's answer, in seconds:
// Chromium's services/network/public/cpp/cors (kMaxTimeoutDefault) and
// Firefox's nsCORSListenerProxy.
const (
	chromiumMaxAge = 7200
	firefoxMaxAge  = 86400
)

// Audit reports what is well-formed but unwise, in the order of the fields of
// a Spec. A [Danger] can be exploited by a website that its author did not
// mean, and carries as its witness a request of such a website that the policy
// lets through. An [Advice] is probably not what was meant. The report is
// computed once; it is a copy.
func (p *Policy) Audit() Report {
	report := slices.Clone(p.audit())
	for i, f := range report {
		if f.Witness != nil {
			w := *f.Witness
			report[i].Witness = &w
		}
	}
	return report
}

func audit(p *Policy) Report {
	a := auditor{policy: p}
	a.origins()
	a.methods()
	a.headers(FieldHeaders, p.spec.AllowHeaders, forbiddenRequestHeader, safelistedRequestHeader)
	a.headers(FieldExposeHeaders, p.spec.ExposeHeaders, forbiddenResponseHeader, readableResponseHeader)
	if p.expose.all && p.spec.AllowCredentials {
		a.advise(CodeExposeAnyCredentials, FieldExposeHeaders, "*",
			"for credentialed requests browsers read * as a name; list the headers that they are to see")
	}
	if p.maxAge > chromiumMaxAge {
		detail := "Chromium remembers a preflight for 7200 seconds at most"
		if p.maxAge > firefoxMaxAge {
			detail += ", Firefox for 86400"
		}
		a.advise(CodeMaxAgeCapped, FieldMaxAge, formatInt(p.maxAge), detail)
	}
	return a.report
}

type auditor struct {
	policy *Policy
	report Report
}

func (a *auditor) advise(code Code, field Field, value, detail string) {
	a.report = append(a.report, Finding{Code: code, Effect: Advice, Field: field, Value: value, Detail: detail})
}

// warn reports a danger, with the request from origin that proves it. Without
// an origin there is none: the danger could not be excluded.
func (a *auditor) warn(code Code, value, origin, detail string) {
	f := Finding{Code: code, Effect: Danger, Field: FieldOrigins, Value: value, Detail: detail}
	if origin != "" {
		r := Request{Origin: origin, Method: "GET", Credentials: a.policy.spec.AllowCredentials}
		v := a.policy.Check(r)
		f.Witness = &Witness{Effect: Danger, Field: FieldOrigins, Value: origin, Request: r, Before: v, After: v}
	}
	a.report = append(a.report, f)
}

func (a *auditor) origins() {
	set := a.policy.origins
	switch {
	case len(set.Patterns()) == 0:
		a.advise(CodeNoOrigins, FieldOrigins, "", "no page of another origin may read anything; leave the CORS configuration out if that is meant")
		return
	case set.Everything():
		a.anyOrigin()
		return
	}
	for _, p := range set.Patterns() {
		a.pattern(p)
	}
}

func (a *auditor) anyOrigin() {
	if a.policy.spec.AllowCredentials {
		a.warn(CodeAnyOriginCredentials, "*", "https://evil.example", "every website may read responses with the user's cookies; list the origins, or turn credentials off")
		return
	}
	a.advise(CodeAnyOrigin, FieldOrigins, "*", "every website may read the responses; fit for public data only, and not for what only a network position protects")
}

func (a *auditor) pattern(p origins.Pattern) {
	value := p.String()
	if p.MatchesNull() {
		a.warn(CodeNullOrigin, value, "null", "every website can make requests of origin null, from a sandboxed frame; serve the pages that need this from a real origin")
	}
	origin, answer := p.Registrable()
	switch {
	case answer == origins.Unknown:
		a.warn(CodeUndecidedRegexp, value, "", "the regular expression is too complex to tell whose domains it matches; list the origins")
	case answer == origins.Yes && p.Kind == origins.Regexp:
		a.warn(CodeOpenRegexp, value, origin, "anybody can register a domain that the regular expression matches; escape dots, keep the dot before the domain, and write the domain out to its end")
	case answer == origins.Yes:
		a.warn(CodeWildcardSuffix, value, origin, "anybody can register a name that the wildcard matches; put it below a domain of your own")
	}
	if a.policy.spec.AllowCredentials {
		if origin, answer := p.PlainHTTP(); answer != origins.No {
			a.warn(CodePlainHTTPCredentials, value, origin, "whoever controls the network between can be a plain-http origin, and read with the user's cookies; use https")
		}
	}
	a.development(p, value, answer)
}

func (a *auditor) development(p origins.Pattern, value string, registrable origins.Answer) {
	local := p.Kind == origins.Exact && origins.Private(p.Host)
	if !local && registrable == origins.No {
		_, answer := p.LoopbackOrigin()
		local = answer == origins.Yes
	}
	if local {
		a.advise(CodeDevelopmentOrigin, FieldOrigins, value, "a loopback or private address is a developer's machine; leave it out in production")
	}
}

func (a *auditor) methods() {
	for _, m := range a.policy.spec.AllowMethods {
		if m != "PATCH" && strings.EqualFold(m, "PATCH") {
			a.advise(CodeMethodLowerCasePatch, FieldMethods, m, "browsers do not upper-case this method, so it is not PATCH; scripts that say fetch(…, {method: \"patch\"}) should say PATCH")
		}
	}
}

func (a *auditor) headers(field Field, names []string, forbidden, safelisted func(string) bool) {
	for _, name := range names {
		switch lower := strings.ToLower(name); {
		case forbidden(lower):
			a.advise(CodeHeaderForbidden, field, name, "browsers keep this header from scripts, so listing it has no effect; remove it")
		case safelisted(lower):
			a.advise(CodeHeaderSafelisted, field, name, "browsers allow this header without being asked, unusual values apart; it need not be listed")
		}
	}
}
