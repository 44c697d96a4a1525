package cert_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"crypto/x509"
	"io"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"sigtool/keygen"
	"sigtool/keygen/cert"
)

var (
	noon  = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	kinds = []string{"ed25519", "p256", "p384", "p521", "rsa2048", "mldsa65", "mldsa87"}
)

func loadKey(t testing.TB, name string) crypto.Signer {
	t.Helper()
	data, err := os.ReadFile("../../testdata/keys/" + name + ".pem")
	if err != nil {
		t.Fatal(err)
	}
	key, err := keygen.Load(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return key.Signer
}

// stream is a source of random numbers that replays.
func stream(label string) *bytes.Reader {
	sum := sha512.Sum512([]byte(label))
	return bytes.NewReader(sum[:])
}

func TestSelfSigned(t *testing.T) {
	algorithms := map[string]x509.SignatureAlgorithm{
		"ed25519": x509.PureEd25519, "p256": x509.ECDSAWithSHA256, "p384": x509.ECDSAWithSHA384, "p521": x509.ECDSAWithSHA512, "rsa2048": x509.SHA256WithRSA,
	}
	for _, kind := range kinds {
		for _, ca := range []bool{false, true} {
			key := loadKey(t, kind)
			der, err := cert.SelfSigned(key, "CN=Acme root,C=DE", 30, cert.ProfileOf(ca), noon.Add(999*time.Millisecond), stream("a"))
			if err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
			again, err := cert.SelfSigned(key, "CN=Acme root,C=DE", 30, cert.ProfileOf(ca), noon.In(time.FixedZone("", 7200)), stream("a"))
			if err != nil || !bytes.Equal(der, again) {
				t.Errorf("%s: the same input makes another certificate (%v)", kind, err)
			}
			other, err := cert.SelfSigned(key, "CN=Acme root,C=DE", 30, cert.ProfileOf(ca), noon, stream("b"))
			if err != nil || bytes.Equal(der, other) {
				t.Errorf("%s: other random numbers make the same certificate (%v)", kind, err)
			}
			c, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			usage := x509.KeyUsageDigitalSignature
			if ca {
				usage |= x509.KeyUsageCertSign | x509.KeyUsageCRLSign
			}
			switch {
			case c.SignatureAlgorithm != algorithms[kind]:
				t.Errorf("%s is signed with %v", kind, c.SignatureAlgorithm)
			case c.IsCA != ca || !c.BasicConstraintsValid || c.MaxPathLen != -1:
				t.Errorf("%s: basic constraints %v %v %d", kind, c.IsCA, c.BasicConstraintsValid, c.MaxPathLen)
			case c.KeyUsage != usage:
				t.Errorf("%s: key usage %b", kind, c.KeyUsage)
			case !c.NotBefore.Equal(noon) || !c.NotAfter.Equal(noon.Add(30*24*time.Hour-time.Second)):
				t.Errorf("%s is valid from %v to %v", kind, c.NotBefore, c.NotAfter)
			case c.SerialNumber.Sign() <= 0 || c.SerialNumber.BitLen() > 127 || c.SerialNumber.BitLen() < 64:
				t.Errorf("%s: serial %x", kind, c.SerialNumber)
			case len(c.SubjectKeyId) != 20 || !bytes.Equal(c.SubjectKeyId, c.AuthorityKeyId):
				t.Errorf("%s: key ids %x and %x", kind, c.SubjectKeyId, c.AuthorityKeyId)
			case c.Subject.String() != "CN=Acme root,C=DE" || !bytes.Equal(c.RawSubject, c.RawIssuer):
				t.Errorf("%s: subject %s, issuer %s", kind, c.Subject, c.Issuer)
			}
			if ca && c.SignatureAlgorithm != x509.UnknownSignatureAlgorithm { // ML-DSA is for OpenSSL to check
				if err := c.CheckSignatureFrom(c); err != nil {
					t.Errorf("%s: %v", kind, err)
				}
			}
		}
	}
}

func TestSelfSignedPeriod(t *testing.T) {
	key := loadKey(t, "ed25519")
	cases := []struct {
		from  time.Time
		days  int
		until string // or what is wrong
	}{
		{noon, 1, "2026-11-22T11:59:59Z"},
		{time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), 365, "2027-12-31T23:59:59Z"},
		{time.Date(2049, 12, 1, 0, 0, 0, 0, time.UTC), 60, "2050-01-29T23:59:59Z"}, // over to the other ASN.1 type of time
		{time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), 365, "9999-12-31T23:59:59Z"},
		{time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), 366, "366 days from 9999-01-01: a certificate ends in the year 9999 at the latest"},
		{noon, 1 << 62, "4611686018427387904 days from 2026-11-21: a certificate ends in the year 9999 at the latest"},
		{noon, 0, "a certificate valid for 0 days"},
		{noon, -1, "a certificate valid for -1 days"},
		{time.Time{}, 1, "a certificate can't begin in the year 1"},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), 1, "a certificate can't begin in the year 10000"},
	}
	for _, c := range cases {
		der, err := cert.SelfSigned(key, "x", c.days, cert.Plain, c.from, stream("a"))
		if err != nil {
			if err.Error() != c.until {
				t.Errorf("%v and %d days: %v", c.from, c.days, err)
			}
			continue
		}
		made, err := x509.ParseCertificate(der)
		if err != nil || made.NotAfter.Format(time.RFC3339) != c.until {
			t.Errorf("%v and %d days: until %v, %v", c.from, c.days, made.NotAfter, err)
		}
	}
}

func TestSelfSignedRefuses(t *testing.T) {
	p256 := loadKey(t, "p256")
	_, err := cert.SelfSigned(loadKey(t, "secp256k1"), "x", 1, cert.Plain, noon, rand.Reader)
	if err == nil || !strings.Contains(err.Error(), "no certificate for a secp256k1 key") {
		t.Errorf("secp256k1: %v", err)
	}
	weak := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 1023), E: 65537}}
	if _, err = cert.SelfSigned(weak, "x", 1, cert.Plain, noon, rand.Reader); err == nil || !strings.Contains(err.Error(), "1024 bits is too weak") {
		t.Errorf("RSA-1024: %v", err)
	}
	if _, err = cert.SelfSigned(p256, "CN=", 1, cert.Plain, noon, rand.Reader); err == nil || err.Error() != "subject: CN is empty" {
		t.Errorf("a bad subject: %v", err)
	}
	if der, err := cert.SelfSigned(p256, "x", 1, cert.Plain, noon, iotest.ErrReader(os.ErrClosed)); err == nil || der != nil {
		t.Errorf("no random numbers: %v", err)
	}
	if _, err = cert.SelfSigned(p256, "x", 1, cert.Plain, noon, bytes.NewReader(make([]byte, 16))); err == nil {
		t.Error("serial number 0 is taken")
	}
	if der, err := cert.SelfSigned(liar{p256}, "x", 1, cert.Plain, noon, rand.Reader); err == nil {
		t.Errorf("a signature that doesn't match is given out: %x", der)
	}
}

// liar is a key with a fault: its signatures are of something else.
type liar struct{ crypto.Signer }

func (l liar) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return l.Signer.Sign(r, append([]byte{digest[0] ^ 1}, digest[1:]...), opts)
}

// A certificate for modules says that it is for nothing else, and is one that openssl and the kernel read.
func TestModules(t *testing.T) {
	der, err := cert.SelfSigned(loadKey(t, "rsa2048"), "CN=Modules", 30, cert.Modules, noon, stream("a"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil || c.IsCA || c.KeyUsage != x509.KeyUsageDigitalSignature || !slices.Equal(c.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}) {
		t.Errorf("%v: usages %v %v", err, c.KeyUsage, c.ExtKeyUsage)
	}
	if len(c.UnknownExtKeyUsage) != 1 || c.UnknownExtKeyUsage[0].String() != "1.3.6.1.4.1.2312.16.1.2" {
		t.Errorf("further usages %v", c.UnknownExtKeyUsage)
	}
}
