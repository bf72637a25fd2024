package main

import "testing"

func TestSarifURI(t *testing.T) {
	for file, want := range map[string]string{
		"-":            "stdin",
		"a/b.yaml":     "a/b.yaml",
		"./a/../b.yml": "b.yml",
		"/x y/#1.yaml": "file:///x%20y/%231.yaml",
		"a%b?.yaml":    "a%25b%3F.yaml",
		"c:d.yaml":     "./c:d.yaml",
	} {
		if got := sarifURI(file); got != want {
			t.Errorf("sarifURI(%q) = %s, want %s", file, got, want)
		}
	}
}
