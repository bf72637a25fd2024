// Package origins is about sets of web origins: the patterns that name them,
// membership, inclusion, and an origin that shows a difference.
//
// The universe over which sets are compared is what browsers send in the
// Origin header: the text null, and serialized tuple origins
// scheme://host[:port] as https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
// writes them. Host names, addresses and ports that no URL parser produces are
// outside of it, so two patterns that differ only there are equal.
//
// Exact origins and wildcards are compared by look-up. What remains, regular
// expressions and unions that no look-up decides, is compiled to automata and
// searched; [Limit] bounds that search.
package origins
