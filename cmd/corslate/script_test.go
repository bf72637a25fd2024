package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the command prints into the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"corslate": main})
}

// TestScripts runs the command as a process of its own: one behaviour in each
// file of testdata/script. Beside the commands of testscript there are
//
//	exits STATUS COMMAND...  run a command that has this exit status
//	findings FROM TO         of a report in JSON lines, keep what programs act upon
//	repeat N FILE            write the file N times over, "#" replaced by the number
//	sarif FROM TO            of a report in SARIF, keep what code hosts show
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"findings": findings,
			"repeat":   repeat,
			"sarif":    sarif,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit := (*exec.ExitError)(nil)
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// findings writes a line per record: place, object, effect, code, field, path
// and value. Sentences are free to change and left out.
func findings(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: findings FROM TO")
	}
	var out strings.Builder
	for lines := bufio.NewScanner(strings.NewReader(ts.ReadFile(args[0]))); lines.Scan(); {
		var r record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			ts.Fatalf("%v in %s", err, lines.Text())
		}
		if r.Code == codeSummary {
			continue
		}
		fields := []string{fmt.Sprintf("%s:%d:%d.%d", r.File, r.Line, r.Document, r.Item), r.Kind, r.Namespace + "/" + r.Name}
		if r.To != "" {
			fields = append(fields, "->", r.To)
		}
		if r.Against != nil {
			fields = append(fields, "against", r.Against.File, r.Against.Kind, r.Against.Namespace+"/"+r.Against.Name)
		}
		fields = append(fields, r.Effect.String(), string(r.Code), string(r.Field), r.Path)
		if r.Value != "" {
			fields = append(fields, strconv.Quote(r.Value))
		}
		out.WriteString(strings.Join(strings.Fields(strings.Join(fields, " ")), " ") + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(out.String()), 0o600))
}

func repeat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: repeat N FILE")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	text := ts.ReadFile(args[1])
	var out strings.Builder
	for i := range n {
		out.WriteString(strings.ReplaceAll(text, "#", strconv.Itoa(i)))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(out.String()), 0o600))
}

// sarif checks what the standard asks for and writes a line per result: level,
// rule, place, object.
func sarif(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sarif FROM TO")
	}
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name  string
					Rules []sarifRule
				}
			}
			Results []sarifResult
		}
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &log))
	if log.Version != "2.1.0" || len(log.Runs) != 1 || log.Runs[0].Tool.Driver.Name != "corslate" || log.Runs[0].Results == nil {
		ts.Fatalf("no run of SARIF 2.1.0: %+v", log)
	}
	rules := map[string]bool{}
	for _, rule := range log.Runs[0].Tool.Driver.Rules {
		rules[rule.ID] = true
	}
	var out strings.Builder
	for _, r := range log.Runs[0].Results {
		if !rules[r.RuleID] || r.Message.Text == "" || len(r.Locations) != 1 {
			ts.Fatalf("a result without rule, message or location: %+v", r)
		}
		at := r.Locations[0]
		fmt.Fprintf(&out, "%s %s %s:%d", r.Level, r.RuleID, at.Physical.Artifact.URI, at.Physical.Region.StartLine)
		for _, l := range at.Logical {
			out.WriteString(" " + l.Name)
		}
		out.WriteByte('\n')
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(out.String()), 0o600))
}
