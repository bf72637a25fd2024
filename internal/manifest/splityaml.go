package manifest

import "bytes"

// nextYAML cuts the chunk that ends before the next document begins: at a line
// --- that does not begin this one, or behind a line ... (and behind the
// comments after it, if nothing else follows in the stream).
//
// Cutting by lines is exact: three dashes or dots at the beginning of a line are
// a mark wherever they stand, in a block scalar and a flow collection too.
func (s *splitter) nextYAML() (chunk, error) {
	var (
		line     = s.line
		started  = false // a line --- or content was seen
		stopping = false // in the line ...
		stopped  = -1    // offset behind the line ...
		gone     = 0     // bytes dropped because the chunk is too large
		p        = 0
		bol      = true // buf[p] begins a line
		err      error
	)
	finish := func(p int) (chunk, error) {
		if gone > 0 {
			s.drop(p)
			return chunk{line: line}, ErrTooLarge
		}
		return s.cut(p, false)
	}
	for s.want(p) > 0 {
		if stopped >= 0 && p > s.limit {
			return finish(stopped)
		}
		if p, err = s.skip(p, &gone); err != nil {
			return chunk{line: line}, err
		}
		if bol {
			switch kind := s.lineKind(p); {
			case stopped >= 0 && kind != lineTrivia && kind != lineStop:
				return finish(stopped)
			case kind == lineStart && started:
				return finish(p)
			case kind == lineStart || kind == lineContent:
				started = true
			case kind == lineStop && stopped < 0:
				stopping = started || s.first
			}
		}
		if p, bol = s.lineEnd(p); bol && stopping {
			if gone > 0 {
				return finish(p)
			}
			stopping, stopped = false, p
		}
	}
	if gone == 0 && p > s.limit {
		if stopped >= 0 {
			return finish(stopped)
		}
		gone = 1
	}
	return finish(p)
}

type lineKind uint8

const (
	lineTrivia    lineKind = iota // blank or a comment
	lineContent                   // anything else
	lineStart                     // ---, with or without something behind it
	lineStop                      // ...
	lineDirective                 // %YAML, %TAG
)

// lineKind says what the line that begins at p is, at a place where a document
// may begin.
func (s *splitter) lineKind(p int) lineKind {
	s.want(p)
	p = s.afterBOM(p)
	if rest := s.buf[p:]; len(rest) >= 3 && (len(rest) == 3 || isBlank(rest[3]) || breakAt(rest[3:]) > 0) {
		switch string(rest[:3]) {
		case "---":
			return lineStart
		case "...":
			return lineStop
		}
	}
	if len(s.buf) > p && s.buf[p] == '%' {
		return lineDirective
	}
	for end := p + blockBytes; s.want(p) > 0; p++ {
		switch {
		case s.buf[p] == '#' || breakAt(s.buf[p:]) > 0:
			return lineTrivia
		case !isBlank(s.buf[p]) || p == end:
			return lineContent
		}
	}
	return lineTrivia
}

// lineEnd returns the offset behind the line that p is in, or how far it got
// without seeing the line's end.
func (s *splitter) lineEnd(p int) (int, bool) {
	n := len(s.buf)
	if s.err == nil {
		n -= 2 // a break has up to three bytes
	}
	for ; p < n; p++ {
		if c := s.buf[p]; c > '\r' && c < 0xC2 {
			continue
		}
		if width := breakAt(s.buf[p:]); width > 0 {
			return p + width, true
		}
	}
	return p, false
}

// breakAt returns the length of the line break that b begins with, or 0. YAML
// 1.1 breaks lines at NEL, LS and PS too.
func breakAt(b []byte) int {
	switch {
	case b[0] == '\r' && len(b) > 1 && b[1] == '\n':
		return 2
	case b[0] == '\n' || b[0] == '\r':
		return 1
	case len(b) > 1 && b[0] == 0xC2 && b[1] == 0x85:
		return 2
	case len(b) > 2 && b[0] == 0xE2 && b[1] == 0x80 && b[2]|1 == 0xA9:
		return 3
	}
	return 0
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// afterBOM returns the offset behind the byte-order mark at p, if there is one.
func (s *splitter) afterBOM(p int) int {
	if bytes.HasPrefix(s.buf[p:], []byte(bom)) {
		return p + len(bom)
	}
	return p
}
