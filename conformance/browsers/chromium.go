package browsers

import (
	"os"
	"path/filepath"
)

var chromium = Engine{
	Name:     "chromium",
	Programs: []string{"chromium", "chromium-browser", "google-chrome"},
	Packages: []string{"chromium"},
	Prepare: func(v Visit) (args, env []string, err error) {
		defaults := filepath.Join(v.Profile, "profile", "Default")
		if err := os.MkdirAll(defaults, 0o700); err != nil {
			return nil, nil, err
		}
		if err := os.WriteFile(filepath.Join(defaults, "Preferences"), []byte(chromiumPreferences), 0o600); err != nil {
			return nil, nil, err
		}
		return []string{
			"--headless",
			"--no-sandbox", // does not run as root with one, and sees no page but ours
			"--disable-gpu",
			"--disable-dev-shm-usage",
			"--user-data-dir=" + filepath.Join(v.Profile, "profile"),
			"--proxy-server=http://" + v.Proxy,
			"--proxy-bypass-list=<-loopback>", // that is: bypass for nothing
			"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
			"--ignore-certificate-errors-spki-list=" + v.Authority.KeyHash(),
			"--disable-quic",
			"--no-first-run",
			"--no-default-browser-check",
			"--no-pings",
			"--disable-background-networking",
			"--disable-breakpad",
			"--disable-component-update",
			"--disable-default-apps",
			"--disable-domain-reliability",
			"--disable-extensions",
			"--disable-sync",
			"--metrics-recording-only",
			// Pages on plain http must stay there.
			"--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,NetworkTimeServiceQuerying,OptimizationHints",
			v.URL,
		}, nil, nil
	},
}

// chromiumPreferences is the start of a profile. Without it a headless Chromium
// sends no cookies to other sites, and every credentialed call is anonymous.
const chromiumPreferences = `{"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": false}}`
