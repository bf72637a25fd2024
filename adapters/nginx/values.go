package nginx

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/corslate/corslate/policy"
)

// How ingress-nginx reads the annotations one by one.

func (r *reading) origins() {
	value, raw, outcome := r.text(allowOrigin, originListValidator)
	if outcome == passed {
		r.originList(value, raw)
		return
	}
	r.spec.AllowOrigins = []string{"*"}
	switch {
	case outcome == absent:
		r.add(CodeDefault, policy.Note, policy.FieldOrigins, allowOrigin, "", "absent means every origin")
	case outcome == blank:
		r.add(CodeListOpened, policy.Danger, policy.FieldOrigins, allowOrigin, raw,
			`an empty list means every origin; to allow none write "https://" or set `+enableCORS+` to "false"`)
	case slices.Contains(items(normalized(raw)), "*"):
		r.add(CodeListOpened, policy.Note, policy.FieldOrigins, allowOrigin, raw, "* in a list means every origin, and makes the other items useless; write it alone")
	default:
		detail := "what the validation of v1.12 and later refuses is replaced by every origin; correct the list"
		if item, ok := firstInvalid(raw); ok {
			detail = strconv.Quote(item) + " is refused by the validation of v1.12 and later, and the whole list is then replaced by every origin; correct it"
		}
		r.add(CodeListOpened, policy.Danger, policy.FieldOrigins, allowOrigin, raw, detail)
		r.add(policy.CodeReleasesDiffer, policy.Note, policy.FieldOrigins, allowOrigin, raw,
			"releases before v1.12, and later ones that do not validate annotations, drop the bad items only")
	}
}

// items splits a list of origins as the controller does.
func items(value string) []string {
	var list []string
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}

// firstInvalid returns the first item that the validator alone would refuse.
func firstInvalid(raw string) (string, bool) {
	for item := range strings.SplitSeq(raw, ",") {
		if item = strings.Trim(item, " "); !validates(originListValidator, item) {
			return item, true
		}
	}
	return "", false
}

// originList reads a list that has passed the validator.
func (r *reading) originList(value, raw string) {
	if r.Release != FromV112 && !validates(originListValidator, raw) {
		r.add(policy.CodeReleasesDiffer, policy.Advice, policy.FieldOrigins, allowOrigin, raw,
			"v1.12 and later refuse this list in their validation, which is on by default, and replace it by every origin; correct it before an upgrade")
	}
	all := items(value)
	if slices.Contains(all, "*") {
		r.spec.AllowOrigins = []string{"*"}
		return
	}
	if strings.Count(value, ",") >= len(all) {
		effect := policy.Note
		if r.Release == BeforeV112 {
			effect = policy.Danger
		}
		r.add(CodeEmptyItem, effect, policy.FieldOrigins, allowOrigin, raw,
			"this release skips an empty item; v1.8.1 and others before the fix of kubernetes/ingress-nginx issue 10206 reflect every origin because of it; remove the stray comma")
	}
	kept := r.recheck(all)
	matches := newMatcher(kept, r.schemes)
	matches.unproved = r.unproved
	for _, item := range kept {
		r.item(item, matches.patterns(item))
	}
	if n := expressionLength(kept); n > maxToken {
		r.add(CodeTooLong, policy.Danger, policy.FieldOrigins, allowOrigin, strconv.Itoa(n),
			"the list makes an expression of more than 4094 bytes, which nginx does not load: every later reload of the whole controller fails; shorten the list or use a wildcard")
	}
}

// recheck returns the items that pass the second gate.
func (r *reading) recheck(all []string) []string {
	gate := originRecheck
	if r.Release == BeforeV112 {
		gate = webOriginRecheck
	}
	kept := make([]string, 0, len(all))
	newer := ""
	for _, item := range all {
		if !gate.MatchString(item) {
			r.add(CodeOriginDropped, policy.Advice, policy.FieldOrigins, allowOrigin, item, "the controller skips this item: "+whyDropped(item))
			continue
		}
		kept = append(kept, item)
		if newer == "" && !strings.HasPrefix(item, "http://") && !strings.HasPrefix(item, "https://") {
			newer = item
		}
	}
	if newer != "" {
		r.add(policy.CodeReleasesDiffer, policy.Note, policy.FieldOrigins, allowOrigin, newer,
			"releases before v1.12 skip items of other schemes than http and https, and those before v1.13 skip null")
	}
	return kept
}

func whyDropped(item string) string {
	switch {
	case !strings.Contains(item, "://"):
		return "it has no scheme; write https:// before the host"
	case strings.ContainsAny(item, " \t\n"):
		return "origins are separated by commas"
	case strings.Contains(item, "*"):
		return "* stands for the first label of the host only, as in https://*.example.com"
	}
	return "write scheme://host or scheme://host:port, with a scheme of lower-case letters and a host of letters, digits, hyphens and dots"
}

// item adds what an item of the list matches.
func (r *reading) item(item string, patterns []string) {
	r.spec.AllowOrigins = append(r.spec.AllowOrigins, patterns...)
	switch {
	case item == noOrigin: // as Render writes it
	case len(patterns) == 0:
		r.add(policy.CodeOriginNeverSent, policy.Advice, policy.FieldOrigins, allowOrigin, item,
			"no browser sends an origin that this matches; write the origin without a default port and with a host that exists")
	case strings.HasPrefix(patterns[0], "~"+schemeTail), patterns[0] == "~"+nullTail:
		r.add(CodeUnanchored, policy.Advice, policy.FieldOrigins, allowOrigin, item,
			"the expression has no start anchor, so this also allows longer origins that end in it")
	}
}

// list reads an annotation that holds a list of names.
func (r *reading) list(name string, field policy.Field, check *regexp.Regexp, dflt string, bound int) (list []string, readable bool) {
	value, raw, outcome := r.text(name, check)
	if outcome == passed && check.MatchString(value) {
		if len(value) > bound {
			r.add(CodeTooLong, policy.Danger, field, name, strconv.Itoa(len(value)),
				"nginx does not load a list of more than "+strconv.Itoa(bound)+" bytes: every later reload of the whole controller fails; shorten it")
		}
		if r.Release != FromV112 && !validates(check, raw) {
			r.add(policy.CodeReleasesDiffer, policy.Note, field, name, raw, "v1.12 and later refuse the line break in their validation and use their default instead; remove it")
		}
		return r.names(name, field, value)
	}
	switch {
	case outcome == absent && dflt != "":
		r.add(CodeDefault, policy.Note, field, name, "", "absent means "+dflt)
	case outcome != absent && (dflt != "" || raw != ""):
		r.add(CodeListReplaced, policy.Advice, field, name, raw, replacement(dflt))
		if outcome == refused && check.MatchString(normalized(raw)) {
			r.add(policy.CodeReleasesDiffer, policy.Note, field, name, raw, "releases before v1.12, and later ones that do not validate annotations, read the list as it is written")
		}
	}
	return r.names(name, field, dflt)
}

func replacement(dflt string) string {
	if dflt == "" {
		return "the controller cannot read this list and sends none; write letters, digits, - and _ separated by a comma and at most one space, or *"
	}
	return "the controller cannot read this list and replaces it by its default, " + dflt
}

// names splits a list as browsers do.
func (r *reading) names(name string, field policy.Field, value string) (list []string, readable bool) {
	list, readable = names(value)
	if !readable {
		detail := "browsers cannot read this list and so expose nothing; separate the names by commas"
		if field != policy.FieldExposeHeaders {
			detail = "browsers cannot read this list, so that every preflight fails; separate the names by commas"
		}
		r.add(CodeListMalformed, policy.Advice, field, name, value, detail)
	}
	return list, readable
}

func (r *reading) methods() {
	list, readable := r.list(allowMethods, policy.FieldMethods, methodsCheck, defaultMethods, maxMethods)
	for _, m := range list {
		if strings.ToUpper(m) == m {
			r.spec.AllowMethods = append(r.spec.AllowMethods, m)
			continue
		}
		r.add(policy.CodeMethodNeverSent, policy.Note, policy.FieldMethods, allowMethods, m,
			"this allows nothing: nginx answers 400, without CORS headers, to a method that is not in upper case; write "+strings.ToUpper(m)+" if that is meant")
	}
	r.preflightsFail(readable)
}

func (r *reading) headers() {
	list, readable := r.list(allowHeaders, policy.FieldHeaders, headersCheck, defaultHeaders, maxHeaders)
	r.spec.AllowHeaders = list
	r.preflightsFail(readable)
}

// preflightsFail takes away what needs a preflight unless the lists of methods
// and headers are readable.
func (r *reading) preflightsFail(readable bool) {
	r.unpreflighted = r.unpreflighted || !readable
	if r.unpreflighted {
		r.spec.AllowMethods, r.spec.AllowHeaders = nil, nil
	}
}

func (r *reading) expose() {
	r.spec.ExposeHeaders, _ = r.list(exposeHeaders, policy.FieldExposeHeaders, exposeCheck, "", maxExpose)
}

func (r *reading) credentials() {
	name, field := allowCredentials, policy.FieldCredentials
	raw, present := r.annotations[r.key(name)]
	value, readable := r.boolean(raw)
	anyOrigin := slices.Equal(r.spec.AllowOrigins, []string{"*"})
	switch {
	case !present:
		r.add(CodeDefault, policy.Note, field, name, "", "absent means true")
	case !readable && (anyOrigin || saysYes(raw)):
		r.add(CodeNotBoolean, policy.Note, field, name, raw, `this is no boolean and so means true; write "true" or "false"`)
	case !readable:
		r.add(CodeNotBoolean, policy.Danger, field, name, raw, `this is no boolean and so means true, whatever it says; write "false" if credentials are not meant`)
	}
	if !readable {
		value = true
	}
	if anyOrigin && value {
		r.add(CodeAnonymous, policy.Advice, field, name, raw,
			`every origin together with credentials is sent as a literal *, which browsers refuse for credentialed requests: this is anonymous access; on Traefik and Gateway API the same words let every website read with the user's cookies; write "false"`)
		value = false
	}
	r.spec.AllowCredentials = value
}

// saysYes reports whether a text that is no boolean was meant to be true.
func saysYes(raw string) bool {
	switch strings.ToLower(strings.Trim(raw, " \t\r\n\"'")) {
	case "true", "yes", "on", "y", "1", "enabled":
		return true
	}
	return false
}

func (r *reading) maxAge() {
	raw, present := r.annotations[r.key(maxAge)]
	seconds, err := strconv.ParseInt(raw, 10, 64) // as strconv.Atoi on 64 bits
	switch {
	case !present:
		r.add(CodeDefault, policy.Note, policy.FieldMaxAge, maxAge, "", "absent means 1728000 seconds")
	case err != nil:
		r.add(CodeMaxAge, policy.Advice, policy.FieldMaxAge, maxAge, raw, "this is no integer, so 1728000 seconds are sent; write the number alone")
	case seconds < 0:
		r.add(CodeMaxAge, policy.Note, policy.FieldMaxAge, maxAge, raw,
			"browsers that follow Fetch cannot read a negative number and take 5 seconds (Chromium takes 0); write 0 to turn the cache off")
		return
	}
	if err != nil {
		seconds = defaultMaxAge
	}
	r.spec.MaxAgeSeconds = &seconds
}
