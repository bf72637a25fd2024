package origins

import "testing"

func TestRegistrable(t *testing.T) {
	for _, test := range []struct{ pattern, witness string }{
		{"https://a.example", ""},
		{"https://*.a.example", ""},
		{"https://*.co.uk", "https://evil.co.uk"},
		{"https://**.com:*", "https://evil.com"},
		{"https://*.github.io", "https://evil.github.io"},
		{"https://*.a.github.io", ""},
		{"https://*.internal", ""},
		{"http://*.localhost:*", ""},
		{"https://**", "https://evil.example"},
		{`~https://.*\.a\.example`, ""},
		{`~https://.*a\.example`, "https://evil-a.example"},            // missing dot before the domain
		{`~https://www.a\.example`, "https://wwwxa.example"},           // unescaped dot
		{`~https://a\.example.*`, "https://a.example.evil.example"},    // missing anchor
		{`~.*a\.example\.com.*`, "https://a.example.com.evil.example"}, // both
		{`~https://a.example`, ""},                                     // the open dot is all that makes it a domain
		{`~https://a\.[a-z]+`, "https://a.x"},                          // open suffix
		{`~https://(a|b)\.com`, ""},                                    // spelled out
		{`~https://app[12]\.com`, ""},                                  //
		{`~https://app[0-9]\.com`, "https://app0.com"},                 //
		{`~https://(ab)*\.com`, "https://ab.com"},                      // repeated
		{`~https://[a-z]+\.b\.example(:[0-9]+)?`, ""},                  //
		{`~https://[a-z]+\.co\.uk`, "https://evil.co.uk"},              // under a public suffix
		{`~https://([a-z]+\.)?a\.example`, ""},                         //
		{`~https://[a-z]+\.localhost:[0-9]+`, ""},                      // nobody can register that
		{`~https://[0-9.]+`, "https://203.0.113.66"},                   // any address
		{`~https://10\.[0-9.]+`, ""},                                   //
		{`~(?i)https://[A-Z]+\.A\.EXAMPLE|https://b\.example`, ""},     //
		{`~https://[a-z]+-pr-[0-9]+\.example\.com:8443`, ""},           //
		{`~https://[a-z]+\.com\.`, "https://x.com."},                   // a final dot
		{`~https://[1-9]\.com`, ""},
		{`~https://[1-9]{6}\.com`, "https://111119.com"},
		{`~https://[a-h]{4}\.com`, "https://aaah.com"},
		{`~https://[a-h]{20}\.a\.com`, ""},
		{`~https://[a-z0-9-]+\.a\.run\.app`, "https://evil.a.run.app"},
		{`~https://[a-z0-9-]+\.s3\.amazonaws\.com`, "https://evil.s3.amazonaws.com"},
		{`~https://.*\.kawasaki\.jp`, "https://0.0.26.kawasaki.jp"},
		{"https://**.kawasaki.jp", "https://evil.kawasaki.jp"},
		{`~https://\[[0-9a-f:]+\]`, "https://[2001:db8::66]"},
		{`~https://[0-9]{2}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}`, "https://11.0.0.66"},
		{`~https://x[0-9]+\.com:8443`, "https://x0.com:8443"}, //
	} {
		p, err := Parse(test.pattern)
		if err != nil {
			t.Fatal(err)
		}
		got, answer := p.Registrable()
		if got != test.witness || (answer == Yes) != (test.witness != "") {
			t.Errorf("%s: %q %v, want %q", test.pattern, got, answer, test.witness)
		}
		if got != "" && !NewSet([]Pattern{p}).Contains(got) {
			t.Errorf("%s does not contain its witness %s", test.pattern, got)
		}
	}
	p, _ := Parse(`~https://[a-z]*[a-m][a-z]{14}\.a\.example`)
	if got, answer := p.Registrable(); answer != Unknown {
		t.Errorf("%v: %q %v, want no answer", p, got, answer)
	}
}
