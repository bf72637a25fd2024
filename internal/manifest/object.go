package manifest

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
	kjson "sigs.k8s.io/json"
)

// Object is one object of a document.
type Object struct {
	Place Place
	Head  Head

	document *Document
	node     *yaml.Node
	implied  bool // the List says the kind
	json     []byte
	err      error
}

// JSON returns the object as JSON text, its fields in their order. It fails on a
// field that is set twice, with all of them in the [*Error], and on what JSON
// cannot say.
func (o *Object) JSON() ([]byte, error) {
	if o.json == nil && o.err == nil {
		o.convert()
	}
	return o.json, o.err
}

func (o *Object) convert() {
	text, repeated, err := writeJSON(o.node, len(o.document.Raw))
	if err == nil && len(repeated) > 0 {
		var paths []string
		for _, f := range repeated {
			paths = append(paths, f.path)
		}
		err = &nodeError{repeated[0].line, fmt.Errorf("%w: %s", ErrDuplicate, strings.Join(paths, ", "))}
	}
	if err != nil {
		o.err = o.document.problem(o.Place, o.Head, err)
		return
	}
	if o.implied {
		kind := appendString([]byte(`{"apiVersion":`), o.Head.APIVersion)
		kind = appendString(append(kind, `,"kind":`...), o.Head.Kind)
		if len(o.node.Content) > 0 {
			kind = append(kind, ',')
		}
		text = append(kind, text[1:]...)
	}
	o.json = text
}

// Decode stores the object in what into points to, as the API server does: names
// match in their exact case, a value of another type is an error, unknown fields
// are left out and returned as paths (spec.rules[0].hots). A type that brings an
// UnmarshalJSON of its own, as Istio's do, decides itself what is unknown in it.
// Fields that are set twice are an error; see [Object.JSON].
func (o *Object) Decode(into any) (unknown []string, err error) {
	text, err := o.JSON()
	if err != nil {
		return nil, err
	}
	strict, err := kjson.UnmarshalStrict(text, into, kjson.DisallowUnknownFields)
	if err != nil {
		return nil, o.document.problem(o.Place, o.Head, fmt.Errorf("%w: %w", ErrType, err))
	}
	for _, err := range strict {
		if f := kjson.FieldError(nil); errors.As(err, &f) {
			unknown = append(unknown, f.FieldPath())
		}
	}
	return unknown, nil
}
