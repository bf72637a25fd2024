package main

import (
	"testing"

	"github.com/corslate/corslate/examples/internal/golden"
)

func TestOutput(t *testing.T) {
	golden.Check(t, "testdata/dashboard.golden", run)
	golden.Check(t, "testdata/previews.golden", run, "testdata/previews.yaml")
	golden.Check(t, "testdata/malformed.golden", run, "testdata/malformed.yaml")
}
