package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// status is the exit status of the command. The greater need not be the worse:
// see worse.
type status int

const (
	statusFine     status = 0
	statusUnusable status = 1 // some input, or the usage, was not usable
	statusRefused  status = 2 // something was refused, or differs
)

// worse returns the status that says more: input that could not be used makes
// the rest incomplete.
func worse(a, b status) status {
	if a == statusUnusable || b == statusUnusable {
		return statusUnusable
	}
	return max(a, b)
}

// streams are what a process reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run runs the command and returns its exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	std := streams{in: stdin, out: stdout, err: stderr}
	result := statusFine
	root := newRoot(std, &result)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.Execute(); err != nil {
		fmt.Fprintf(stderr, "corslate: %s\n", escape(err.Error()))
		if usage := (*usageError)(nil); errors.As(err, &usage) {
			fmt.Fprintf(stderr, "See %q.\n", usage.command+" --help")
		}
		return int(statusUnusable)
	}
	return int(result)
}

// usageError is a mistake in the command line.
type usageError struct {
	command string
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func newRoot(std streams, result *status) *cobra.Command {
	root := &cobra.Command{
		Use:   "corslate",
		Short: "Translate, audit and compare the CORS configuration of Kubernetes manifests",
		Long: `corslate reads what CORS configuration really means to browsers, and writes it
for another data plane, exactly or with a request that proves the difference.

It reads files, directories (recursively, .yaml .yml .json) and - for standard
input: streams of YAML or JSON with objects of these kinds, also in a List.

  Ingress         networking.k8s.io/v1, the annotations of ingress-nginx
  Middleware      traefik.io/v1alpha1, traefik.containo.us/v1alpha1
  VirtualService  networking.istio.io/v1, v1beta1, v1alpha3
  HTTPRoute       gateway.networking.k8s.io/v1, v1beta1
  a bare policy   no kind; allowOrigins, allowMethods, allowHeaders,
                  exposeHeaders, allowCredentials, maxAgeSeconds

Manifests go to standard output, findings and a summary to standard error.

Exit status: 0 all is well; 1 some input or the usage is not usable;
2 something was refused, is dangerous, or differs.`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("corslate {{.Version}}\n")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return &usageError{c.CommandPath(), err}
	})
	root.AddCommand(newConvert(std, result), newCheck(std, result), newDiff(std, result))
	return root
}

// arguments makes a usage error of what a check of arguments says.
func arguments(check func(args []string) error) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(args); err != nil {
			return &usageError{c.CommandPath(), err}
		}
		return nil
	}
}

func atLeastOneFile(args []string) error {
	stdins := 0
	for _, arg := range args {
		if arg == "-" {
			stdins++
		}
	}
	switch {
	case len(args) == 0:
		return errors.New("give a file, a directory, or - for standard input")
	case stdins > 1:
		return errors.New("- stands for standard input, which can be read once")
	}
	return nil
}
