package manifest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// MaxDocumentBytes is the length of the longest document that is read.
const MaxDocumentBytes = 3 << 20

// Stdin is the path that stands for standard input.
const Stdin = "-"

// Read gives the documents of all paths in their order: of a file, of a
// directory's files .yaml, .yml and .json (recursively, in lexical order), or,
// for [Stdin], of stdin. One file is open at a time.
//
// Each document comes with a nil error, or a nil document with an [*Error] about
// a document, a file or a directory; reading goes on behind it. A file that is
// named is read whatever its extension is.
func Read(stdin io.Reader, paths ...string) iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		for _, path := range paths {
			if !readPath(stdin, path, yield) {
				return
			}
		}
	}
}

func readPath(stdin io.Reader, path string, yield func(*Document, error) bool) bool {
	if path == Stdin {
		return readStream(path, stdin, yield)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return yield(nil, fileError(path, err))
	case !info.IsDir():
		return readFile(path, yield)
	}
	found, more := false, true
	// The separator makes a path that is a symbolic link walk what it leads to.
	err = filepath.WalkDir(path+string(filepath.Separator), func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			found = true
			more = yield(nil, fileError(file, err))
		case strings.HasPrefix(entry.Name(), "..") && entry.IsDir():
			return fs.SkipDir // the files of a ConfigMap volume, which are linked to beside it
		case strings.HasPrefix(entry.Name(), ".."):
		case isLink(entry) && isDir(file, entry):
			found = true
			more = yield(nil, fileError(file, ErrLinkedDirectory))
		case isManifest(file) && !isDir(file, entry):
			found = true
			more = readFile(file, yield)
		}
		if !more {
			return fs.SkipAll
		}
		return nil
	})
	if more && err != nil {
		return yield(nil, fileError(path, err))
	}
	if more && !found {
		return yield(nil, fileError(path, ErrNoFiles))
	}
	return more
}

// isDir follows symbolic links, as ConfigMap volumes have them. A link to a
// directory is not walked: it could lead back.
func isDir(file string, entry fs.DirEntry) bool {
	if !isLink(entry) {
		return entry.IsDir()
	}
	info, err := os.Stat(file)
	return err == nil && info.IsDir()
}

func isLink(entry fs.DirEntry) bool { return entry.Type()&fs.ModeSymlink != 0 }

func isManifest(file string) bool {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

func readFile(path string, yield func(*Document, error) bool) bool {
	f, err := os.Open(path)
	if err != nil {
		return yield(nil, fileError(path, err))
	}
	defer f.Close()
	return readStream(path, f, yield)
}

func fileError(path string, err error) error {
	if pathErr := new(fs.PathError); errors.As(err, &pathErr) {
		err = fmt.Errorf("%s: %w", pathErr.Op, pathErr.Err) // the place names the path
	}
	return &Error{Place: Place{File: path}, Err: err}
}

// Documents gives the documents of one stream of YAML or JSON; file is its name
// in places. Errors are those of [Read].
//
// A stream whose first text is a JSON object, followed by nothing or by another,
// is read as JSON values, separated by white space or not at all; they may be
// followed by YAML documents. All other streams are YAML, which a single JSON
// object is as well. Joined, the Raw of all documents are the stream.
func Documents(file string, r io.Reader) iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		readStream(file, r, yield)
	}
}

func readStream(file string, r io.Reader, yield func(*Document, error) bool) bool {
	s := newSplitter(r, MaxDocumentBytes)
	for n := 1; ; n++ {
		c, err := s.next()
		place := Place{File: file, Document: n, Line: c.line}
		switch {
		case err == io.EOF:
			return true
		case err == nil:
			if !yield(&Document{Place: place, Raw: c.text, JSON: c.json}, nil) {
				return false
			}
		default:
			if !yield(nil, &Error{Place: place, Err: err}) {
				return false
			}
			if err != ErrTooLarge {
				return true
			}
		}
	}
}
