package cms

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigtool/internal/keytest"
	"sigtool/internal/oracle"
	"sigtool/internal/sigalg"
)

const keys = "../../testdata/keys/"

var (
	content = []byte("content of no consequence\n")
	sum     = sha256.Sum256(content)
)

func load(t testing.TB, name string) (crypto.Signer, *x509.Certificate) {
	t.Helper()
	return keytest.Key(t, name), keytest.Cert(t, name)
}

// openssl signs content with cms or smime, as rsa2048.
func openssl(t testing.TB, args ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	os.WriteFile(in, content, 0o600)
	all := []string{args[0], "-sign", "-binary", "-md", "sha256", "-outform", "DER", "-in", in, "-out", out, "-signer", keys + "rsa2048.crt", "-inkey", keys + "rsa2048.pem"}
	oracle.Run(t, oracle.Need(t, "openssl"), append(all, args[1:]...)...)
	der, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// With RSA every form is what openssl writes, byte for byte, given its signing time.
func TestSameAsOpenSSL(t *testing.T) {
	key, cert := load(t, "rsa2048")
	_, other := load(t, "rsa4096")
	embed := []*x509.Certificate{cert}
	for _, row := range []struct {
		args string
		o    Options
	}{
		{"cms -noattr -nocerts", Options{}},
		{"cms -noattr", Options{Embed: embed}},
		{"cms -noattr -certfile " + keys + "rsa4096.crt", Options{Embed: []*x509.Certificate{cert, other}}},
		{"cms -nosmimecap", Options{Attributes: true, Embed: embed}},
		{"cms -nosmimecap -nocerts", Options{Attributes: true}},
	} {
		want := openssl(t, strings.Fields(row.args)...)
		signed, err := Parse(want)
		if err != nil {
			t.Errorf("%s: %v", row.args, err)
			continue
		}
		if row.o.Time = signed.Signers[0].SigningTime(); row.o.Time.IsZero() == row.o.Attributes {
			t.Errorf("%s: signing time %v", row.args, row.o.Time)
		}
		if err := signed.Signers[0].Verify(cert.PublicKey, sum[:]); err != nil {
			t.Errorf("%s: %v", row.args, err)
		}
		row.o.Hash = crypto.SHA256
		got, err := SignDigest(key, cert, sum[:], row.o)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v, our %d bytes are not openssl's %d", row.args, err, len(got), len(want))
		}
	}
}

// What we don't write is read: signers named by key identifier, content carried along, and the NULL parameters of PKCS #7.
func TestReadsOpenSSL(t *testing.T) {
	_, cert := load(t, "rsa2048")
	_, other := load(t, "rsa4096")
	for args, is := range map[string]struct{ keyID, attached, attributes bool }{
		"cms -noattr -nocerts -keyid":           {keyID: true},
		"cms -nosmimecap -keyid":                {keyID: true, attributes: true},
		"cms -noattr -nocerts -nodetach":        {attached: true},
		"cms -noattr -nocerts -nodetach -keyid": {keyID: true, attached: true},
		"smime -noattr -nocerts":                {},
		"smime -nosmimecap":                     {attributes: true},
	} {
		signed, err := Parse(openssl(t, strings.Fields(args)...))
		if err != nil {
			t.Errorf("%s: %v", args, err)
			continue
		}
		s := signed.Signers[0]
		if signed.Detached == is.attached || (s.KeyID != nil) != is.keyID || s.SigningTime().IsZero() == is.attributes {
			t.Errorf("%s: detached %t, key identifier %x, attributes %x", args, signed.Detached, s.KeyID, s.Attributes)
		}
		if !s.Names(cert) || s.Names(other) {
			t.Errorf("%s: names %s", args, &s)
		}
		if err := s.Verify(cert.PublicKey, sum[:]); err != nil {
			t.Errorf("%s: %v", args, err)
		}
		if err := s.Verify(cert.PublicKey, make([]byte, len(sum))); !errors.Is(err, sigalg.ErrMismatch) {
			t.Errorf("%s: other digest: %v", args, err)
		}
	}
}

// Every kind of key, hash and form is read back and verifies, and does not with a bit of the digest changed.
func TestRoundTrip(t *testing.T) {
	for _, name := range []string{"rsa2048", "p256", "p384", "p521", "ed25519"} {
		key, cert := load(t, name)
		for _, o := range []Options{{}, {Attributes: true}, {Attributes: true, Time: time.Date(2060, 1, 1, 0, 0, 0, 0, time.UTC)}} {
			if o.Time.IsZero() {
				o.Time = time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
			}
			o.Hash = crypto.SHA256
			if name == "ed25519" && !o.Attributes {
				continue
			}
			der, err := SignDigest(key, cert, sum[:], o)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			signed, err := Parse(der)
			if err != nil {
				t.Fatalf("%s %+v: %v", name, o, err)
			}
			s := signed.Signers[0]
			if !s.Names(cert) || s.Verify(cert.PublicKey, sum[:]) != nil {
				t.Errorf("%s %+v: does not verify", name, o)
			}
			if at := s.SigningTime(); o.Attributes && !at.Equal(o.Time) {
				t.Errorf("%s: signing time %v", name, at)
			}
			if !signed.Detached {
				t.Errorf("%s: not detached", name)
			}
			changed := sum
			changed[0] ^= 1
			if err := s.Verify(cert.PublicKey, changed[:]); !errors.Is(err, sigalg.ErrMismatch) {
				t.Errorf("%s: changed digest: %v", name, err)
			}
		}
	}
}

// Looks tells a CMS message from bare signatures.
func TestLooks(t *testing.T) {
	key, cert := load(t, "p256")
	bare, _ := sigalg.Sign(key, crypto.SHA256, sum[:])
	der, _ := SignDigest(key, cert, sum[:], Options{Hash: crypto.SHA256})
	if !Looks(der) || !Looks(der[:40]) || Looks(bare) || Looks(nil) || Looks(make([]byte, 64)) {
		t.Error("taken for the other")
	}
}

func FuzzCMSParse(f *testing.F) {
	for _, name := range []string{"rsa2048", "p256", "noattr", "attached"} {
		der, err := os.ReadFile("../../testdata/raw/message." + name + ".p7s")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
	_, cert := load(f, "rsa2048")
	other := sha256.Sum256([]byte("other content"))
	f.Fuzz(func(t *testing.T, der []byte) {
		signed, err := Parse(der)
		if err != nil {
			return
		}
		for _, s := range signed.Signers {
			_ = s.String()
			if s.Attributes != nil {
				_, _ = s.attributes()
			}
			if s.Verify(cert.PublicKey, other[:]) == nil {
				t.Error("content that was never signed verifies")
			}
		}
	})
}

// soon is far more than a loaded machine needs for a refusal, and far less than the work that is refused.
const soon = 10 * time.Second

// A certificate with a key too large to calculate with, which comes along with the signature, costs no time, and is said to be the reason.
func TestFindUnbounded(t *testing.T) {
	key, cert := load(t, "rsa2048")
	der, err := SignDigest(key, cert, sum[:], Options{Hash: crypto.SHA256})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	giant := *cert
	giant.PublicKey = &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 4_000_000, 1), E: 65537}
	signer := signed.Signers[0]
	signer.Signature = make([]byte, 500_001)
	start := time.Now()
	_, _, err = signer.Find(sum[:], []*x509.Certificate{&giant}, nil)
	if !errors.Is(err, sigalg.ErrMismatch) || !strings.Contains(err.Error(), "an RSA key of 4000001 bits") || time.Since(start) > soon {
		t.Errorf("%v, after %v", err, time.Since(start))
	}
}
