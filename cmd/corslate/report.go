package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/corslate/corslate/policy"
)

// form is how a report is written. Its methods append to what they are given.
type form interface {
	// record appends a finding.
	record(out []byte, r record) ([]byte, error)
	// end appends what comes after the last finding.
	end(out []byte, s summary) ([]byte, error)
}

// reportFlags say where the report goes and how.
type reportFlags struct {
	form  string
	file  string
	level policy.Effect
}

func (f *reportFlags) flags(cmd *cobra.Command) {
	choiceFlag(cmd, &f.form, "report", "the form of the report", option[string]{"text", ""},
		option[string]{"json", "json"}, option[string]{"sarif", "sarif"})
	cmd.Flags().StringVar(&f.file, "report-file", "", "write the report to this `file`, or to standard output if it is -")
	choiceFlag(cmd, &f.level, "level", "leave out findings that matter less", option[policy.Effect]{"note", 0},
		option[policy.Effect]{"advice", policy.Advice}, option[policy.Effect]{"danger", policy.Danger})
}

// reporter writes a report.
type reporter struct {
	form    form
	level   policy.Effect
	out     *bufio.Writer
	file    *os.File // to be closed
	live    bool     // somebody watches
	screen  *screen
	summary io.Writer // where the summary goes besides; nil: nowhere
	buf     []byte
	err     error // the first of them
}

// open makes the reporter that the flags ask for.
func (f *reportFlags) open(std streams) (*reporter, error) {
	s := newScreen(std.err)
	r := &reporter{level: f.level, screen: s}
	var to io.Writer = s
	switch f.file {
	case "":
		r.live = s.terminal
	case "-":
		to = std.out
	default:
		file, err := os.Create(f.file)
		if err != nil {
			return nil, err
		}
		r.file, to = file, file
	}
	switch f.form {
	case "json":
		r.form = jsonForm{}
	case "sarif":
		r.form = &sarifForm{}
	default:
		r.form = textForm{colour: f.file == "" && s.colour}
	}
	if f.file != "" {
		r.summary = s
	}
	r.out = bufio.NewWriterSize(to, 64<<10)
	return r, nil
}

// write appends findings to the report.
func (r *reporter) write(records []record) {
	for _, rec := range records {
		if rec.Effect < r.level && rec.Code != codeSummary {
			continue
		}
		text, err := r.form.record(r.buf[:0], rec)
		r.buf = text
		if err == nil {
			_, err = r.out.Write(text)
		}
		r.err = errors.Join(r.err, err)
		if r.err != nil {
			return
		}
	}
	if r.live && len(records) > 0 {
		r.err = r.out.Flush()
	}
}

// close ends the report.
func (r *reporter) close(s summary) error {
	r.screen.clear()
	text, err := r.form.end(nil, s)
	if err == nil {
		_, err = r.out.Write(text)
	}
	err = errors.Join(r.err, err, r.out.Flush())
	if r.file != nil {
		err = errors.Join(err, r.file.Close())
	}
	if r.summary != nil && err == nil {
		_, err = fmt.Fprintf(r.summary, "corslate: %s\n", escape(s.text))
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}
