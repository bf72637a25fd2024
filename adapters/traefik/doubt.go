package traefik

import "github.com/corslate/corslate/policy"

// doubt is a place where the policy that was read says more than Traefik
// grants, because it cannot say less: a request that shows it, and what really
// becomes of that.
type doubt struct {
	finding     policy.Finding
	request     policy.Request // without an origin: from one that is allowed
	preflighted bool           // the request is any that the policy allows after a preflight
	before      policy.Verdict
}

func (r *reader) doubt(d doubt) { r.doubts = append(r.doubts, d) }

// prove turns the doubts into findings: of effect Wider with a witness where p
// allows what Traefik does not, and a Note where the rest of the policy leaves
// no such request.
func (r *reader) prove(p *policy.Policy) {
	for _, d := range r.doubts {
		f := d.finding
		f.Effect = policy.Note
		if d.request.Origin == "" {
			d.request.Origin = r.allowed.some()
		}
		if d.preflighted {
			d.request = afterPreflight(p, d.request)
		}
		if d.request.Origin == "" && len(r.allowed.spec()) > 0 {
			f.Effect = policy.Wider // no origin to show it with was found: the expressions are too complex
		}
		if after := p.Check(d.request); after.Allowed && after.Preflight == d.before.Preflight {
			f.Effect = policy.Wider
			f.Witness = &policy.Witness{Effect: policy.Wider, Field: f.Field, Value: f.Value, Request: d.request, Before: d.before, After: after}
		}
		r.report = append(r.report, f)
	}
}

// some returns an origin that is echoed, one from which credentialed requests
// succeed as well if there is any.
func (a allowed) some() string {
	if len(a.listed) > 0 {
		return a.listed[0]
	}
	for _, w := range policy.Compare(alone(a.spec()...), alone()).Witnesses {
		return w.Request.Origin
	}
	return ""
}

// afterPreflight changes the request to one that needs a preflight and that p
// allows, if it can.
func afterPreflight(p *policy.Policy, request policy.Request) policy.Request {
	spec := p.Spec()
	for _, m := range append(spec.AllowMethods, "DELETE") {
		request.Method = m
		if v := p.Check(request); m != "*" && v.Allowed && v.Preflight {
			return request
		}
	}
	request.Method = "GET"
	for _, h := range append(spec.AllowHeaders, "x-other") {
		request.Headers = []string{h}
		if v := p.Check(request); h != "*" && v.Allowed && v.Preflight {
			return request
		}
	}
	return request
}
