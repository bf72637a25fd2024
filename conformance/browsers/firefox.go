package browsers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

var firefox = Engine{
	Name:     "firefox",
	Programs: []string{"firefox-esr", "firefox"},
	Packages: []string{"firefox-esr", "libnss3-tools"},
	Prepare: func(v Visit) (args, env []string, err error) {
		host, port, _ := strings.Cut(v.Proxy, ":")
		prefs := strings.NewReplacer("$HOST", host, "$PORT", port).Replace(firefoxPreferences)
		if err := os.WriteFile(filepath.Join(v.Profile, "user.js"), []byte(prefs), 0o600); err != nil {
			return nil, nil, err
		}
		authority := filepath.Join(v.Profile, "authority.pem")
		if err := os.WriteFile(authority, v.Authority.PEM(), 0o600); err != nil {
			return nil, nil, err
		}
		for _, args := range [][]string{
			{"-N", "--empty-password"},
			{"-A", "-n", "corslate", "-t", "C,,", "-i", authority},
		} {
			cmd := exec.Command("certutil", append(args, "-d", "sql:"+v.Profile)...)
			if out, err := cmd.CombinedOutput(); errors.Is(err, exec.ErrNotFound) {
				return nil, nil, errors.New("no certutil on the PATH; apt-get install libnss3-tools")
			} else if err != nil {
				return nil, nil, fmt.Errorf("%s: %w: %s", cmd, err, out)
			}
		}
		return []string{"--headless", "--no-remote", "--new-instance", "--profile", v.Profile, v.URL},
			[]string{
				"MOZ_CRASHREPORTER_DISABLE=1",
				"MOZ_REMOTE_SETTINGS_DEVTOOLS=1", // or services.settings.server has no say
			}, nil
	},
}

// firefoxPreferences is a user.js. Background services have an address each to
// call; without one they stay silent.
const firefoxPreferences = `
// Everything goes to the proxy, and nothing past it.
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "$HOST");
user_pref("network.proxy.http_port", $PORT);
user_pref("network.proxy.ssl", "$HOST");
user_pref("network.proxy.ssl_port", $PORT);
user_pref("network.proxy.no_proxies_on", "");
user_pref("network.proxy.allow_hijacking_localhost", true);
user_pref("network.proxy.allow_bypass", false);
user_pref("network.proxy.failover_direct", false);
user_pref("network.trr.mode", 5);
user_pref("network.dns.disablePrefetch", true);
user_pref("network.prefetch-next", false);
user_pref("network.predictor.enabled", false);
user_pref("network.http.speculative-parallel-limit", 0);
user_pref("network.http.http3.enable", false);

// Cookies as other engines have them: one jar, whatever site embeds or calls.
user_pref("network.cookie.cookieBehavior", 0);

// Pages on plain http stay there.
user_pref("dom.security.https_first", false);
user_pref("dom.security.https_only_mode", false);

// No services.
user_pref("app.normandy.enabled", false);
user_pref("app.update.disabledForTesting", true);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.newtabpage.enabled", false);
user_pref("browser.newtabpage.activity-stream.feeds.system.topsites", false);
user_pref("browser.newtabpage.activity-stream.feeds.system.topstories", false);
user_pref("browser.newtabpage.activity-stream.feeds.adsfeed", false);
user_pref("browser.newtabpage.activity-stream.unifiedAds.endpoint", "");
user_pref("browser.region.network.url", "");
user_pref("browser.safebrowsing.blockedURIs.enabled", false);
user_pref("browser.safebrowsing.downloads.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.safebrowsing.provider.mozilla.updateURL", "");
user_pref("browser.search.update", false);
user_pref("browser.sessionstore.resume_from_crash", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage", "about:blank");
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("browser.startup.page", 0);
user_pref("captivedetect.canonicalURL", "");
user_pref("datareporting.healthreport.uploadEnabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("dom.push.connection.enabled", false);
user_pref("dom.push.serverURL", "");
user_pref("extensions.blocklist.enabled", false);
user_pref("extensions.getAddons.cache.enabled", false);
user_pref("extensions.systemAddon.update.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("media.gmp-manager.url", "");
user_pref("media.gmp-manager.updateEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("nimbus.rollouts.enabled", false);
user_pref("privacy.trackingprotection.enabled", false);
user_pref("security.OCSP.enabled", 0);
user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
user_pref("telemetry.fog.test.localhost_port", -1);
user_pref("toolkit.telemetry.enabled", false);
user_pref("toolkit.telemetry.server", "");
user_pref("toolkit.telemetry.unified", false);
user_pref("trailhead.firstrun.didSeeAboutWelcome", true);
`
