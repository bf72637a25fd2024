package nginx_test

import (
	"encoding/json"
	"errors"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/internal/adaptertest"
	"github.com/corslate/corslate/policy"
)

func TestLaws(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts nginx.Options
	}{
		{"ingress-nginx", validating},
		{"before v1.12", old},
		{"Traefik", traefik},
	} {
		t.Run(tt.name, func(t *testing.T) { adaptertest.Laws(t, adapter(tt.opts)) })
	}
}

func adapter(opts nginx.Options) adaptertest.Adapter[map[string]string, *networkingv1.Ingress] {
	with := func(tolerance policy.Tolerance) *nginx.Options {
		o := opts
		o.Tolerance, o.Accept = tolerance, adaptertest.Dangers
		return &o
	}
	return adaptertest.Adapter[map[string]string, *networkingv1.Ingress]{
		Render: func(p *policy.Policy, tolerance policy.Tolerance) (map[string]string, policy.Report, error) {
			return nginx.Render(p, with(tolerance))
		},
		Parse: func(f map[string]string) (*policy.Policy, policy.Report, error) { return nginx.Parse(f, &opts) },
		Apply: func(i *networkingv1.Ingress, p *policy.Policy, tolerance policy.Tolerance) (*networkingv1.Ingress, policy.Report, error) {
			return nginx.Apply(i, p, with(tolerance))
		},
		Extract: func(i *networkingv1.Ingress) (*policy.Policy, policy.Report, error) { return nginx.Extract(i, &opts) },
		Remove:  func(i *networkingv1.Ingress) *networkingv1.Ingress { return nginx.Remove(i, &opts) },
		Objects: ingresses(),
		Clone:   (*networkingv1.Ingress).DeepCopy,
	}
}

// ingresses returns Ingresses without CORS: a bare one, and one that holds much
// else.
func ingresses() []*networkingv1.Ingress {
	class, prefix := "nginx", networkingv1.PathTypePrefix
	full := &networkingv1.Ingress{
		TypeMeta: metav1.TypeMeta{APIVersion: "networking.k8s.io/v1", Kind: "Ingress"},
		ObjectMeta: metav1.ObjectMeta{
			Name: "api", Namespace: "shop", Labels: map[string]string{"app": "api"}, Finalizers: []string{"a", "b"},
			Annotations: map[string]string{
				"nginx.ingress.kubernetes.io/rewrite-target": "/$1",
				"nginx.ingress.kubernetes.io/ssl-redirect":   "true",
				"cert-manager.io/cluster-issuer":             "letsencrypt",
				"example.com/enable-cors":                    "true",
			},
		},
		Spec: networkingv1.IngressSpec{
			IngressClassName: &class,
			TLS:              []networkingv1.IngressTLS{{Hosts: []string{"api.example.com"}, SecretName: "tls"}},
			Rules: []networkingv1.IngressRule{{Host: "api.example.com", IngressRuleValue: networkingv1.IngressRuleValue{
				HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{Path: "/", PathType: &prefix,
					Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: "api", Port: networkingv1.ServiceBackendPort{Number: 80}}}}}},
			}}},
		},
		Status: networkingv1.IngressStatus{LoadBalancer: networkingv1.IngressLoadBalancerStatus{Ingress: []networkingv1.IngressLoadBalancerIngress{{IP: "192.0.2.1"}}}},
	}
	return []*networkingv1.Ingress{{}, full}
}

func FuzzParse(f *testing.F) {
	add := func(annotations map[string]string, options byte) {
		f.Add(value(annotations, enableCORS), value(annotations, allowOrigin), value(annotations, allowMethods), value(annotations, allowHeaders),
			value(annotations, allowCredentials), value(annotations, exposeHeaders), value(annotations, maxAge), options)
	}
	for _, v := range readVectors(f) {
		for options := range byte(4) {
			add(v.Annotations, options)
		}
	}
	for _, tt := range parseCases {
		add(tt.annotations, 0)
	}
	f.Fuzz(func(t *testing.T, enabled, origins, methods, headers, credentials, expose, age string, options byte) {
		opts := &nginx.Options{Controller: nginx.Controller(options & 1), Release: nginx.Release(options >> 1 % 3), Accept: adaptertest.Dangers}
		annotations := map[string]string{}
		for name, value := range map[string]string{enableCORS: enabled, allowOrigin: origins, allowMethods: methods, allowHeaders: headers,
			allowCredentials: credentials, exposeHeaders: expose, maxAge: age} {
			if value != missing {
				annotations[name] = value
			}
		}
		p, report, err := nginx.Parse(annotations, opts)
		checkReport(t, report)
		if err != nil {
			if p != nil || !errors.Is(err, policy.ErrNoPolicy) {
				t.Fatalf("Parse: %v, %v", p, err)
			}
			return
		}
		if len(origins) > 4096 {
			return
		}
		fragment, report, err := nginx.Render(p, opts)
		checkReport(t, report)
		var refused *policy.Error
		if err != nil {
			if fragment != nil || !errors.As(err, &refused) {
				t.Fatalf("Render: %v, %v", fragment, err)
			}
			return
		}
		back, _, err := nginx.Parse(fragment, opts)
		if err != nil {
			t.Fatal(err)
		}
		if c := policy.Compare(p, back); c.Relation != policy.Equal {
			t.Fatalf("%s %v\n%v", c.Relation, c.Witnesses, fragment)
		}
	})
}

// missing stands for an annotation that is not there.
const missing = "\x00"

func value(annotations map[string]string, name string) string {
	if v, ok := annotations[name]; ok {
		return v
	}
	return missing
}

// checkReport checks what holds of every report.
func checkReport(t *testing.T, report policy.Report) {
	t.Helper()
	for _, f := range report {
		if f.Code == "" || f.Effect == 0 || f.Detail == "" {
			t.Errorf("incomplete finding %+v", f)
		}
	}
	if _, err := json.Marshal(report); err != nil {
		t.Error(err)
	}
}
