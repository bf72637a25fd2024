package main

import (
	"runtime/debug"
	"strings"
)

// version says which corslate this is, as the Go toolchain recorded it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	return describe(info)
}

func describe(info *debug.BuildInfo) string {
	v := info.Main.Version
	if v == "" {
		v = "(devel)"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if revision := settings["vcs.revision"]; revision != "" && !strings.Contains(v, revision[:min(12, len(revision))]) {
		v += " " + revision
	}
	if settings["vcs.modified"] == "true" && !strings.HasSuffix(v, "+dirty") {
		v += "+dirty"
	}
	return v + " " + info.GoVersion
}
