package main

import (
	"errors"

	"github.com/corslate/corslate/internal/manifest"
	"github.com/corslate/corslate/policy"
)

// record is a finding with the object that it is about: one line of a report.
type record struct {
	File      string `json:"file"`
	Document  int    `json:"document"`       // number in the file, from 1; 0: the file itself
	Item      int    `json:"item,omitempty"` // number in a List, from 1
	Line      int    `json:"line,omitempty"`
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// To is the kind of the object that is written, if the finding is about
	// that and not about what was read.
	To string `json:"to,omitempty"`
	// Against is the old object of a comparison; this one is the new one.
	Against *against `json:"against,omitempty"`
	policy.Finding
	// Replay is a command that shows the witness at a running endpoint.
	Replay string `json:"replay,omitempty"`
}

// against identifies the other object of a comparison.
type against struct {
	File      string `json:"file"`
	Document  int    `json:"document"`
	Item      int    `json:"item,omitempty"`
	Line      int    `json:"line,omitempty"`
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// The codes of what the command itself reports. Codes of policies and of their
// translation are those of the packages policy and adapters.
const (
	codeFile       policy.Code = "file-unreadable"       // a file or directory cannot be read
	codeTooLarge   policy.Code = "document-too-large"    // above 3 MiB
	codeNotText    policy.Code = "stream-not-yaml"       // binary, or not UTF-8
	codeSyntax     policy.Code = "document-syntax"       // neither YAML nor JSON
	codeNotObject  policy.Code = "document-no-object"    // not a manifest
	codeDuplicate  policy.Code = "field-duplicate"       // a field is set twice
	codeType       policy.Code = "field-type"            // a value of another type
	codeUnknown    policy.Code = "field-unknown"         // a field that the kind does not have
	codeAPIVersion policy.Code = "api-version-unknown"   // of a kind that is known
	codeName       policy.Code = "name-missing"          // metadata.name, or the name of a bare policy
	codeRefused    policy.Code = "object-refused"        // not translated
	codeNoTarget   policy.Code = "no-object-to-graft"    // the file of --into has none of that name
	codeNoPartner  policy.Code = "no-partner"            // an object of one side of a diff alone
	codeDifference policy.Code = "policies-differ"       // one difference, with its witness
	codeUnproven   policy.Code = "comparison-unproven"   // too complex to compare
	codeEqual      policy.Code = "policy-equal"          // a pair grants the same
	codeNarrower   policy.Code = "policy-narrower"       // the new object grants less
	codeWider      policy.Code = "policy-wider"          // the new object grants more
	codeBoth       policy.Code = "policy-incomparable"   // more in some requests and less in others
	codeNotAttach  policy.Code = "reference-not-written" // no patch can attach the Middleware
	codeSummary    policy.Code = "summary"               // the last line of a report in JSON
)

// about makes a record of a finding about an object, or a document.
func about(place manifest.Place, head manifest.Head, f policy.Finding) record {
	return record{File: place.File, Document: place.Document, Item: place.Item, Line: place.Line,
		Kind: head.Kind, Namespace: head.Namespace, Name: head.Name, Finding: f}
}

// unreadable makes a record of an error of package manifest.
func unreadable(err error) record {
	f := policy.Finding{Code: codeFile, Effect: policy.Malformed, Detail: err.Error()}
	where := new(manifest.Error)
	if !errors.As(err, &where) {
		return record{Finding: f}
	}
	for _, c := range []struct {
		err  error
		code policy.Code
	}{
		{manifest.ErrTooLarge, codeTooLarge}, {manifest.ErrNotText, codeNotText}, {manifest.ErrSyntax, codeSyntax},
		{manifest.ErrNotObject, codeNotObject}, {manifest.ErrDuplicate, codeDuplicate}, {manifest.ErrType, codeType},
	} {
		if errors.Is(where.Err, c.err) {
			f.Code = c.code
		}
	}
	if version := (*versionError)(nil); errors.As(where.Err, &version) {
		f.Code = codeAPIVersion
	}
	f.Detail = where.Err.Error()
	place := where.Place
	if where.Line > 0 {
		place.Line = where.Line
	}
	return about(place, where.Object, f)
}
