package istio

import (
	"fmt"
	"strconv"
	"strings"

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"

	"github.com/corslate/corslate/policy"
)

// atFragment is where a fragment of its own stands in the paths of findings.
const atFragment = "corsPolicy"

// Parse returns the policy that browsers meet where Envoy, from 1.30, serves
// the fragment as Istio translates it, in front of an application without CORS
// headers of its own.
//
// The report tells what the words do not show. An effect of policy.Danger is a
// matcher that allows more than it seems to; policy.Wider is a "*" beside other
// methods or headers with allowCredentials: browsers take it for a wildcard
// only without credentials, which no policy can say, and the returned policy
// has it for both.
//
// The error wraps policy.ErrNoPolicy if f is nil. It is a *policy.Error with
// every problem if Istio's validation refuses the fragment. An empty fragment
// is a policy: one that allows no origin.
//
// Parse looks at none of the options.
func Parse(f *networkingv1alpha3.CorsPolicy, opts *Options) (*policy.Policy, policy.Report, error) {
	if f == nil {
		return nil, nil, fmt.Errorf("adapters/istio: parse: %w", policy.ErrNoPolicy)
	}
	p, report, err := parse(f, atFragment)
	if err != nil {
		return nil, report, err
	}
	return p, append(report, constantNotes(atFragment)...), nil
}

// constantNotes are what every policy of this data plane does.
func constantNotes(at string) policy.Report {
	return policy.Report{
		{Code: policy.CodeNoVary, Effect: policy.Note, Path: at,
			Detail: "Envoy sends no Vary: Origin; have the application send it where shared caches may keep responses"},
		{Code: policy.CodeApplicationHeaders, Effect: policy.Note, Path: at,
			Detail: "CORS headers of the application pass through for origins that the policy does not allow; the application should send none"},
	}
}

// reader collects the findings about one fragment.
type reader struct {
	at          string // where the fragment stands
	credentials bool
	report      policy.Report
	doubts      []doubt
}

// doubt is a finding whose witness needs the whole policy.
type doubt struct {
	finding int                             // its index in the report
	before  func(s policy.Spec) policy.Spec // the policy without what the finding is about
	request policy.Request                  // what tells the two apart; chosen by comparison if it has no origin
}

func (r *reader) path(format string, args ...any) string {
	return r.at + "." + fmt.Sprintf(format, args...)
}

func (r *reader) add(f policy.Finding) { r.report = append(r.report, f) }

func (r *reader) addDoubt(f policy.Finding, d doubt) {
	d.finding = len(r.report)
	r.report = append(r.report, f)
	r.doubts = append(r.doubts, d)
}

// parse is Parse for a fragment at a place, without the constant notes.
func parse(f *networkingv1alpha3.CorsPolicy, at string) (*policy.Policy, policy.Report, error) {
	r := &reader{at: at, credentials: f.GetAllowCredentials().GetValue()}
	spec := policy.Spec{
		AllowOrigins:     r.origins(f),
		AllowMethods:     r.methods(f.GetAllowMethods()),
		AllowHeaders:     r.allowHeaders(f.GetAllowHeaders()),
		ExposeHeaders:    r.names("exposeHeaders", policy.FieldExposeHeaders, f.GetExposeHeaders()),
		AllowCredentials: r.credentials,
		MaxAgeSeconds:    r.maxAge(f),
	}
	r.unmatchedPreflights(f.GetUnmatchedPreflights())

	if bad := r.report.With(policy.Malformed); len(bad) > 0 {
		return nil, r.report, &policy.Error{Op: "adapters/istio: parse", Findings: bad}
	}
	p, err := policy.New(spec)
	if err != nil {
		return nil, r.report, err
	}
	r.settle(spec, p)
	return p, r.report, nil
}

// settle gives the doubtful findings their witnesses. One that is Wider and has
// none makes no difference.
func (r *reader) settle(spec policy.Spec, p *policy.Policy) {
	for _, d := range r.doubts {
		f := &r.report[d.finding]
		before, err := policy.New(d.before(spec))
		if err == nil {
			f.Witness = r.witness(f.Field, d.request, before, p)
		}
		if f.Witness == nil && f.Effect == policy.Wider {
			f.Effect = policy.Note
		}
	}
}

// witness returns a request that after allows and before refuses for the
// field's sake, with credentials if the policy lets them in.
func (r *reader) witness(field policy.Field, request policy.Request, before, after *policy.Policy) *policy.Witness {
	w := policy.Witness{Effect: policy.Wider, Field: field, Value: request.Origin, Request: request}
	if request.Origin == "" {
		for _, found := range policy.Compare(before, after).Witnesses {
			if found.Field == field && found.Effect == policy.Wider {
				w = found
				break
			}
		}
	}
	w.Request.Credentials = r.credentials
	w.Before, w.After = before.Check(w.Request), after.Check(w.Request)
	if w.Before.Allowed || !w.After.Allowed {
		return nil
	}
	return &w
}

// The longest that Istio's validation and the JSON form of a duration let pass.
const maxMaxAge = 9223372036

func (r *reader) maxAge(f *networkingv1alpha3.CorsPolicy) *int64 {
	d := f.GetMaxAge()
	if d == nil {
		return nil
	}
	seconds := d.GetSeconds()
	if seconds < 1 || seconds > maxMaxAge || d.GetNanos() != 0 {
		value := strconv.FormatInt(seconds, 10)
		if d.GetNanos() != 0 {
			value = strings.TrimRight(strconv.FormatFloat(float64(seconds)+float64(d.GetNanos())/1e9, 'f', 9, 64), "0")
		}
		r.add(policy.Finding{Code: CodeMaxAge, Effect: policy.Malformed, Field: policy.FieldMaxAge, Value: value + "s", Path: r.path("maxAge"),
			Detail: "Istio's validation takes whole seconds from 1 to 9223372036 only, and Envoy would get the number without its fraction; write whole seconds, or leave the field out for the browser's 5"})
		return nil
	}
	return &seconds
}

func (r *reader) unmatchedPreflights(u networkingv1alpha3.CorsPolicy_UnmatchedPreflights) {
	path := r.path("unmatchedPreflights")
	switch u {
	case networkingv1alpha3.CorsPolicy_IGNORE:
		r.add(policy.Finding{Code: policy.CodeReleasesDiffer, Effect: policy.Note, Value: u.String(), Path: path,
			Detail: "Istio before 1.23 does not know the field and forwards preflights of other origins to the application"})
	case networkingv1alpha3.CorsPolicy_FORWARD, networkingv1alpha3.CorsPolicy_UNSPECIFIED:
		r.add(policy.Finding{Code: CodePreflightsForwarded, Effect: policy.Note, Path: path,
			Detail: "preflights of origins that the policy does not allow reach the application; write unmatchedPreflights: IGNORE to have the proxy answer them"})
	default:
		r.add(policy.Finding{Code: CodePreflightsValue, Effect: policy.Malformed, Value: u.String(), Path: path,
			Detail: "the value is none of FORWARD and IGNORE, and the API server refuses it"})
	}
}
