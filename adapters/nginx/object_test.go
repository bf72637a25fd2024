package nginx_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/policy"
)

// Apply replaces all that was there of CORS, and only that.
func TestApplyReplaces(t *testing.T) {
	before := ingresses()[1]
	clean := before.DeepCopy()
	for name, value := range cors("cors-allow-origin", "*", "cors-expose-headers", "X-Old") {
		before.Annotations[name] = value
	}
	untouched := before.DeepCopy()
	after, report, err := nginx.Apply(before, policyOf(2), nil)
	if err != nil || !report.Exact() {
		t.Fatalf("%v %v", err, report)
	}
	fragment, _, _ := nginx.Render(policyOf(2), nil)
	want := clean.DeepCopy()
	for name, value := range fragment {
		want.Annotations[name] = value
	}
	if diff := cmp.Diff(want, after); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(untouched, before); diff != "" {
		t.Errorf("the input changed:\n%s", diff)
	}
	p, _, err := nginx.Extract(after, nil)
	if err != nil || policy.Compare(policyOf(2), p).Relation != policy.Equal {
		t.Errorf("%v, %v", p, err)
	}
	if diff := cmp.Diff(clean, nginx.Remove(after, nil)); diff != "" {
		t.Error(diff)
	}
}

func TestRemove(t *testing.T) {
	bare := ingresses()[0]
	if got := nginx.Remove(bare, nil); got.Annotations != nil {
		t.Errorf("%v", got.Annotations)
	}
	bare.Annotations = map[string]string{}
	if got := nginx.Remove(bare, nil); got.Annotations == nil {
		t.Error("an empty map became nil although nothing was removed")
	}
	other := ingresses()[1]
	other.Annotations = map[string]string{"ingress.example.com/enable-cors": "true", enableCORS: "true", allowOrigin + "s": "x"}
	got := nginx.Remove(other, &nginx.Options{Prefix: "ingress.example.com"})
	if diff := cmp.Diff(map[string]string{enableCORS: "true", allowOrigin + "s": "x"}, got.Annotations); diff != "" {
		t.Error(diff)
	}
}

// What ingress-nginx would not read or Kubernetes not store is refused.
func TestApplyRefuses(t *testing.T) {
	tests := []struct {
		name, annotation, value string
		p                       *policy.Policy
		code                    policy.Code
		path                    string
	}{
		{"a canary", "canary", "true", policyOf(1), nginx.CodeCanary, nginx.DefaultPrefix + "/canary"},
		{"too many annotations", "rewrite-target", strings.Repeat("a", 256<<10-200), policyOf(1), nginx.CodeTooLong, "metadata.annotations"},
		{"both", "canary", "true", policy.MustNew(policy.Spec{AllowOrigins: []string{"null"}}), nginx.CodeUnanchored, ""},
	}
	for _, tt := range tests {
		ingress := ingresses()[1]
		ingress.Annotations[nginx.DefaultPrefix+"/"+tt.annotation] = tt.value
		got, report, err := nginx.Apply(ingress, tt.p, nil)
		var refused *policy.Error
		if got != nil || !errors.As(err, &refused) {
			t.Fatalf("%s: %v, %v", tt.name, got, err)
		}
		match := func(f policy.Finding) bool { return f.Code == tt.code && f.Path == tt.path }
		if !slices.ContainsFunc(refused.Findings, match) || !slices.ContainsFunc(report, match) {
			t.Errorf("%s: %v\n%v", tt.name, err, report)
		}
		if tt.name == "both" && !policy.Report(refused.Findings).Has(nginx.CodeCanary) {
			t.Errorf("only the first problem: %v", err)
		}
	}
	canary := ingresses()[1]
	canary.Annotations[nginx.DefaultPrefix+"/canary"] = "true"
	if _, _, err := nginx.Apply(canary, policyOf(1), &traefik); err != nil {
		t.Errorf("Traefik: %v", err)
	}
}
