package browsers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

// Authority is a certificate authority that lives for one run: a browser trusts
// it, and it certifies any host that the browser asks for. Its own certificate
// never serves as a server's, which browsers refuse.
type Authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey // of the authority and of every server
	now         time.Time

	mu      sync.Mutex
	serial  int64
	servers map[string]*tls.Certificate // by host
}

// NewAuthority makes an authority with a fresh key.
func NewAuthority() (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	a := &Authority{key: key, now: time.Now(), servers: map[string]*tls.Certificate{}}
	template := a.template("corslate conformance authority")
	template.IsCA = true
	template.KeyUsage = x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("certify the authority: %w", err)
	}
	a.certificate, err = x509.ParseCertificate(der)
	return a, err
}

// PEM returns the authority's own certificate.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
}

// KeyHash returns the SHA-256 hash of the authority's public key as Chromium's
// flag --ignore-certificate-errors-spki-list wants it.
func (a *Authority) KeyHash() string {
	sum := sha256.Sum256(a.certificate.RawSubjectPublicKeyInfo)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// Certificate returns a server's certificate for a host name or an IP address.
func (a *Authority) Certificate(host string) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c, ok := a.servers[host]; ok {
		return c, nil
	}
	template := a.template(host)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, a.key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("certify %s: %w", host, err)
	}
	c := &tls.Certificate{Certificate: [][]byte{der, a.certificate.Raw}, PrivateKey: a.key}
	a.servers[host] = c
	return c, nil
}

// template returns what all certificates have in common.
func (a *Authority) template(name string) *x509.Certificate {
	a.serial++
	return &x509.Certificate{
		SerialNumber:          big.NewInt(a.serial), // Firefox refuses one that an issuer uses twice
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             a.now.Add(-time.Hour),
		NotAfter:              a.now.Add(24 * time.Hour),
		BasicConstraintsValid: true,
	}
}
