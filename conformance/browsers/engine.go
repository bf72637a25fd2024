package browsers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Engine is a browser engine. It needs no driver: anything that can open a URL
// through a proxy, trusting one more certificate authority, can be one.
type Engine struct {
	// Name is what tests, deviations_test.go and [Selection] call the engine.
	Name string
	// Programs are the names of the browser's program, the first that is found
	// on the PATH counts.
	Programs []string
	// Packages are the Debian packages that the engine needs.
	Packages []string
	// Prepare makes the profile of a visit and returns with which arguments, and
	// which environment beside the usual one, the program is to be called. It
	// must stay in the foreground, and should make no connections of its own;
	// those that it makes all the same end at the proxy.
	Prepare func(Visit) (args, env []string, err error)
}

// Visit is one start of a browser.
type Visit struct {
	// Profile is an empty directory for the browser's profile. It is the
	// browser's home and temporary directory too, and removed afterwards.
	Profile string
	// Proxy is the address, host:port, of the HTTP proxy through which every
	// connection must go, those to localhost included.
	Proxy string
	// Authority is the certificate authority to trust.
	Authority *Authority
	// URL is what to open.
	URL string
}

// Engines returns all engines.
func Engines() []Engine { return []Engine{chromium, firefox} }

// program returns the path of the engine's program.
func (e Engine) program() (string, error) {
	for _, name := range e.Programs {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: no %s on the PATH; apt-get install %s, or leave this engine out with %s",
		e.Name, strings.Join(e.Programs, " or "), strings.Join(e.Packages, " "), Selection)
}

// Version returns what the browser says that it is.
func (e Engine) Version() (string, error) {
	program, err := e.program()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "corslate-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command(program, "--version")
	cmd.Env = environment(dir)
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}

// open starts the browser with a fresh profile. The caller calls stop.
func (e Engine) open(proxy string, authority *Authority, url string) (*process, error) {
	program, err := e.program()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "corslate-") // short: the path of a socket in it has at most 107 bytes
	if err != nil {
		return nil, err
	}
	args, env, err := e.Prepare(Visit{Profile: dir, Proxy: proxy, Authority: authority, URL: url})
	if err == nil {
		var p *process
		if p, err = start(program, args, env, dir); err == nil {
			return p, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("%s: %w", e.Name, err), os.RemoveAll(dir))
}

// Selection is the environment variable that names the engines to test with,
// separated by commas. Unset or empty is all of them, "none" is none.
const Selection = "CORSLATE_BROWSERS"
