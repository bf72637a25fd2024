package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// escape returns s with everything that a terminal could act upon, or that
// cannot be seen, written as an escape of Go: control characters, among them
// line breaks, and characters that change the direction of the text.
func escape(s string) string {
	if visible(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		s = s[n:]
	}
	return b.String()
}

// escapeJSON does the same in a JSON text, where such characters stand within
// strings.
func escapeJSON(text []byte) []byte {
	if visible(string(text)) {
		return text
	}
	out := make([]byte, 0, len(text)+16)
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case unicode.IsPrint(r):
			out = append(out, text[:n]...)
		case r < 0x10000:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
		text = text[n:]
	}
	return out
}

func visible(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			for _, r := range s[i:] {
				if !unicode.IsPrint(r) || r == utf8.RuneError {
					return false
				}
			}
			return true
		}
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}
