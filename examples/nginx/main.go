// Command nginx prints a policy as values for a Helm chart whose Ingress takes
// a host, TLS and annotations, as that of vCluster Platform does.
//
//	go run ./examples/nginx [policy.yaml] > values.yaml
package main

import (
	"io"

	"github.com/corslate/corslate/adapters/nginx"
	"github.com/corslate/corslate/examples/internal/sample"
)

// values are those of the chart that this program sets.
type values struct {
	Ingress ingress `json:"ingress"`
}

type ingress struct {
	Enabled      bool              `json:"enabled"`
	Host         string            `json:"host"`
	IngressClass string            `json:"ingressClass"`
	TLS          tls               `json:"tls"`
	Annotations  map[string]string `json:"annotations"`
}

type tls struct {
	Enabled bool   `json:"enabled"`
	Secret  string `json:"secret"`
}

func main() { sample.Main(run) }

func run(args []string, stdout, stderr io.Writer) error {
	p, err := sample.Policy(args)
	if err != nil {
		return err
	}
	annotations, report, err := nginx.Render(p, nil)
	if err != nil {
		return err
	}
	sample.Report(stderr, report)
	return sample.Write(stdout, values{Ingress: ingress{
		Enabled:      true,
		Host:         "platform.example.com",
		IngressClass: "nginx",
		TLS:          tls{Enabled: true, Secret: "platform-tls"},
		Annotations:  annotations,
	}})
}
