// Package conformance holds corslate against the data planes themselves: what
// the adapters write is given to the code that reads it in production, and a
// browser's verdict on the answers decides. It is a module of its own, so that
// its dependencies never reach those who use corslate.
//
// What runs for real, as of the versions in go.mod:
//
//   - Istio's validation, as its webhook and istioctl run it, and Istio's
//     translation of a corsPolicy for Envoy: package istio.
//   - The CustomResourceDefinitions of Gateway API (both channels), Istio and
//     Traefik, read from the modules that publish them, and the API server's
//     own pruning, defaulting, schema, list-type and CEL validation: package
//     crd.
//   - The metadata rules of the API server, for Ingresses, which have no
//     CustomResourceDefinition: package crd.
//   - nginx with the headers-more module, and Traefik's headers middleware of
//     two releases: package dataplane, tried by packages matrix and browsers.
//   - Chromium and Firefox: package browsers.
//
// What is a model:
//
//   - Envoy's CORS filter: package envoy, written after its source and checked
//     against recorded exchanges. Every verdict on an Istio policy rests on it.
//   - The controller that configures nginx from annotations: package dataplane,
//     checked against recorded exchanges of the real one.
//   - The browser, but for package browsers: [github.com/corslate/corslate/internal/fetch], written after
//     the Fetch standard.
//
// This package is what all of them share: policies to try ([Policies]),
// requests to make ([Requests]) and a browser to make them ([Verdict]).
package conformance
