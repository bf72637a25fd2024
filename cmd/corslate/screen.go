package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// screen is standard error. If that is a terminal, it can also show a line of
// progress, below what is written.
type screen struct {
	w        io.Writer
	terminal bool
	colour   bool
	now      func() time.Time
	started  time.Time
	shown    time.Time // when progress was last shown; zero: it is not on the screen
}

const (
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
	clearLine     = "\r\x1b[K"
)

// newScreen looks at whether w is a terminal that understands escape sequences,
// and at NO_COLOR (https://no-color.org).
func newScreen(w io.Writer) *screen {
	s := &screen{w: w, now: time.Now, started: time.Now()}
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb" {
		s.terminal = true
		s.colour = os.Getenv("NO_COLOR") == ""
	}
	return s
}

// Write writes in place of the progress.
func (s *screen) Write(text []byte) (int, error) {
	s.clear()
	return s.w.Write(text)
}

// clear takes the progress off the screen.
func (s *screen) clear() {
	if s.shown.IsZero() {
		return
	}
	s.shown = time.Time{}
	io.WriteString(s.w, clearLine) // progress that fails is no failure
}

// progress shows how far the work is, on a terminal and if it takes long.
func (s *screen) progress(t *tally) {
	if !s.terminal {
		return
	}
	now := s.now()
	if now.Sub(s.started) < progressAfter || now.Sub(s.shown) < progressEvery {
		return
	}
	s.shown = now
	fmt.Fprintf(s.w, "%s%s, %s", clearLine, number(t.documents, "document"), number(t.objects, "object"))
}
