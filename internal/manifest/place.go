package manifest

import (
	"errors"
	"fmt"
	"strings"
)

// Place is where a document, or an object in it, stands.
type Place struct {
	File     string // as given to Read or Documents; "-" is standard input
	Document int    // number in the stream, from 1, empty documents included
	Line     int    // line of the first byte, from 1
	Item     int    // number in the items of a List, from 1; 0 when the document is the object
}

// String returns the place as compilers write it, followed by the document's
// number: shop.yaml:12: document 2, items[0].
func (p Place) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Document > 0 {
		fmt.Fprintf(&b, ": document %d", p.Document)
	}
	if p.Item > 0 {
		fmt.Fprintf(&b, ", items[%d]", p.Item-1)
	}
	return b.String()
}

// Head is what identifies an object. A field that the object does not have is
// empty.
type Head struct {
	APIVersion, Kind, Namespace, Name string
}

// String returns the kind and the name, as in Ingress team/shop.
func (h Head) String() string {
	name := h.Name
	if h.Namespace != "" {
		name = h.Namespace + "/" + name
	}
	return strings.TrimSpace(h.Kind + " " + name)
}

// Reasons for which something was not read; the Err of an [Error] wraps one of
// them or the error of a file operation.
var (
	ErrTooLarge  = errors.New("the document is above the limit of 3 MiB")
	ErrNotText   = errors.New("the stream is no YAML or JSON in UTF-8; the rest of it is not read")
	ErrSyntax    = errors.New("cannot be parsed")
	ErrNotObject = errors.New("not an object")
	ErrDuplicate = errors.New("a field is set twice")
	ErrType      = errors.New("a field has a value of another type")
	ErrNoFiles   = errors.New("the directory holds no .yaml, .yml or .json file")

	ErrLinkedDirectory = errors.New("a symbolic link to a directory is not followed; name it as an argument")
)

// Error is everything that this package reports while reading: what could not
// be read, where, and why.
type Error struct {
	Place  Place
	Line   int  // line of the problem, when it is known to be another than Place.Line; else 0
	Object Head // as far as it is known
	Err    error
}

// Error returns place, object and cause in one line.
func (e *Error) Error() string {
	p := e.Place
	if e.Line > 0 {
		p.Line = e.Line
	}
	if object := e.Object.String(); object != "" {
		return fmt.Sprintf("%s: %s: %v", p, object, e.Err)
	}
	return fmt.Sprintf("%s: %v", p, e.Err)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }
