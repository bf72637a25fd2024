// Package matrix tries policies on data planes. Each policy of a corpus is
// rendered by an adapter and loaded into the data plane that the adapter writes
// for; a browser (the model of internal/fetch) makes requests to it, allowed
// ones and such as a mistake would let through; and its verdicts on the answers
// are held against what the adapter's Parse, and the policy itself, say.
//
// The data planes are those of package dataplane. Istio also stands for the
// implementations of Gateway API. The verdicts on both rest on a model of
// Envoy's CORS filter, package envoy; with a program envoy on the PATH, TestEnvoy
// tries the same for real.
//
// What is known to deviate stands in ../deviations.yaml, what was seen in
// ../reports. Both are checked: an entry that no longer deviates, and a report
// that no longer says what is seen, fail the tests. To write the reports anew:
//
//	go test ./matrix -update
package matrix
