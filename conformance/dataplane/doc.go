// Package dataplane runs data planes for tests: it starts the real program or
// middleware with a configuration, in front of an application, and hands out
// one [http.Handler] per configuration that carries a request there and its
// answer back. Nothing leaves the machine: programs of other processes listen
// on Unix sockets in a temporary directory and end with the test.
//
// What is real, and what is not:
//
//   - [StartNginx]: Debian's nginx with the module headers-more, for real. The
//     controller that turns annotations into its configuration is retired and
//     cannot be had as a library; it is written anew in ingress.go and
//     locations.go after what it did, and checked against exchanges recorded
//     with the original.
//   - [StartTraefik] and [TraefikHandler]: Traefik's headers middleware of the
//     release in go.mod, for real, without the router before it.
//   - [StartTraefikOld]: the same middleware of v3.6.12, in a process of its
//     own, as one program cannot hold two releases.
//   - Package istiogateway: Istio's translation of an HTTPRoute's CORS filter,
//     for real.
//   - [StartEnvoy]: Envoy with its CORS filter, where there is one. It cannot be
//     had from the registries; in its place stands a model, package
//     github.com/corslate/corslate/conformance/envoy.
package dataplane
