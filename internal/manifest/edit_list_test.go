package manifest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// Lists that grow, shrink and change keep the items that stay as they are.
func TestEditLists(t *testing.T) {
	const head = "kind: HTTPRoute\nspec:\n  rules:\n  - name: a # first\n    odd: 1\n"
	for name, test := range map[string]struct {
		in, want string
		edit     func(*gatewayv1.HTTPRoute)
	}{
		"item added": {head, head + "  - name: b\n", func(r *gatewayv1.HTTPRoute) {
			name := gatewayv1.SectionName("b")
			r.Spec.Rules = append(r.Spec.Rules, gatewayv1.HTTPRouteRule{Name: &name})
		}},
		"item removed": {head + "  - name: b\n", head, func(r *gatewayv1.HTTPRoute) {
			r.Spec.Rules = r.Spec.Rules[:1]
		}},
		"list made in an item": {head, head + "    filters:\n    - cors:\n        allowOrigins:\n        - https://a.example\n        maxAge: 5\n      type: CORS\n", func(r *gatewayv1.HTTPRoute) {
			r.Spec.Rules[0].Filters = []gatewayv1.HTTPRouteFilter{{Type: gatewayv1.HTTPRouteFilterCORS,
				CORS: &gatewayv1.HTTPCORSFilter{AllowOrigins: []gatewayv1.CORSOrigin{"https://a.example"}, MaxAge: 5}}}
		}},
		"value changed beside unknown fields": {head + "    filters:\n    - {type: CORS, odd: 2, cors: {maxAge: 6}} # c\n", head + "    filters:\n    - {type: CORS, odd: 2, cors: {maxAge: 7}} # c\n", func(r *gatewayv1.HTTPRoute) {
			r.Spec.Rules[0].Filters[0].CORS.MaxAge = 7
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := &Document{Place: Place{File: "f", Document: 1, Line: 1}, Raw: []byte(test.in)}
			got, err := d.Edit(func(o *Object) (any, any, error) {
				var before gatewayv1.HTTPRoute
				if _, err := o.Decode(&before); err != nil {
					return nil, nil, err
				}
				after := before.DeepCopy()
				test.edit(after)
				return &before, after, nil
			})
			if diff := cmp.Diff(test.want, string(got)); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}
