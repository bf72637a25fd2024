package dataplane

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// location writes the nginx configuration of the location: matching and answers
// to preflights in the rewrite phase, before authentication and before the
// application; headers in the output filter, on answers of any status, in place
// of the application's.
func (c cors) location() string {
	var b strings.Builder
	if len(c.origins) == 1 && c.origins[0] == "*" {
		b.WriteString("\t\tset $matched yes;\n\t\tset $allowed *;\n")
	} else {
		b.WriteString("\t\tset $matched no;\n\t\tset $allowed $http_origin;\n")
		if len(c.origins) > 0 {
			fmt.Fprintf(&b, "\t\tif ($http_origin ~* %s ) { set $matched yes; }\n", originExpression(c.origins))
		}
	}
	b.WriteString("\t\tif ($request_method = OPTIONS) { set $matched $matched-preflight; }\n")
	b.WriteString("\t\tif ($matched = yes) {\n" + c.headerLines() + "\t\t}\n")
	b.WriteString("\t\tif ($matched = yes-preflight) {\n" + c.headerLines() +
		"\t\t\tmore_set_headers 'Content-Type: text/plain';\n\t\t\tmore_set_headers 'Content-Length: 0';\n\t\t\treturn 204;\n\t\t}\n")
	return b.String()
}

// headerLines writes the headers. None of their values has a quote, a dollar or
// a backslash: the gates keep those out. Line breaks get through where nothing
// validates; as the controller indents its whole configuration they reach the
// browser as folded lines.
func (c cors) headerLines() string {
	var b strings.Builder
	line := func(name, value string) { fmt.Fprintf(&b, "\t\t\tmore_set_headers '%s: %s';\n", name, value) }
	line("Access-Control-Allow-Origin", "$allowed")
	if c.credentials {
		line("Access-Control-Allow-Credentials", "true")
	}
	line("Access-Control-Allow-Methods", folded(c.methods))
	line("Access-Control-Allow-Headers", c.headers)
	if c.expose != "" {
		line("Access-Control-Expose-Headers", folded(c.expose))
	}
	line("Access-Control-Max-Age", strconv.Itoa(c.maxAge))
	return b.String()
}

// originExpression writes the regular expression of the origins, of one nginx
// token: anchored at the end only.
func originExpression(origins []string) string {
	alternatives := make([]string, len(origins))
	for i, origin := range origins {
		quoted := regexp.QuoteMeta(origin)
		alternatives[i] = "(" + strings.Replace(quoted, `\*`, `[A-Za-z0-9\-]+`, 1) + ")"
	}
	return "(" + strings.Join(alternatives, "|") + ")$"
}

func folded(value string) string { return strings.ReplaceAll(value, "\n", "\n\t\t\t") }
