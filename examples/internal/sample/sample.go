// Package sample is what the example programs share: the policy that they
// print, or another one from a file.
package sample

import (
	"fmt"
	"io"
	"os"

	"sigs.k8s.io/yaml"

	"github.com/corslate/corslate/policy"
)

// Policy returns the policy in the file that the arguments name, or that of a
// dashboard whose pages may do all that an API offers, with the user's cookies.
func Policy(args []string) (*policy.Policy, error) {
	if len(args) > 0 {
		text, err := os.ReadFile(args[0])
		if err != nil {
			return nil, err
		}
		spec, err := policy.ParseSpec(text)
		if err != nil {
			return nil, err
		}
		return policy.New(spec)
	}
	hour := int64(3600)
	return policy.New(policy.Spec{
		AllowOrigins:     []string{"https://dashboard.example.com"},
		AllowMethods:     []string{"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"},
		AllowHeaders:     []string{"Authorization", "Content-Type"},
		AllowCredentials: true,
		MaxAgeSeconds:    &hour,
	})
}

// Main runs a program that writes manifests to stdout and findings to stderr.
// When it fails, nothing has gone to stdout, and the exit status is 1.
func Main(run func(args []string, stdout, stderr io.Writer) error) {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Report writes one finding a line.
func Report(stderr io.Writer, report policy.Report) {
	for _, finding := range report {
		fmt.Fprintln(stderr, finding)
	}
}

// Write writes an object as YAML, without the status that only a cluster knows,
// and below it a comment of several lines.
func Write(stdout io.Writer, object any, comment ...string) error {
	text, err := yaml.Marshal(object)
	if err != nil {
		return err
	}
	var fields map[string]any
	if err := yaml.Unmarshal(text, &fields); err != nil {
		return err
	}
	delete(fields, "status")
	if text, err = yaml.Marshal(fields); err != nil {
		return err
	}
	for _, line := range comment {
		text = append(text, "# "+line+"\n"...)
	}
	_, err = stdout.Write(text)
	return err
}
