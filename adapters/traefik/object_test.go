package traefik

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	traefikv1alpha1 "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"

	"github.com/corslate/corslate/policy"
)

var plain = policy.MustNew(policy.Spec{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"PUT"}, MaxAgeSeconds: ptr(int64(60))})

func TestApplyReplacesAllOfCORS(t *testing.T) {
	before := fullMiddleware()
	before.Spec.Headers.AccessControlAllowOriginListRegex = []string{".*"}
	before.Spec.Headers.AccessControlAllowCredentials = true
	before.Spec.Headers.AccessControlExposeHeaders = []string{"X-E"}
	before.Spec.Headers.AccessControlAllowHeaders = []string{"X-A"}
	want := fullMiddleware()
	want.Spec.Headers.AccessControlAllowOriginList = []string{"https://a.example"}
	want.Spec.Headers.AccessControlAllowMethods = []string{"PUT"}
	want.Spec.Headers.AccessControlMaxAge = ptr(int64(60))
	want.Spec.Headers.AddVaryHeader = true
	got, report, err := Apply(before, plain, nil)
	if err != nil || !report.Exact() {
		t.Fatal(err, report)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestApplyRefusesWhatTheRestUndoes: the proof is about the whole object.
func TestApplyRefusesWhatTheRestUndoes(t *testing.T) {
	custom := middlewareOf(&dynamic.Headers{CustomResponseHeaders: map[string]string{"Access-Control-Allow-Origin": "*"}})
	for name, test := range map[string]struct {
		obj  *traefikv1alpha1.Middleware
		code policy.Code
	}{
		"another kind":   {&traefikv1alpha1.Middleware{Spec: traefikv1alpha1.MiddlewareSpec{Compress: &traefikv1alpha1.Compress{}}}, CodeSeveralKinds},
		"custom headers": {custom, CodeCustomHeader},
	} {
		got, report, err := Apply(test.obj, plain, &Options{Tolerance: policy.AllowNarrower})
		var refused *policy.Error
		if got != nil || !errors.As(err, &refused) || !refused.Findings.Has(test.code) || !report.Has(test.code) {
			t.Errorf("%s: %v %v %v", name, got, err, report)
		}
	}
	got, report, err := Apply(custom, plain, &Options{Tolerance: policy.DangerouslyAllowWider})
	if err != nil || got == nil || len(report.With(policy.Wider)) == 0 {
		t.Error(got, report, err)
	}
}

func TestNilObjects(t *testing.T) {
	if _, _, err := Extract(nil, nil); !errors.Is(err, policy.ErrNoPolicy) {
		t.Error(err)
	}
	if got := Remove(nil, nil); got != nil {
		t.Error(got)
	}
	if got, _, err := Apply(nil, plain, nil); err != nil || got.Spec.Headers == nil {
		t.Error(got, err)
	}
}
