package traefik

import (
	"reflect"
	"slices"
	"strings"

	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
)

// kinds lists the fields of a spec that are set, each of which makes a kind of
// middleware.
func kinds(spec traefikv1alpha1.MiddlewareSpec) []string {
	var out []string
	v := reflect.ValueOf(spec)
	for i := range v.NumField() {
		if v.Field(i).IsNil() || v.Field(i).Kind() == reflect.Map && v.Field(i).Len() == 0 {
			continue
		}
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
