package traefik

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"

	"github.com/corslate/corslate/internal/origins"
	"github.com/corslate/corslate/policy"
)

// Parse returns the policy that browsers meet when Traefik puts the Middleware
// before an application that sends no CORS headers of its own. The report says
// where that is not what the words look like, and where releases differ.
//
// Two things have no words in a policy, and Parse then returns the wider one
// with a finding of effect Wider: a "*" that reaches the browser literally
// counts for requests without credentials alone ([CodeAnyLiteral]), and custom
// response headers count for requests without a preflight alone
// ([CodeCustomHeader]).
//
// The error is [policy.ErrNoPolicy] if the Middleware sets no CORS field, and a
// [*policy.Error] if Traefik would refuse it ([CodeHeadersEmpty],
// [CodeSeveralKinds], [CodeRegexSyntax]) or if an expression is too long to be
// analysed ([CodeRegexLength]).
//
// The model is that of pkg/middlewares/headers/header.go in traefik/traefik.
func Parse(f *traefikv1alpha1.Middleware, opts *Options) (*policy.Policy, policy.Report, error) {
	return read("adapters/traefik: parse", f, opts.orZero())
}

func read(op string, f *traefikv1alpha1.Middleware, opts Options) (*policy.Policy, policy.Report, error) {
	if f == nil || f.Spec.Headers == nil {
		return nil, nil, fmt.Errorf("%s: %w", op, policy.ErrNoPolicy)
	}
	r := &reader{h: f.Spec.Headers, algorithm: opts.Algorithm}
	if err := r.refused(op, f); err != nil {
		return nil, r.report, err
	}
	r.origins()
	r.credentials()
	r.methodsAndHeaders()
	r.expose()
	r.maxAge()
	r.behaviour()
	if refused := r.report.With(policy.Malformed, policy.Inexpressible); len(refused) > 0 {
		return nil, r.report, &policy.Error{Op: op, Findings: refused}
	}
	p, err := policy.New(r.spec)
	if err != nil {
		return nil, r.report, err
	}
	r.prove(p)
	return p, r.report, nil
}

// reader collects what the fields mean.
type reader struct {
	h         *dynamic.Headers
	algorithm Algorithm
	spec      policy.Spec
	report    policy.Report
	allowed   allowed
	byHand    byHand
	doubts    []doubt
}

// path returns the place of a field of spec.headers, or of its entry.
func path(field string, index ...int) string {
	if len(index) == 0 {
		return "spec.headers." + field
	}
	return fmt.Sprintf("spec.headers.%s[%d]", field, index[0])
}

func (r *reader) add(code policy.Code, effect policy.Effect, field policy.Field, value, path, detail string) {
	r.report = append(r.report, policy.Finding{Code: code, Effect: effect, Field: field, Value: value, Path: path, Detail: detail})
}

// refused reports what keeps Traefik from building the middleware, and whether
// it carries a policy at all. Upstream: headers.New, and buildConstructor in
// pkg/server/middleware/middlewares.go.
func (r *reader) refused(op string, f *traefikv1alpha1.Middleware) error {
	h := r.h
	if n := len(kinds(f.Spec)); n > 1 {
		r.add(CodeSeveralKinds, policy.Malformed, "", strings.Join(kinds(f.Spec), ", "), "spec",
			"a Middleware is of one kind: Traefik refuses this one and drops every router that refers to it; make an object of each")
		return &policy.Error{Op: op, Findings: r.report}
	}
	cors := h.HasCorsHeadersDefined()
	if cors && onlyZeroMaxAge(h) {
		r.add(policy.CodeReleasesDiffer, policy.Note, policy.FieldMaxAge, "0", path("accessControlMaxAge"),
			"releases before v3.6.22 and v3.7.6 do not count a max-age of 0 as a CORS setting, and refuse a Middleware that sets nothing else; add accessControlAllowMethods")
		cors = r.algorithm != Literal
	}
	switch {
	case cors:
		return nil
	case h.HasCustomHeadersDefined() || h.HasSecureHeadersDefined():
		r.handwritten()
		return fmt.Errorf("%s: %w", op, policy.ErrNoPolicy)
	}
	r.add(CodeHeadersEmpty, policy.Malformed, "", "", "spec.headers",
		"Traefik refuses a headers middleware that sets nothing and drops every router that refers to it; remove it")
	return &policy.Error{Op: op, Findings: r.report.With(policy.Malformed)}
}

func onlyZeroMaxAge(h *dynamic.Headers) bool {
	if h.AccessControlMaxAge == nil || *h.AccessControlMaxAge != 0 {
		return false
	}
	rest := *h
	rest.AccessControlMaxAge = nil
	return !rest.HasCorsHeadersDefined()
}

// origins reads the list and the expressions: an origin is allowed if either
// has it.
func (r *reader) origins() {
	list, exprs := r.h.AccessControlAllowOriginList, r.h.AccessControlAllowOriginListRegex
	star := slices.Index(list, "*")
	for i, entry := range list {
		at := path("accessControlAllowOriginList", i)
		switch {
		case i == star && i+1 < len(list)+len(exprs):
			r.add(CodeOriginUnreachable, policy.Note, policy.FieldOrigins, entry, at,
				"everything after * is never looked at, as * matches first")
		case star >= 0 && i >= star:
		case origins.Serialized(entry):
			r.allowed.listed = append(r.allowed.listed, entry)
		default:
			r.add(policy.CodeOriginNeverSent, policy.Advice, policy.FieldOrigins, entry, at,
				"entries are compared with the Origin header byte by byte, and no browser sends this one"+correction(entry))
		}
	}
	for i, expr := range exprs {
		patterns := r.expression(i, expr)
		if star < 0 {
			r.allowed.patterns = append(r.allowed.patterns, patterns...)
		}
	}
	if star >= 0 {
		r.allowed.any = true
		r.allowed.literal = r.algorithm == Literal || !r.h.AccessControlAllowCredentials
		r.anyWithCredentials(path("accessControlAllowOriginList", star))
	}
	r.replacedOrigin()
	r.handwrittenOrigin()
	r.spec.AllowOrigins = slices.Concat(r.allowed.spec(), r.byHand.spec())
	if len(r.spec.AllowOrigins) == 0 {
		r.add(CodeInterceptsOnly, policy.Advice, policy.FieldOrigins, "", "spec.headers",
			"no origin is allowed, yet every preflight is answered here and none reaches the application; list origins, or remove the CORS settings")
	}
}

// anyWithCredentials reports how releases differ about "*" in the list.
func (r *reader) anyWithCredentials(at string) {
	switch {
	case !r.h.AccessControlAllowCredentials:
	case r.algorithm == Literal:
		r.add(policy.CodeReleasesDiffer, policy.Danger, policy.FieldOrigins, "*", at,
			"with credentials, browsers refuse this answer; from v3.6.22 and v3.7.6 on Traefik answers with the origin that asks, and every website reads with the user's cookies; list the origins")
	default:
		r.add(policy.CodeReleasesDiffer, policy.Note, policy.FieldOrigins, "*", at,
			"with credentials, releases before v3.6.22 and v3.7.6 send *, which browsers refuse for credentialed requests")
	}
}

// allowed is which origins are allowed and by which answer.
type allowed struct {
	listed   []string // echoed; those before "*", if there is one
	patterns []string // echoed
	any      bool     // all others, too
	literal  bool     // those by the answer "*", which is none for credentialed requests
}

func (a allowed) spec() []string {
	if a.any {
		return []string{"*"}
	}
	return slices.Concat(a.listed, a.patterns)
}

// correction names the pattern that was probably meant, and the field that can
// say it.
func correction(entry string) string {
	var syntax *origins.SyntaxError
	meant, err := origins.Parse(entry)
	if errors.As(err, &syntax) {
		meant, err = origins.Parse(syntax.Correction)
	}
	switch {
	case err != nil:
		return "; remove it"
	case origins.Serialized(meant.String()):
		return "; write " + meant.String()
	}
	return "; for a pattern add ^" + meant.RE2() + "$ to accessControlAllowOriginListRegex"
}

// credentials decides whether credentialed requests from the allowed origins
// succeed.
func (r *reader) credentials() {
	custom := r.handwrittenCredentials()
	r.spec.AllowCredentials = r.h.AccessControlAllowCredentials || custom
	if r.byHand.any && len(r.allowed.spec()) == 0 {
		r.spec.AllowCredentials = false // as below
	}
	if !r.spec.AllowCredentials {
		return
	}
	if !r.allowed.literal {
		if slices.Contains(r.allowed.spec(), "*") {
			r.add(policy.CodeReflectsAny, policy.Danger, policy.FieldOrigins, "*", "spec.headers",
				"every origin that asks is answered with itself and with credentials, null included, so every website reads with the user's cookies; list the origins")
		}
		return
	}
	if len(r.allowed.listed) == 0 {
		r.spec.AllowCredentials = false // browsers refuse the answer "*"
		return
	}
	r.doubt(doubt{
		finding: policy.Finding{Code: CodeAnyLiteral, Field: policy.FieldCredentials, Value: "*", Path: path("accessControlAllowOriginList"),
			Detail: "credentialed requests succeed from the entries before * alone, which a policy cannot say; it is read as if all did"},
		request: policy.Request{Origin: outside(r.allowed.listed), Method: "GET", Credentials: true},
		before:  policy.Verdict{Reason: policy.ReasonCredentials},
	})
}

func (r *reader) maxAge() {
	const field = "accessControlMaxAge"
	switch v := r.h.AccessControlMaxAge; {
	case v == nil:
		r.add(policy.CodeReleasesDiffer, policy.Note, policy.FieldMaxAge, "", path(field),
			"releases before v3.6.22 and v3.7.6 send a max-age of 0 when none is set, later ones leave it to the browser, which takes 5 seconds; set it")
		if r.algorithm == Literal {
			r.spec.MaxAgeSeconds = new(int64)
		}
	case *v < 0:
		r.add(policy.CodeMaxAgeNegative, policy.Advice, policy.FieldMaxAge, strconv.FormatInt(*v, 10), path(field),
			"Traefik sends it as it stands; Fetch takes what is no row of digits for its default of 5 seconds, Chromium for 0; write 0 or more")
	default:
		seconds := *v
		r.spec.MaxAgeSeconds = &seconds
	}
}

// behaviour reports what changes no grant.
func (r *reader) behaviour() {
	if depends := !r.allowed.any || !r.allowed.literal || len(r.allowed.listed) > 0; depends && len(r.spec.AllowOrigins) > 0 && !r.h.AddVaryHeader {
		r.add(policy.CodeNoVary, policy.Advice, policy.FieldOrigins, "", path("addVaryHeader"),
			"the answer depends on the origin, and without Vary a cache may give one origin's answer to another; set addVaryHeader")
	}
	r.add(policy.CodePreflightAnswered, policy.Note, "", "", "spec.headers",
		"Traefik answers every preflight itself with status 200, also for origins that do not match; the application never sees one")
	if !r.strips("Access-Control-Allow-Origin") {
		r.add(policy.CodeApplicationHeaders, policy.Note, policy.FieldOrigins, "", "spec.headers",
			`if the application sends Access-Control-Allow-Origin itself, that reaches the browser where the origin does not match; `+
				`customResponseHeaders with the value "" takes it off`)
	}
}
