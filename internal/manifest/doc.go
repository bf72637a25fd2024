// Package manifest reads and writes streams of Kubernetes manifests.
//
// [Read] walks files, directories and standard input and [Documents] splits one
// stream. Both give one [Document] at a time and hold no more than one, so that
// memory does not grow with the stream. [Document.Objects] gives the objects in
// a document, the items of a List each on its own, with an [Object.Head] that
// says what each is; [Object.Decode] fills a typed Kubernetes object.
// [Encode] and [Writer] write objects, and [Document.Edit] changes objects in a
// stream of which everything else stays as it is, byte for byte.
//
// A document is parsed once, by go.yaml.in/yaml/v3, and becomes JSON. From there
// on it is read as the API server reads it: by sigs.k8s.io/json, with names in
// their exact case. Plain scalars mean what they mean to kubectl and the API
// server, which follow YAML 1.1: an unquoted on is a boolean, 0777 is 511.
//
// Whatever cannot be read is an [*Error] that says where, and reading goes on
// with the next document.
package manifest
