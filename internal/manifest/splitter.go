package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

const (
	blockBytes = 64 << 10
	bom        = "\xef\xbb\xbf"
)

// splitter cuts a stream into chunks, one document each, which joined are the
// stream again. Its buffer begins where the next chunk does.
type splitter struct {
	r     io.Reader
	limit int // bytes in a chunk
	buf   []byte
	err   error // of r; io.EOF at the end
	line  int   // of buf[0], from 1
	first bool  // no chunk was cut yet
}

// chunk is one document's text. Without text it was too large.
type chunk struct {
	text []byte
	line int
	json bool
}

func newSplitter(r io.Reader, limit int) *splitter {
	return &splitter{r: r, limit: limit, line: 1, first: true}
}

// next returns the next chunk; with ErrTooLarge one that was skipped, with
// ErrNotText or the reader's error the last. The end is io.EOF.
func (s *splitter) next() (chunk, error) {
	if s.want(0) == 0 {
		return chunk{line: s.line}, s.err
	}
	c, err := s.nextJSON()
	if err == nil && c.text == nil {
		c, err = s.nextYAML()
	}
	s.first = false
	if err == nil && s.err != nil && s.err != io.EOF && len(s.buf) == 0 {
		return chunk{line: c.line}, s.err // cut short: not a document to trust
	}
	return c, err
}

// want makes some bytes behind p available, enough for the longest mark or
// break with what surrounds it, and returns how many there are.
func (s *splitter) want(p int) int {
	for len(s.buf)-p < 16 && s.err == nil {
		n := len(s.buf)
		if cap(s.buf)-n < blockBytes {
			grown := make([]byte, n, max(2*n, 2*blockBytes))
			copy(grown, s.buf)
			s.buf = grown
		}
		var got int
		got, s.err = s.r.Read(s.buf[n : n+blockBytes])
		s.buf = s.buf[:n+got]
	}
	return len(s.buf) - p
}

// cut ends the chunk before buf[p].
func (s *splitter) cut(p int, isJSON bool) (chunk, error) {
	c := chunk{text: bytes.Clone(s.buf[:p]), line: s.line, json: isJSON}
	if i := notText(c.text); i >= 0 {
		return chunk{line: s.line + countLines(c.text[:i])}, ErrNotText
	}
	s.drop(p)
	return c, nil
}

// drop forgets the bytes before p.
func (s *splitter) drop(p int) {
	s.line += countLines(s.buf[:p])
	rest := s.buf[p:]
	if cap(s.buf) > 4*blockBytes && len(rest) <= blockBytes {
		s.buf = append(make([]byte, 0, 2*blockBytes), rest...)
		return
	}
	s.buf = rest // not moved to the front, which would cost a copy for every chunk
}

// skip drops the bytes before p once a chunk has outgrown the limit, a block at
// a time, and returns the new p. gone counts what was dropped of the chunk.
func (s *splitter) skip(p int, gone *int) (int, error) {
	if p+*gone <= s.limit || *gone > 0 && p < blockBytes {
		return p, nil
	}
	if notText(wholeRunes(s.buf[:p])) >= 0 {
		return p, ErrNotText
	}
	*gone += p
	s.drop(p)
	return 0, nil
}

// notText returns the offset of the first byte that no YAML stream has, or -1.
func notText(b []byte) int {
	i := bytes.IndexByte(b, 0)
	if utf8.Valid(b) {
		return i
	}
	for j := 0; j < len(b); {
		if r, n := utf8.DecodeRune(b[j:]); (r == utf8.RuneError && n == 1) || r == 0 {
			return j
		} else {
			j += n
		}
	}
	return -1
}

// wholeRunes cuts off a rune that begins and does not end in b, and the bytes
// before the first that begins.
func wholeRunes(b []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				b = b[:len(b)-i]
			}
			break
		}
	}
	for i := 0; i < utf8.UTFMax && len(b) > 0 && !utf8.RuneStart(b[0]); i++ {
		b = b[1:]
	}
	return b
}

// countLines counts breaks as editors do: LF, CRLF and CR.
func countLines(b []byte) int {
	n := bytes.Count(b, []byte{'\n'})
	if cr := bytes.Count(b, []byte{'\r'}); cr > 0 {
		n += cr - bytes.Count(b, []byte("\r\n"))
	}
	return n
}

// nextJSON cuts one of several JSON objects, or the only one. Text that is
// something else is left alone: no chunk and no error.
func (s *splitter) nextJSON() (chunk, error) {
	line := s.line
	start, ok := s.space(s.afterBOM(0))
	if !ok || s.buf[start] != '{' {
		return chunk{}, nil
	}
	end, skipped, err := s.object(start)
	switch {
	case errors.Is(err, errNotJSON):
		return chunk{}, nil
	case err != nil:
		return chunk{line: line}, err
	}
	if skipped {
		end, _ = s.space(end)
		s.drop(end)
		return chunk{line: line}, ErrTooLarge
	}
	next, more := s.space(end)
	if more && s.buf[next] != '{' || next > s.limit {
		return chunk{}, nil
	}
	if s.first && !json.Valid(s.buf[start:end]) {
		return chunk{}, nil
	}
	return s.cut(next, true)
}

// space returns the offset of the first byte from p that is no white space, and
// whether there is one before the end and within the limit.
func (s *splitter) space(p int) (int, bool) {
	for last := p + s.limit; s.want(p) > 0 && p <= last; p++ {
		switch s.buf[p] {
		case ' ', '\t', '\r', '\n':
		default:
			return p, true
		}
	}
	return p, false
}

var errNotJSON = errors.New("no JSON object")

// object returns the offset behind the brace that closes the one at p. It tells
// objects apart and does not judge them. When the object outgrows the limit its
// bytes are dropped as it goes.
func (s *splitter) object(p int) (end int, skipped bool, err error) {
	var depth, gone int // gone: bytes dropped
	inString, bol := false, false
	for ; s.want(p) > 0; p++ {
		if p, err = s.skip(p, &gone); err != nil {
			return 0, false, err
		}
		c := s.buf[p]
		if bol && s.lineKind(p) == lineStart {
			if gone > 0 {
				return p, true, nil
			}
			return 0, false, errNotJSON
		}
		bol = c == '\n' || c == '\r'
		switch {
		case inString && c == '\\':
			p++
		case c == '"':
			inString = !inString
		case inString:
			if bol && gone == 0 {
				return 0, false, errNotJSON
			}
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return p + 1, gone > 0, nil
			}
		}
	}
	if gone > 0 {
		return min(p, len(s.buf)), true, nil
	}
	return 0, false, errNotJSON
}
