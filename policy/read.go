package policy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/corslate/corslate/internal/origins"
)

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }

// malformed makes a finding about an entry of a list, or, with index -1, about
// a field.
func malformed(code Code, field Field, index int, value, detail string) Finding {
	path := string(field)
	if index >= 0 {
		path = fmt.Sprintf("%s[%d]", field, index)
	}
	return Finding{Code: code, Effect: Malformed, Field: field, Value: value, Path: path, Detail: detail}
}

func readOrigins(texts []string, problems *Report) []origins.Pattern {
	patterns := make([]origins.Pattern, 0, len(texts))
	for i, text := range texts {
		p, err := origins.Parse(text)
		if err != nil {
			detail := "no origin: " + err.Error()
			var syntax *origins.SyntaxError
			if errors.As(err, &syntax) && syntax.Correction == "" {
				detail = "no origin: " + syntax.Problem + "; see policy.Spec for the forms of an origin"
			}
			*problems = append(*problems, malformed(CodeOriginSyntax, FieldOrigins, i, text, detail))
			continue
		}
		patterns = append(patterns, p)
	}
	return patterns
}

func readMethods(methods []string, problems *Report) []string {
	for i, m := range methods {
		var code Code
		var detail string
		switch {
		case !token(m):
			code, detail = CodeMethodSyntax, "a method is a token of RFC 9110: letters, digits and !#$%&'*+-.^_`|~"
		case forbiddenMethod(m):
			code, detail = CodeMethodForbidden, "scripts cannot send CONNECT, TRACE or TRACK; remove it"
		case normalizedMethod(m) != m:
			code, detail = CodeMethodCase, "browsers send this method in upper case and compare byte by byte; write "+strings.ToUpper(m)
		default:
			continue
		}
		*problems = append(*problems, malformed(code, FieldMethods, i, m, detail))
	}
	return methods
}

func readHeaders(field Field, names []string, problems *Report) []string {
	for i, n := range names {
		if !token(n) {
			*problems = append(*problems, malformed(CodeHeaderSyntax, field, i, n,
				"a header name is a token of RFC 9110: letters, digits and !#$%&'*+-.^_`|~; write each name as an entry of its own"))
		}
	}
	return names
}
