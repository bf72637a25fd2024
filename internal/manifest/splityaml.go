package manifest

// nextYAML cuts the chunk that ends before the next document begins: at a line
// --- that does not begin this one, or behind a line ... and the comments that
// follow it up to the end of the stream.
//
// Such a line is a mark wherever it stands, in a block scalar too, which is what
// makes cutting by lines exact: no content of a document reaches column 0 with
// these three characters.
func (s *splitter) nextYAML() (chunk, error) {
	line := s.line
	started := false // the document has begun: a mark --- or content was seen
	stopped := -1    // offset behind the line ..., once seen
	gone := 0        // bytes dropped because the chunk is too large
	finish := func(p int) (chunk, error) {
		if gone > 0 {
			s.drop(p)
			return chunk{line: line}, ErrTooLarge
		}
		return s.cut(p, false)
	}
	for p, bol := 0, true; ; {
		if s.want(p) == 0 {
			return finish(p)
		}
		if stopped >= 0 && p > s.limit {
			return finish(stopped)
		}
		if p > s.limit || gone > 0 && p > blockBytes {
			if err := s.skip(&p, &gone); err != nil {
				return chunk{line: line}, err
			}
			continue
		}
		if bol {
			switch m := s.lineKind(p); {
			case stopped >= 0 && m != lineTrivia && m != lineStop:
				return finish(stopped)
			case m == lineStart && started:
				return finish(p)
			case m == lineStart || m == lineContent:
				started = true
			case m == lineStop && (started || s.first) && stopped < 0:
				if gone == 0 {
					stopped = p
				} else {
					stopped = -2
				}
			}
		}
		var isStop = bol && (stopped == p || stopped == -2)
		p, bol = s.lineEnd(p)
		switch {
		case isStop && stopped == -2 && (bol || s.want(p) == 0):
			return finish(p)
		case isStop && bol:
			stopped = p
		case isStop && s.want(p) == 0:
			stopped = p
		}
	}
}
