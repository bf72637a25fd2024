package origins

// schemes are those whose origins are seen in the wild beside the ones that a
// compared policy writes itself. Witnesses prefer the earlier ones.
var schemes = []string{
	"https",
	"http",
	"chrome-extension",     // https://developer.chrome.com/docs/extensions (also Edge, Opera, Brave)
	"moz-extension",        // https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions
	"safari-web-extension", // https://developer.apple.com/documentation/safariservices
	"capacitor",            // https://capacitorjs.com/docs/config (iosScheme)
	"ionic",                // https://github.com/ionic-team/cordova-plugin-ionic-webview
	"tauri",                // https://v2.tauri.app (tauri://localhost on macOS, iOS and Linux)
	"app",                  // Electron applications that register it, Obsidian among them
	"wails",                // https://wails.io (wails://wails)
	"vscode-webview",       // https://code.visualstudio.com/api/extension-guides/webview
}

// allSchemes returns the schemes of the universe for a comparison of sets: the
// known ones, then those that the sets write, in order and once each. complete
// is false if a set may write others, too many to find.
func allSchemes(sets ...*Set) (all []string, complete bool) {
	complete = true
	all = schemes[:len(schemes):len(schemes)]
	seen := map[string]bool{}
	for _, s := range schemes {
		seen[s] = true
	}
	add := func(s string) {
		if s != "" && !seen[s] {
			seen[s] = true
			all = append(all, s)
		}
	}
	for _, set := range sets {
		for _, p := range set.patterns {
			add(p.Scheme)
		}
		for _, e := range set.regexps {
			found := e.schemes()
			complete = complete && found.all
			for _, s := range found.schemes {
				add(s)
			}
		}
	}
	return all, complete
}
