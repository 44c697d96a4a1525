package cms

import (
	"bytes"
	"crypto"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sigtool/internal/oracle"
	"sigtool/internal/sigalg"
	"sigtool/keygen"
)

// loadMLDSA reads a test key that the standard library doesn't know.
func loadMLDSA(t testing.TB, name string) (crypto.Signer, *x509.Certificate) {
	t.Helper()
	pem, err := os.ReadFile(keys + name + ".pem")
	if err != nil {
		t.Fatal(err)
	}
	key, err := keygen.Load(pem, nil)
	if err != nil {
		t.Fatal(err)
	}
	crt, err := os.ReadFile(keys + name + ".crt")
	if err != nil {
		t.Fatal(err)
	}
	_, cert, err := keygen.ParsePublic(crt)
	if err != nil {
		t.Fatal(err)
	}
	return key.Signer, cert
}

// With attributes OpenSSL 3.5 accepts what we sign with ML-DSA, and we what it signs; both refuse other content.
func TestMLDSAAttributes(t *testing.T) {
	openssl := oracle.Need(t, "openssl-3.5")
	digest := sha512.Sum512(content)
	other := sha512.Sum512(content[1:])
	for _, name := range []string{"mldsa65", "mldsa87"} {
		key, cert := loadMLDSA(t, name)
		ours, err := SignDigest(key, cert, digest[:], Options{Hash: crypto.SHA512, Attributes: true, Time: time.Unix(1_800_000_000, 0)})
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		in, changed, out := filepath.Join(dir, "in"), filepath.Join(dir, "changed"), filepath.Join(dir, "out")
		os.WriteFile(in, content, 0o600)
		os.WriteFile(changed, content[1:], 0o600)
		oracle.Run(t, openssl, "cms", "-sign", "-binary", "-md", "sha512", "-outform", "DER", "-in", in, "-out", out, "-signer", keys+name+".crt", "-inkey", keys+name+".pem")
		theirs, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		for whose, der := range map[string][]byte{"ours": ours, "theirs": theirs} {
			signed, err := Parse(der)
			if err != nil || signed.NeedsContent() {
				t.Fatalf("%s, %s: %v", name, whose, err)
			}
			s := &signed.Signers[0]
			if _, _, err := s.Find(digest[:], []*x509.Certificate{cert}, nil); err != nil || string(s.Kind) != sigalg.Name(key.Public(), 0) {
				t.Errorf("%s, %s: %v, %s", name, whose, err, s.Kind)
			}
			if types, err := s.AttributeTypes(); err != nil || len(types) < 3 {
				t.Errorf("%s, %s: %d attributes, %v", name, whose, len(types), err)
			}
			if err := s.Verify(key.Public(), other[:]); !errors.Is(err, sigalg.ErrMismatch) {
				t.Errorf("%s, %s, other content: %v", name, whose, err)
			}
			os.WriteFile(out, der, 0o600)
			verify := []string{"cms", "-verify", "-binary", "-noverify", "-inform", "DER", "-in", out, "-certfile", keys + name + ".crt", "-out", os.DevNull, "-content"}
			oracle.Run(t, openssl, append(verify, in)...)
			if oracle.Try(openssl, append(verify, changed)...) == nil {
				t.Errorf("%s, %s: OpenSSL takes other content", name, whose)
			}
		}
	}
}

// Without attributes the signature is over the content, which has to be given; and it is for keys that sign messages only.
func TestSignContent(t *testing.T) {
	for _, name := range []string{"mldsa65", "mldsa87", "ed25519"} {
		var key crypto.Signer
		var cert *x509.Certificate
		if name == "ed25519" {
			key, cert = load(t, name)
		} else {
			key, cert = loadMLDSA(t, name)
		}
		der, err := SignContent(key, cert, content, Options{Hash: crypto.SHA512})
		if err != nil {
			t.Fatal(err)
		}
		signed, err := Parse(der)
		if err != nil || !signed.NeedsContent() || signed.Signers[0].Attributes != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s := &signed.Signers[0]
		digest := sha512.Sum512(content)
		if err := s.Verify(key.Public(), digest[:]); err == nil || errors.Is(err, sigalg.ErrMismatch) {
			t.Errorf("%s, without the content: %v", name, err)
		}
		signed.UseContent(content)
		if err := s.Verify(key.Public(), nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for what, changed := range map[string][]byte{"other": content[1:], "no": nil} {
			signed.UseContent(changed)
			if err := s.Verify(key.Public(), digest[:]); !errors.Is(err, sigalg.ErrMismatch) {
				t.Errorf("%s, %s content: %v", name, what, err)
			}
		}
		if _, err := SignDigest(key, cert, digest[:], Options{Hash: crypto.SHA512}); err == nil {
			t.Errorf("%s signs a digest", name)
		}
	}
	key, cert := load(t, "rsa2048")
	der, err := SignContent(key, cert, content, Options{Hash: crypto.SHA256})
	if err != nil {
		t.Fatal(err)
	}
	if want, err := SignDigest(key, cert, sum[:], Options{Hash: crypto.SHA256}); err != nil || !bytes.Equal(der, want) {
		t.Errorf("an RSA key signs content otherwise than its digest: %v", err)
	}
	if _, err := SignContent(key, cert, content, Options{Hash: 99}); err == nil {
		t.Error("a hash that is none is taken")
	}
}

// FuzzWhole: no message is a signature by an ML-DSA key over content that it never signed.
func FuzzWhole(f *testing.F) {
	key, cert := loadMLDSA(f, "mldsa65")
	digest := sha512.Sum512(content)
	for _, o := range []Options{{Hash: crypto.SHA512}, {Hash: crypto.SHA512, Attributes: true, Time: time.Unix(0, 0)}} {
		der, err := SignContent(key, cert, content, o)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
	other := []byte("other content")
	f.Fuzz(func(t *testing.T, der []byte) {
		signed, err := Parse(der)
		if err != nil {
			return
		}
		_ = signed.NeedsContent()
		signed.UseContent(other)
		for i := range signed.Signers {
			s := &signed.Signers[i]
			_, _ = s.AttributeTypes()
			if s.Attributes == nil && s.Verify(cert.PublicKey, digest[:]) == nil {
				t.Error("content that was never signed verifies")
			}
		}
	})
}
