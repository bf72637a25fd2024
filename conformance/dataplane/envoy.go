package dataplane

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	corsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/cors/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/anypb"
)

// Envoy is a running Envoy with one host for each of several policies.
type Envoy struct {
	// Version is Envoy's own word for its release and build.
	Version string

	via *transport
}

// StartEnvoy runs the program envoy with a static configuration: its CORS
// filter and the policies, each on the route of a host, in front of the
// application. Both end with the test.
//
// Nobody has run this yet: no registry that this project's machines reach has
// an Envoy (Debian packages none, its releases are on GitHub and in container
// registries). Whoever has one on the PATH runs it with the tests of package
// matrix, and should expect to mend it.
func StartEnvoy(t testing.TB, envoy string, application http.Handler, policies ...*corsv3.CorsPolicy) *Envoy {
	t.Helper()
	version, err := exec.Command(envoy, "--version").Output()
	if err != nil {
		t.Fatalf("envoy --version: %v", err)
	}
	dir := tempDir(t)
	startApplication(t, dir, application)
	socket := filepath.Join(dir, "envoy.sock")
	bootstrap := filepath.Join(dir, "envoy.json")
	if err := os.WriteFile(bootstrap, envoyBootstrap(t, socket, filepath.Join(dir, applicationSocket), policies), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, exec.Command(envoy, "--config-path", bootstrap, "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "error"), socket)
	return &Envoy{Version: strings.TrimSpace(string(version)), via: newTransport(t, socket)}
}

// Handler returns what stands before the application on the host of the policy
// with that index. It passes requests on whatever their own host.
func (e *Envoy) Handler(i int) http.Handler { return e.via.to(envoyHost(i)) }

func envoyHost(i int) string { return fmt.Sprintf("c%d.envoy.test", i) }

// object is a message of Envoy's configuration in JSON.
type object map[string]any

func envoyBootstrap(t testing.TB, socket, application string, policies []*corsv3.CorsPolicy) []byte {
	t.Helper()
	const filter = "envoy.filters.http.cors"
	typed := func(name string) object {
		return object{"@type": "type.googleapis.com/envoy.extensions.filters." + name}
	}
	hosts := make([]object, len(policies))
	for i, p := range policies {
		wrapped, err := anypb.New(p)
		if err != nil {
			t.Fatal(err)
		}
		text, err := protojson.Marshal(wrapped)
		if err != nil {
			t.Fatal(err)
		}
		hosts[i] = object{"name": envoyHost(i), "domains": []string{envoyHost(i)}, "routes": []object{{
			"match":                   object{"prefix": "/"},
			"route":                   object{"cluster": "application"},
			"typed_per_filter_config": object{filter: json.RawMessage(text)},
		}}}
	}
	manager := typed("network.http_connection_manager.v3.HttpConnectionManager")
	manager["stat_prefix"] = "cors"
	manager["route_config"] = object{"virtual_hosts": hosts}
	manager["http_filters"] = []object{
		{"name": filter, "typed_config": typed("http.cors.v3.Cors")},
		{"name": "envoy.filters.http.router", "typed_config": typed("http.router.v3.Router")},
	}
	text, err := json.Marshal(object{"static_resources": object{
		"listeners": []object{{
			"name":          "cors",
			"address":       object{"pipe": object{"path": socket}},
			"filter_chains": []object{{"filters": []object{{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}}}},
		}},
		"clusters": []object{{
			"name": "application", "type": "STATIC",
			"load_assignment": object{"cluster_name": "application", "endpoints": []object{{"lb_endpoints": []object{
				{"endpoint": object{"address": object{"pipe": object{"path": application}}}},
			}}}},
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return text
}
