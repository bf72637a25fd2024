package dataplane

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// nginxModule is where Debian's package libnginx-mod-http-headers-more-filter
// puts the module.
const nginxModule = "/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so"

// Nginx is a running nginx with one server for each of several Ingresses.
type Nginx struct {
	// Version is nginx's release, as in "nginx/1.22.1".
	Version string

	via *transport
}

// StartNginx runs one nginx as the controller configures it for the Ingresses,
// each with the whole of a host, in front of the application. Both end with the
// test. The test fails if nginx is not there or does not load the configuration.
func StartNginx(t testing.TB, application http.Handler, ingresses ...Ingress) *Nginx {
	t.Helper()
	nginx := nginxProgram(t)
	dir := tempDir(t)
	startApplication(t, dir, application)
	conf := writeNginxConf(t, dir, ingresses)
	if out, err := nginxCommand(nginx, dir, conf, "-t").CombinedOutput(); err != nil {
		t.Fatalf("nginx does not load the configuration: %v\n%s", err, out)
	}
	start(t, nginxCommand(nginx, dir, conf), filepath.Join(dir, "nginx.sock"))
	return &Nginx{Version: nginxVersion(t, nginx), via: newTransport(t, filepath.Join(dir, "nginx.sock"))}
}

// LoadNginx returns why nginx does not load the configuration of the Ingress;
// nil if it does. With that error the controller could no longer reload.
func LoadNginx(t testing.TB, ingress Ingress) error {
	t.Helper()
	nginx := nginxProgram(t)
	dir := tempDir(t)
	if out, err := nginxCommand(nginx, dir, writeNginxConf(t, dir, []Ingress{ingress}), "-t").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// Handler returns what stands before the application on the host of the
// Ingress with that index. It passes requests to nginx whatever their own host.
func (n *Nginx) Handler(i int) http.Handler { return n.via.to(nginxHost(i)) }

func nginxVersion(t testing.TB, program string) string {
	t.Helper()
	out, err := exec.Command(program, "-v").CombinedOutput()
	if err != nil {
		t.Fatalf("nginx -v: %v\n%s", err, out)
	}
	_, version, _ := strings.Cut(strings.TrimSpace(string(out)), ": ")
	return version
}

func nginxProgram(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("nginx")
	if err != nil {
		// Debian keeps it where only root looks.
		path, err = exec.LookPath("/usr/sbin/nginx")
	}
	if err != nil {
		t.Fatalf("nginx is not there; install the Debian packages nginx and libnginx-mod-http-headers-more-filter: %v", err)
	}
	if _, err := os.Stat(nginxModule); err != nil {
		t.Fatalf("nginx has no headers-more; install the Debian package libnginx-mod-http-headers-more-filter: %v", err)
	}
	return path
}

func nginxCommand(program, dir, conf string, args ...string) *exec.Cmd {
	return exec.Command(program, append([]string{"-p", dir, "-c", conf, "-e", "stderr"}, args...)...)
}

func nginxHost(i int) string { return fmt.Sprintf("c%d.nginx.test", i) }

// writeNginxConf writes the configuration into the directory. It needs no
// privileges: a single process that writes nowhere else.
func writeNginxConf(t testing.TB, dir string, ingresses []Ingress) string {
	var b strings.Builder
	fmt.Fprintf(&b, `load_module %s;
daemon off;
master_process off;
pid %[2]s/nginx.pid;
events { worker_connections 512; }
http {
	access_log off;
	server_tokens off;
	server_names_hash_max_size 32768;
	server_names_hash_bucket_size 128;
	variables_hash_max_size 2048;
	client_body_temp_path %[2]s/body;
	proxy_temp_path %[2]s/proxy;
	fastcgi_temp_path %[2]s/fastcgi;
	uwsgi_temp_path %[2]s/uwsgi;
	scgi_temp_path %[2]s/scgi;
	keepalive_requests 1000000;
	upstream application { server unix:%[2]s/application.sock; keepalive 8; }
	proxy_http_version 1.1;
	proxy_set_header Connection "";
	proxy_set_header Host $host;
`, nginxModule, dir)
	for i, ingress := range ingresses {
		fmt.Fprintf(&b, "server {\n\tlisten unix:%s/nginx.sock;\n\tserver_name %s;\n\tlocation / {\n", dir, nginxHost(i))
		if c, on := ingress.cors(); on {
			b.WriteString(c.location())
		}
		b.WriteString("\t\tproxy_pass http://application;\n\t}\n}\n")
	}
	b.WriteString("}\n")
	path := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
