package matrix

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the reports anew")

// report is a file of ../reports: what the fixed corpus showed.
type report struct {
	DataPlane string `json:"dataPlane"`
	// Version is that of the program with which the report was written. Tests
	// with another must see the same.
	Version string `json:"version"`
	verdicts
}

// checkReport compares what was seen with the report of the data plane, or
// writes that.
func checkReport(t *testing.T, seen report) {
	t.Helper()
	path := filepath.Join("..", "reports", seen.DataPlane+".json")
	if t.Failed() {
		return // what was seen is not what there is
	}
	if *update {
		data, err := json.MarshalIndent(seen, "", "\t")
		if err == nil {
			err = os.WriteFile(path, append(data, '\n'), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("no report (go test ./matrix -update writes it): %v", err)
	}
	var reported report
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&reported); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if reported.Version != seen.Version {
		t.Logf("%s was written with %s, this is %s", path, reported.Version, seen.Version)
		reported.Version = seen.Version
	}
	if diff := cmp.Diff(reported, seen, cmp.AllowUnexported(report{})); diff != "" {
		t.Errorf("%s is out of date; if the change is meant, go test ./matrix -update writes it anew (-reported +seen):\n%s", path, diff)
	}
}
