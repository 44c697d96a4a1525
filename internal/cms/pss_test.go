package cms

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"errors"
	"os"
	"strings"
	"testing"

	"sigtool/internal/keytest"
	"sigtool/internal/sigalg"
)

const pssSamples = "../../testdata/swupdate/"

func readSample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(pssSamples + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// RSA-PSS by OpenSSL, with attributes and without, verifies for who asks for it; for others it is an algorithm that is not known.
func TestPSS(t *testing.T) {
	content := sha256.Sum256(readSample(t, "sw-description"))
	other := sha256.Sum256([]byte("other"))
	cert := keytest.Cert(t, "rsa2048")
	for _, name := range []string{"cms-pss.sig", "cms-pss-noattr.sig"} {
		signed, err := Parse(readSample(t, name))
		if err != nil {
			t.Fatal(err)
		}
		s := &signed.Signers[0]
		if err := s.Supported(); err == nil || !strings.Contains(err.Error(), "rsa-pss") || s.takesPSS || len(signed.Hashes()) != 0 {
			t.Errorf("%s: taken without being asked for: %v", name, err)
		}
		if _, _, err := s.Find(content[:], signed.Certs, nil); !errors.Is(err, sigalg.ErrMismatch) {
			t.Errorf("%s: found without being asked for: %v", name, err)
		}
		signed.TakePSS()
		if key, found, err := s.Find(content[:], signed.Certs, nil); err != nil || !bytes.Equal(found.Raw, cert.Raw) || s.Alg(key) != "rsa-pss-sha256" || !s.takesPSS {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.Verify(cert.PublicKey, other[:]); !errors.Is(err, sigalg.ErrMismatch) {
			t.Errorf("%s, other content: %v", name, err)
		}
		if err := s.Verify(keytest.Cert(t, "p256").PublicKey, content[:]); !errors.Is(err, sigalg.ErrMismatch) {
			t.Errorf("%s, a key of another kind: %v", name, err)
		}
		s.Signature[len(s.Signature)-1] ^= 1
		if err := s.Verify(cert.PublicKey, content[:]); !errors.Is(err, sigalg.ErrMismatch) {
			t.Errorf("%s, another signature: %v", name, err)
		}
	}
}

// TakePSS changes nothing of signatures that are none.
func TestNotPSS(t *testing.T) {
	content := sha256.Sum256(readSample(t, "sw-description"))
	for _, name := range []string{"cms-rsa.sig", "cms-p256.sig", "cms-noattr.sig"} {
		signed, err := Parse(readSample(t, name))
		if err != nil {
			t.Fatal(err)
		}
		signed.TakePSS()
		s := &signed.Signers[0]
		if key, _, err := s.Find(content[:], signed.Certs, nil); err != nil || s.takesPSS || s.Alg(key) != sigalg.Name(key, crypto.SHA256) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Parameters are as RFC 8017 has them, to the last byte: defaults where something is left out, one hash throughout.
func TestPSSParameters(t *testing.T) {
	const (
		sha2  = "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
		hash  = "\xa0\x0d" + sha2
		mask  = "\xa1\x1a\x30\x18\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08" + sha2
		salt  = "\xa2\x03\x02\x01\x20"
		other = "\xa0\x0d\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x63"
	)
	for what, row := range map[string]struct {
		params string
		read   bool
		hash   crypto.Hash // that it is good for; 0 for none
		salt   int64
	}{
		"defaults":          {"", true, crypto.SHA1, 20},
		"SHA-256":           {hash + mask + salt, true, crypto.SHA256, 32},
		"no salt":           {hash + mask + "\xa2\x03\x02\x01\x00", true, crypto.SHA256, 0},
		"trailer":           {hash + mask + salt + "\xa3\x03\x02\x01\x01", true, crypto.SHA256, 32},
		"mask of SHA-1":     {hash + salt, true, 0, 32},
		"hash of SHA-1":     {mask + salt, true, 0, 32},
		"unknown hash":      {other + mask + salt, true, 0, 32},
		"another trailer":   {hash + mask + salt + "\xa3\x03\x02\x01\x02", false, 0, 0},
		"a salt below zero": {hash + mask + "\xa2\x03\x02\x01\xff", false, 0, 0},
		"a huge salt":       {hash + mask + "\xa2\x05\x02\x03\x10\x00\x00", false, 0, 0},
		"another order":     {mask + hash + salt, false, 0, 0},
		"something behind":  {hash + mask + salt + "\x05\x00", false, 0, 0},
		"another mask":      {hash + strings.Replace(mask, "\x01\x01\x08", "\x01\x01\x09", 1) + salt, false, 0, 0},
		"cut":               {hash[:len(hash)-1], false, 0, 0},
	} {
		inner := "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30" + string(rune(len(row.params))) + row.params
		p := readPSS([]byte("\x30" + string(rune(len(inner))) + inner))
		if (p != nil) != row.read {
			t.Errorf("%s: read is %v", what, p != nil)
			continue
		}
		if p == nil {
			continue
		}
		if p.salt != row.salt {
			t.Errorf("%s: a salt of %d bytes", what, p.salt)
		}
		for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
			if (p.check(h) == nil) != (h == row.hash) {
				t.Errorf("%s: with %s: %v", what, h, p.check(h))
			}
		}
	}
	if readPSS([]byte("\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")) != nil {
		t.Error("no parameters are taken for defaults: RFC 4055 wants them in signatures")
	}
}
