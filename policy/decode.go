package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	sigsyaml "sigs.k8s.io/yaml"
)

// The codes of [ParseSpec]'s and [Spec.UnmarshalJSON]'s errors; their effect
// is [Malformed].
const (
	CodeSyntax       Code = "spec-syntax"        // the text is no YAML or JSON, or is not an object
	CodeTooLarge     Code = "spec-too-large"     // longer than MaxSpecBytes
	CodeDocuments    Code = "spec-documents"     // no document, or more than one
	CodeUnknownField Code = "spec-unknown-field" // a field that Spec does not have
	CodeFieldType    Code = "spec-field-type"    // a field has a value of another type
)

// MaxSpecBytes is the length of the longest text that [ParseSpec] reads.
const MaxSpecBytes = 3 << 20

var specFields = []Field{FieldOrigins, FieldMethods, FieldHeaders, FieldExposeHeaders, FieldCredentials, FieldMaxAge}

// ParseSpec reads a Spec from one YAML or JSON document of at most
// [MaxSpecBytes]. Unknown and repeated fields, field names in another case, and
// further documents are refused with an [*Error] that names them all. The Spec
// is not yet checked; give it to [New].
func ParseSpec(text []byte) (Spec, error) {
	if len(text) > MaxSpecBytes {
		return Spec{}, specError(CodeTooLarge, "", fmt.Sprintf("the text has %d bytes; a Spec may have %d", len(text), MaxSpecBytes))
	}
	switch n, err := countDocuments(text); {
	case err != nil:
		return Spec{}, specError(CodeSyntax, "", err.Error())
	case n != 1:
		return Spec{}, specError(CodeDocuments, "", fmt.Sprintf("the text holds %d documents; write one Spec", n))
	}
	object, err := sigsyaml.YAMLToJSONStrict(text)
	if err != nil {
		return Spec{}, specError(CodeSyntax, "", err.Error())
	}
	var s Spec
	if err := s.UnmarshalJSON(object); err != nil {
		return Spec{}, err
	}
	return s, nil
}

func countDocuments(text []byte) (n int, err error) {
	for dec := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var doc yaml.Node
		if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil {
			return n, err
		}
		if len(doc.Content) > 0 && doc.Content[0].Tag != "!!null" {
			n++
		}
	}
}

// UnmarshalJSON reads an object whose members are fields of Spec, spelled as
// their JSON names, each at most once. Its error is an [*Error] with every
// member that is none, or whose value has the wrong type.
func (s *Spec) UnmarshalJSON(object []byte) error {
	members, err := readMembers(object)
	if err != nil {
		return specError(CodeSyntax, "", err.Error())
	}
	var out Spec
	targets := map[Field]any{
		FieldOrigins: &out.AllowOrigins, FieldMethods: &out.AllowMethods, FieldHeaders: &out.AllowHeaders,
		FieldExposeHeaders: &out.ExposeHeaders, FieldCredentials: &out.AllowCredentials, FieldMaxAge: &out.MaxAgeSeconds,
	}
	var problems Report
	seen := map[Field]bool{}
	for _, m := range members {
		field := Field(m.name)
		target, known := targets[field]
		switch {
		case !known:
			problems = append(problems, malformed(CodeUnknownField, "", -1, m.name, unknownField(m.name)))
		case seen[field]:
			problems = append(problems, malformed(CodeSyntax, field, -1, m.name, "the field stands more than once; write it once"))
		default:
			if err := json.Unmarshal(m.value, target); err != nil {
				problems = append(problems, malformed(CodeFieldType, field, -1, string(m.value), fieldType(field)))
			}
		}
		seen[field] = true
	}
	if len(problems) > 0 {
		return &Error{Op: "policy", Findings: problems}
	}
	*s = out
	return nil
}

type member struct {
	name  string
	value json.RawMessage
}

// readMembers lists the members of a JSON object in order, repeated ones too.
func readMembers(object []byte) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(object))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.New("a Spec is an object with the fields " + fieldList())
	}
	var members []member
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: name.(string)}
		if err := dec.Decode(&m.value); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

func unknownField(name string) string {
	for _, f := range specFields {
		if strings.EqualFold(string(f), name) {
			return "a Spec has no such field; write " + string(f)
		}
	}
	return "a Spec has no such field; it has " + fieldList()
}

func fieldList() string {
	var names []string
	for _, f := range specFields {
		names = append(names, string(f))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func fieldType(f Field) string {
	switch f {
	case FieldCredentials:
		return "the value must be true or false"
	case FieldMaxAge:
		return "the value must be a whole number of seconds"
	}
	return "the value must be a list of strings"
}

func specError(code Code, field Field, detail string) error {
	return &Error{Op: "policy", Findings: Report{malformed(code, field, -1, "", detail)}}
}
