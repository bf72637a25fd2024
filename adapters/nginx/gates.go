package nginx

import (
	"regexp"
	"strings"
)

// The controller checks values twice. The validator, on the value without
// spaces, runs unless it is switched off; an empty value skips it. The re-check
// always runs.
var (
	originListValidator = regexp.MustCompile(`^((((([a-z]+://)?(\*\.)?[A-Za-z0-9\-.]*(:\d+)?,?)|null)+)|\*)?$`)
	originRecheck       = regexp.MustCompile(`^([a-z]+://(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|\*|null)?$`)
	webOriginRecheck    = regexp.MustCompile(`^(https?://(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|\*)?$`) // before v1.12
	methodsCheck        = regexp.MustCompile(`^([A-Za-z]+,?\s?)+$`)
	headersCheck        = regexp.MustCompile(`^[A-Za-z0-9-_, ]*$`)
	exposeCheck         = regexp.MustCompile(`^(([A-Za-z0-9\-_]+|\*),?\s?)+$`)
)

// The controller's defaults.
const (
	defaultMethods = "GET, PUT, POST, DELETE, PATCH, OPTIONS"
	defaultHeaders = "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization"
	defaultMaxAge  = 1728000
)

// The bounds of nginx and Kubernetes, in bytes. A token of the nginx
// configuration has at most maxToken; the lists stand in one with the name of
// their header, as in 'Access-Control-Allow-Headers: …'.
const (
	maxToken       = 4094
	maxMethods     = maxToken - len("Access-Control-Allow-Methods: ")
	maxHeaders     = maxToken - len("Access-Control-Allow-Headers: ")
	maxExpose      = maxToken - len("Access-Control-Expose-Headers: ")
	maxAnnotations = 256 << 10 // of all annotations of an object, names and values
)

// validates reports whether the validator lets a value through.
func validates(check *regexp.Regexp, raw string) bool {
	return raw == "" || check.MatchString(strings.ReplaceAll(raw, " ", "")) && !strings.ContainsAny(raw, "\r\n")
}

// normalized is what the controller makes of a text before it re-checks it:
// every line is trimmed.
func normalized(raw string) string {
	if !strings.Contains(raw, "\n") {
		return strings.TrimSpace(raw)
	}
	lines := strings.Split(raw, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n")
}

// outcome is what became of a text annotation at the first gate.
type outcome uint8

const (
	absent outcome = iota
	blank
	refused // by the validator
	passed
)

// text reads an annotation up to the re-check.
func (r *reading) text(name string, validator *regexp.Regexp) (value, raw string, o outcome) {
	raw, ok := r.annotations[r.key(name)]
	if !ok {
		return "", "", absent
	}
	if r.Release == FromV112 && !validates(validator, raw) {
		return "", raw, refused
	}
	if value = normalized(raw); value == "" {
		return "", raw, blank
	}
	return value, raw, passed
}

// names splits a list as browsers split a header; ok is false if one element is
// no token, which makes the whole list unreadable. Line breaks within a value
// reach the browser as folded lines.
func names(value string) (list []string, ok bool) {
	value = strings.NewReplacer("\r", " ", "\n", " ").Replace(value)
	for element := range strings.SplitSeq(value, ",") {
		element = strings.Trim(element, " \t")
		if element == "" {
			continue
		}
		if strings.ContainsFunc(element, notToken) {
			return nil, false
		}
		list = append(list, element)
	}
	return list, true
}

// notToken reports whether a character is none of a token of RFC 9110, section
// 5.6.2.
func notToken(c rune) bool {
	return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.ContainsRune("!#$%&'*+-.^_`|~", c))
}

// size counts as Kubernetes does.
func size(annotations map[string]string) int {
	n := 0
	for name, value := range annotations {
		n += len(name) + len(value)
	}
	return n
}

const (
	annotationsPath = "metadata.annotations"
	tooLarge        = "Kubernetes refuses an object whose annotations have more than 262144 bytes together; shorten them"
)
