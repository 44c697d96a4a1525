package srk

import (
	"crypto/rsa"
	"crypto/x509"
	"math/big"
	"testing"
)

// A certificate is a CA's by srktool's rule, whatever version it says it has; one whose key no table holds makes no entry.
func TestEntryOf(t *testing.T) {
	for _, v := range []struct {
		cert x509.Certificate
		ca   bool
	}{
		{x509.Certificate{Version: 3, BasicConstraintsValid: true, IsCA: true}, true},
		{x509.Certificate{Version: 4, BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign}, true}, // CST 4 writes such
		{x509.Certificate{Version: 3, BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageDigitalSignature}, false},
		{x509.Certificate{Version: 3, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, false},
		{x509.Certificate{Version: 3, KeyUsage: x509.KeyUsageCertSign}, false},
	} {
		v.cert.PublicKey = certificate(t, sample(t, "p521-ca-1.pem")).PublicKey
		if e, err := EntryOf(&v.cert, 0); err != nil || e.CA != v.ca {
			t.Errorf("%+v: CA is %v, %v", v.cert, e.CA, err)
		}
	}
	_, err := EntryOf(&x509.Certificate{}, 0)
	refused(t, "a certificate without a key", err, "srk-key")
	_, err = EntryOf(&x509.Certificate{PublicKey: &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(3), 1534), E: 65537}}, 0)
	refused(t, "a certificate of 1536 bits", err, "srk-key")
}
