// Package browsers has real browser engines judge real data planes. A headless
// browser loads pages on several origins; each page calls servers of other
// origins with fetch and posts what it could do to its own server. There is no
// driver: an [Engine] is a name, a program and the arguments with which it opens
// a URL, so that a third one takes a few lines. [Run] does the rest.
//
// The browser's only way out is a proxy on a loopback address, which ends every
// connection itself: as any host, on any port, with a certificate that the
// browser trusts for this run. So origins are what they are on the web, down to
// ports that need no writing, and what the browser wants for itself (updates,
// telemetry) gets no answer.
//
// The tests put a policy.Policy beside each server: what Parse makes of its
// configuration. Of every call they compare with policy.Check whether the page
// could read the response and which headers of it; and, from what came over
// the network, that the browser asked first, that no request followed a refusal,
// and that cookies came along with credentialed calls and no others. Where
// engines do something else than Fetch says stands in deviations_test.go.
//
// The tests need the Debian packages chromium, firefox-esr and libnss3-tools,
// besides what package dataplane needs, and fail without. To leave engines out,
// name the others in the environment variable CORSLATE_BROWSERS:
//
//	CORSLATE_BROWSERS=firefox go test ./browsers
//	CORSLATE_BROWSERS=none go test ./...
package browsers
