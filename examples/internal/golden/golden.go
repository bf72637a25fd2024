// Package golden compares what an example prints with a file.
package golden

import (
	"bytes"
	"flag"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Check runs a program with the arguments and compares its output, error
// included, with the txtar file. The flag -update rewrites the file.
func Check(t *testing.T, file string, run func(args []string, stdout, stderr io.Writer) error, args ...string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if err := run(args, &stdout, &stderr); err != nil {
		if stdout.Len() > 0 {
			t.Errorf("output beside the error %v:\n%s", err, &stdout)
		}
		stderr.WriteString(err.Error() + "\n")
	}
	got := txtar.Format(&txtar.Archive{Files: []txtar.File{
		{Name: "stdout", Data: stdout.Bytes()},
		{Name: "stderr", Data: stderr.Bytes()},
	}})
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; go test -update rewrites it):\n%s", file, diff)
	}
}
