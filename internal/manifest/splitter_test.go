package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// splits are streams with the chunks that they are cut into.
var splits = []struct {
	name   string
	chunks []string
}{
	{"nothing", nil},
	{"one document", []string{"a: 1\n"}},
	{"no line break at the end", []string{"a: 1"}},
	{"comment alone", []string{"# nothing\n\n"}},
	{"two documents", []string{"a: 1\n", "---\nb: 2\n"}},
	{"mark first", []string{"---\na: 1\n", "---\nb: 2\n"}},
	{"comment before the first mark", []string{"# head\n\n---\na: 1\n", "---\nb: 2\n"}},
	{"comment on the mark", []string{"a: 1\n", "--- # second\nb: 2\n", "---\t# third\nc: 3\n"}},
	{"inline content on the mark", []string{"--- {a: 1}\n", "--- \"b\"\n", "--- &x\nc: 3\n"}},
	{"no mark without a blank", []string{"a: 1\n---b: 2\n----\n", "---\nc: 3\n"}},
	{"no mark when indented", []string{"a: |\n  ---\n  ...\n ---\n"}},
	{"mark ends a block scalar", []string{"a: |\n  text\n", "---\nb: 2\n"}},
	{"Helm's empty documents", []string{"---\n# Source: a.yaml\n", "---\n# Source: b.yaml\na: 1\n", "---\n", "---\n"}},
	{"document end", []string{"a: 1\n...\n", "---\nb: 2\n"}},
	{"document end, then directives", []string{"%YAML 1.1\n---\na: 1\n...\n", "# next\n%YAML 1.1\n---\nb: 2\n"}},
	{"document end, then nothing", []string{"a: 1\n... # end\n# comment\n\n"}},
	{"document end, then no mark", []string{"a: 1\n...\n", "b: 2\n"}},
	{"two document ends", []string{"a: 1\n...\n", "...\n---\nb: 2\n"}},
	{"CRLF", []string{"a: 1\r\n", "---\r\nb: 2\r\n", "---\r\n"}},
	{"CR", []string{"a: 1\r", "---\rb: 2\r"}},
	{"other line breaks", []string{"a: 1\u2028", "---\nb: 2\u0085", "---\u2029c: 3\n"}},
	{"byte-order mark", []string{bom + "---\na: 1\n", "---\nb: 2\n"}},
	{"byte-order mark of a joined file", []string{"a: 1\n", bom + "---\nb: 2\n"}},
	{"mark at the end of the stream", []string{"a: 1\n", "---"}},
	{"JSON value", []string{`{"a": 1}`}},
	{"JSON values", []string{"\n{\"a\": \"}\\\"{\"}\n", "{\"b\": [{}]}", "{\"c\": 3}\n \n"}},
	{"JSON, then YAML", []string{"{\"a\": 1}\n", "{\"b\": 1}\n", "---\nc: 3\n"}},
	{"JSON documents between marks", []string{"{\"a\": 1}\n", "---\n{\"b\": 1}\n"}},
	{"flow mapping that is no JSON", []string{"{a: '}'}\n", "---\nb: 2\n"}},
	{"flow mapping as a key", []string{"{\"a\": 1}: b\n"}},
	{"JSON with a byte-order mark", []string{bom + "{\"a\": 1}\n", "{\"b\": 1}\n"}},
	{"JSON that does not end", []string{"{\"a\": \n", "---\nb: 2\n"}},
}

func split(t testing.TB, r io.Reader, limit int) (chunks []string, errs []error) {
	s := newSplitter(r, limit)
	for {
		c, err := s.next()
		switch {
		case err == io.EOF:
			return chunks, errs
		case err == nil:
			chunks = append(chunks, string(c.text))
		default:
			errs = append(errs, err)
			if err != ErrTooLarge {
				return chunks, errs
			}
		}
	}
}

func TestSplit(t *testing.T) {
	for _, test := range splits {
		t.Run(test.name, func(t *testing.T) {
			stream := strings.Join(test.chunks, "")
			for name, r := range map[string]io.Reader{
				"whole":       strings.NewReader(stream),
				"by bytes":    iotest.OneByteReader(strings.NewReader(stream)),
				"EOF at once": iotest.DataErrReader(strings.NewReader(stream)),
			} {
				got, errs := split(t, r, MaxDocumentBytes)
				if diff := cmp.Diff(test.chunks, got); diff != "" || errs != nil {
					t.Errorf("%s: errors %v, chunks (-want +got):\n%s", name, errs, diff)
				}
			}
		})
	}
}

func TestSplitSkipsLargeDocuments(t *testing.T) {
	const limit = 1000
	long := strings.Repeat("x", 3*blockBytes)
	lines := strings.Repeat("k: v\r\n", blockBytes)
	for name, large := range map[string]string{
		"one line":       "---\na: " + long + "\n",
		"many lines":     "---\n" + lines,
		"document end":   "---\n" + lines + "...\n",
		"barely":         "---\n" + strings.Repeat("#", limit-3) + "\n",
		"mark in a text": "---\na: " + long + " ---\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := newSplitter(strings.NewReader("first: 1\n"+large+"---\nlast: 1\n"), limit)
			first, err1 := s.next()
			_, err2 := s.next()
			last, err3 := s.next()
			_, err4 := s.next()
			if string(first.text) != "first: 1\n" || string(last.text) != "---\nlast: 1\n" {
				t.Errorf("got %q and %q", first.text, last.text)
			}
			if got, want := []error{err1, err2, err3, err4}, []error{nil, ErrTooLarge, nil, io.EOF}; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("errors %v", got)
			}
			if want := 2 + countLines([]byte(large)); last.line != want {
				t.Errorf("last document at line %d, want %d", last.line, want)
			}
		})
	}
	t.Run("JSON", func(t *testing.T) {
		got, errs := split(t, strings.NewReader(`{"a":1}{"b":"`+long+`{"}`+"\n"+`{"c":1}`), limit)
		if diff := cmp.Diff([]string{`{"a":1}`, `{"c":1}`}, got); diff != "" || len(errs) != 1 || errs[0] != ErrTooLarge {
			t.Errorf("errors %v\n%s", errs, diff)
		}
	})
	t.Run("JSON that does not end", func(t *testing.T) {
		got, errs := split(t, strings.NewReader(`{"a":[`+strings.Repeat("1,\n", blockBytes)+"---\nb: 2\n"), limit)
		if diff := cmp.Diff([]string{"---\nb: 2\n"}, got); diff != "" || len(errs) != 1 || errs[0] != ErrTooLarge {
			t.Errorf("errors %v\n%s", errs, diff)
		}
	})
}

func TestSplitRefusesWhatIsNoText(t *testing.T) {
	for name, bad := range map[string]string{
		"NUL":                  "---\nb: \x00\n",
		"invalid UTF-8":        "---\nb: \xff\n",
		"half a rune":          "---\nb: \xe2\x80",
		"UTF-16":               "---\n\xff\xfe-\x00",
		"too large and binary": "---\n" + strings.Repeat("x\xfe", MaxDocumentBytes),
	} {
		t.Run(name, func(t *testing.T) {
			got, errs := split(t, strings.NewReader("a: 1\n"+bad+"\n---\nc: 3\n"), MaxDocumentBytes)
			if len(got) != 1 || len(errs) != 1 || errs[0] != ErrNotText {
				t.Errorf("chunks %q, errors %v", got, errs)
			}
		})
	}
	if s := newSplitter(strings.NewReader("a: 1\nb: é\nc: \xe9\n"), 100); true {
		if c, err := s.next(); err != ErrNotText || c.line != 3 {
			t.Errorf("line %d, error %v", c.line, err)
		}
	}
}

func TestSplitReportsReadErrors(t *testing.T) {
	broken := errors.New("broken")
	r := io.MultiReader(strings.NewReader("a: 1\n---\nb: 2"), iotest.ErrReader(broken))
	got, errs := split(t, r, 100)
	if len(got) != 1 || len(errs) != 1 || errs[0] != broken {
		t.Errorf("chunks %q, errors %v", got, errs)
	}
}

// Whatever a stream is made of, its chunks are all of it.
func TestSplitKeepsEveryByte(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"---", "...", "--- ", "\n", "\r\n", "\r", "\u2028", "\u0085", " ", "\t", "#c", "a: 1", "%YAML 1.1", bom,
		"{", "}", "[", "]", `"`, `\`, "'", "{\"a\":1}", "|", "é", "- ",
	})
	rapid.Check(t, func(t *rapid.T) {
		stream := strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "")
		s := newSplitter(iotest.HalfReader(strings.NewReader(stream)), MaxDocumentBytes)
		var joined strings.Builder
		line := 1
		for {
			c, err := s.next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if c.line != line || len(c.text) == 0 {
				t.Fatalf("chunk %q at line %d, want %d", c.text, c.line, line)
			}
			line += countLines(c.text)
			joined.Write(c.text)
		}
		if joined.String() != stream {
			t.Fatalf("joined %q, want %q", joined.String(), stream)
		}
	})
}

func countDocuments(text []byte) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	for dec := yaml.NewDecoder(bytes.NewReader(text)); ; n++ {
		var doc yaml.Node
		if err := dec.Decode(&doc); err == io.EOF {
			return n, nil
		} else if err != nil {
			return n, err
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, test := range splits {
		f.Add([]byte(strings.Join(test.chunks, "")))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		chunks, errs := split(t, bytes.NewReader(stream), MaxDocumentBytes)
		joined := strings.Join(chunks, "")
		if len(errs) == 0 && joined != string(stream) || !strings.HasPrefix(string(stream), joined) {
			t.Fatalf("joined %q", joined)
		}
		small, _ := split(t, iotest.OneByteReader(bytes.NewReader(stream)), 5)
		for _, c := range small {
			if !bytes.Contains(stream, []byte(c)) {
				t.Fatalf("%q is not of the stream", c)
			}
		}
		// The library reads a mark in the middle of a line behind a byte-order mark.
		if len(errs) > 0 || bytes.Contains(stream[min(1, len(stream)):], []byte(bom)) {
			return
		}
		want, err := countDocuments(stream)
		if err != nil || want == 0 && len(chunks) <= 1 {
			return
		}
		if len(chunks) != want {
			t.Fatalf("%d chunks %q, the library reads %d documents", len(chunks), chunks, want)
		}
	})
}

// generated gives n bytes of documents and has none of them stored.
type generated struct {
	document []byte
	n, at    int
}

func (g *generated) Read(p []byte) (int, error) {
	if g.n <= 0 {
		return 0, io.EOF
	}
	p = p[:min(len(p), g.n)]
	for n := 0; n < len(p); {
		did := copy(p[n:], g.document[g.at:])
		g.at = (g.at + did) % len(g.document)
		n += did
	}
	g.n -= len(p)
	return len(p), nil
}

func TestMemoryDoesNotGrowWithTheStream(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 200 MB")
	}
	const stream, bound = 200 << 20, 24 << 20
	for name, document := range map[string]string{
		"documents":          "---\n" + ingress,
		"one endless line":   "x",
		"one endless object": `{"a":[1`,
		"endless comments":   "# nothing\n",
	} {
		t.Run(name, func(t *testing.T) {
			var peak, read uint64
			var m runtime.MemStats
			sample := func() {
				runtime.GC()
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
			sample()
			before := peak
			g := &generated{document: []byte(document), n: stream}
			probe := readFunc(func(p []byte) (int, error) {
				n, err := g.Read(p)
				if read += uint64(n); read%(8<<20) < uint64(n) {
					sample()
				}
				return n, err
			})
			n := 0
			for d, err := range Documents("generated", probe) {
				if n++; err == nil && len(d.Raw) == 0 {
					t.Fatal("a document without text")
				}
			}
			if n == 0 || peak-before > bound {
				t.Errorf("%d documents, heap grew by %d MiB, bound %d", n, (peak-before)>>20, bound>>20)
			}
		})
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }
