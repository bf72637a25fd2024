package main

import (
	"encoding/json"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/corslate/corslate/policy"
)

// sarifForm writes one run of SARIF 2.1.0, which code hosts show in a pull
// request. The results come first, as they are found, and what describes them
// after them, so that none has to be held.
//
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type sarifForm struct {
	begun bool
	codes map[policy.Code]policy.Effect // with the gravest effect that was seen
}

const (
	sarifHead = `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"columnKind":"utf16CodeUnits","results":[`
	homepage  = "https://github.com/corslate/corslate"
)

type sarifResult struct {
	RuleID     string          `json:"ruleId"`
	Level      string          `json:"level"`
	Message    sarifMessage    `json:"message"`
	Locations  []sarifLocation `json:"locations"`
	Properties record          `json:"properties"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifLocation struct {
	Physical struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region struct {
			StartLine int `json:"startLine"`
		} `json:"region"`
	} `json:"physicalLocation"`
	Logical []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifLogical struct {
	Name string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}

func (f *sarifForm) start(out []byte) []byte {
	if f.begun {
		return append(out, ',')
	}
	f.begun = true
	return append(out, sarifHead...)
}

func (f *sarifForm) record(out []byte, r record) ([]byte, error) {
	if f.codes == nil {
		f.codes = map[policy.Code]policy.Effect{}
	}
	f.codes[r.Code] = max(f.codes[r.Code], r.Effect)
	out = append(f.start(out), '\n')
	object := strings.TrimSpace(r.Kind + " " + strings.TrimPrefix(r.Namespace+"/"+r.Name, "/"))
	result := sarifResult{RuleID: string(r.Code), Level: sarifLevel(r.Effect), Properties: r,
		Message: sarifMessage{strings.TrimPrefix(object+": ", ": ") + sentence(r)}}
	var at sarifLocation
	at.Physical.Artifact.URI = sarifURI(r.File)
	at.Physical.Region.StartLine = max(r.Line, 1)
	if object != "" {
		at.Logical = []sarifLogical{{strings.TrimSuffix(object+" "+r.Path, " "), "object"}}
	}
	result.Locations = []sarifLocation{at}
	out, err := appendJSON(out, result)
	return out[:max(len(out)-1, 0)], err
}

// sentence is the finding for a reader who sees its code and its place.
func sentence(r record) string {
	text := r.Detail
	if r.Value != "" {
		text = r.Value + ": " + text
	}
	if r.Witness != nil {
		text += " (" + r.Witness.String() + ")"
	}
	return text
}

func sarifLevel(e policy.Effect) string {
	switch e {
	case policy.Note:
		return "note"
	case policy.Advice, policy.Narrower:
		return "warning"
	}
	return "error"
}

// sarifURI writes a path as a URI, relative as the path is: code hosts take
// that to begin at the root of the repository.
func sarifURI(file string) string {
	switch {
	case file == "-":
		return "stdin"
	case filepath.IsAbs(file):
		return (&url.URL{Scheme: "file", Path: filepath.ToSlash(file)}).String()
	}
	return (&url.URL{Path: filepath.ToSlash(filepath.Clean(file))}).String()
}

type sarifRule struct {
	ID      string `json:"id"`
	Default struct {
		Level string `json:"level"`
	} `json:"defaultConfiguration"`
}

func (f *sarifForm) end(out []byte, s summary) ([]byte, error) {
	if !f.begun {
		out = f.start(out)
	}
	rules := []sarifRule{}
	for _, code := range slices.Sorted(maps.Keys(f.codes)) {
		rule := sarifRule{ID: string(code)}
		rule.Default.Level = sarifLevel(f.codes[code])
		rules = append(rules, rule)
	}
	tool, err := json.Marshal(map[string]any{"driver": map[string]any{
		"name": "corslate", "version": version(), "informationUri": homepage, "rules": rules,
	}})
	if err != nil {
		return out, err
	}
	out = append(out, "\n],\"tool\":"...)
	out = append(out, tool...)
	out = append(out, ",\"properties\":"...)
	if out, err = appendJSON(out, map[string]any{"summary": s.text, "counts": s.counts}); err != nil {
		return out, err
	}
	return append(out[:len(out)-1], "}]}\n"...), nil
}
