package dataplane

import (
	"regexp"
	"strconv"
	"strings"
)

// Ingress is what ingress-nginx reads of an Ingress.
type Ingress struct {
	// Annotations are those of the Ingress, with their full names. Only the
	// seven of CORS are read.
	Annotations map[string]string
	// NotValidating is true for a controller that was started with
	// --enable-annotation-validation=false.
	NotValidating bool
}

// cors is what the controller makes of the seven annotations. It refuses no
// value: what it does not like it replaces.
type cors struct {
	origins     []string // "*" alone is every origin
	methods     string
	headers     string
	credentials bool
	expose      string
	maxAge      int
}

const annotationPrefix = "nginx.ingress.kubernetes.io/"

// The first gate, the validation, looks at a value without its spaces; the
// second, which is always there, at the value itself (of origins: at each item).
var (
	originsValid = regexp.MustCompile(`^((((([a-z]+://)?(\*\.)?[A-Za-z0-9\-.]*(:\d+)?,?)|null)+)|\*)?$`)
	originValid  = regexp.MustCompile(`^([a-z]+://(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|\*|null)?$`)
	methodsValid = regexp.MustCompile(`^([A-Za-z]+,?\s?)+$`)
	headersValid = regexp.MustCompile(`^[A-Za-z0-9-_, ]*$`)
	exposeValid  = regexp.MustCompile(`^(([A-Za-z0-9\-\_]+|\*),?\s?)+$`)
)

// cors returns what the controller makes of the Ingress, and whether CORS is on.
func (i Ingress) cors() (c cors, on bool) {
	if on, _ = strconv.ParseBool(i.Annotations[annotationPrefix+"enable-cors"]); !on {
		return c, false
	}
	c.origins = i.origins()
	c.methods = i.list("cors-allow-methods", methodsValid, "GET, PUT, POST, DELETE, PATCH, OPTIONS")
	c.headers = i.list("cors-allow-headers", headersValid,
		"DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization")
	c.expose = i.list("cors-expose-headers", exposeValid, "")
	var err error
	if c.credentials, err = strconv.ParseBool(i.Annotations[annotationPrefix+"cors-allow-credentials"]); err != nil {
		c.credentials = true
	}
	if c.maxAge, err = strconv.Atoi(i.Annotations[annotationPrefix+"cors-max-age"]); err != nil {
		c.maxAge = 1728000
	}
	return c, true
}

// text returns an annotation as it passes the first gate. An empty one counts
// as one that is not there.
func (i Ingress) text(name string, valid *regexp.Regexp) (value string, ok bool) {
	raw := i.Annotations[annotationPrefix+name]
	if !i.NotValidating && (strings.ContainsAny(raw, "\r\n") || !valid.MatchString(strings.ReplaceAll(raw, " ", ""))) {
		return "", false
	}
	lines := strings.Split(raw, "\n")
	for n := range lines {
		lines[n] = strings.TrimSpace(lines[n])
	}
	value = strings.TrimSpace(strings.Join(lines, "\n"))
	return value, value != ""
}

func (i Ingress) list(name string, valid *regexp.Regexp, otherwise string) string {
	if value, ok := i.text(name, valid); ok && valid.MatchString(value) {
		return value
	}
	return otherwise
}

func (i Ingress) origins() []string {
	value, ok := i.text("cors-allow-origin", originsValid)
	if !ok {
		return []string{"*"}
	}
	var kept []string
	for item := range strings.SplitSeq(value, ",") {
		switch item = strings.TrimSpace(item); {
		case item == "*":
			return []string{"*"}
		case item != "" && originValid.MatchString(item):
			kept = append(kept, item)
		}
	}
	return kept
}
