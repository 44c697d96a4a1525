package sigalg

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/keytest"
	"sigtool/internal/oracle"
)

const keys = "../../testdata/keys/"

// Every key signs what openssl verifies, twice the same bytes, and a changed byte or another key is a mismatch.
func TestSignatures(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	msg := []byte("a message of no consequence")
	other := keytest.Key(t, "p256").Public()
	for _, row := range []struct {
		key, name string
		hash      crypto.Hash
	}{
		{"rsa2048", "rsa-pkcs1-sha256", crypto.SHA256},
		{"rsa3072", "rsa-pkcs1-sha384", crypto.SHA384},
		{"rsa4096", "rsa-pkcs1-sha512", crypto.SHA512},
		{"p256", "ecdsa-p256-sha256", crypto.SHA256},
		{"p384", "ecdsa-p384-sha512", crypto.SHA512},
		{"p521", "ecdsa-p521-sha512", crypto.SHA512},
		{"ed25519", "ed25519", 0},
	} {
		key := keytest.Key(t, row.key)
		sig, err := SignMessage(key, row.hash, msg)
		if err != nil {
			t.Fatalf("%s: %v", row.key, err)
		}
		again, _ := SignMessage(key, row.hash, msg)
		if !bytes.Equal(sig, again) {
			t.Errorf("%s: two signatures of one message differ", row.key)
		}
		if got := Name(key.Public(), row.hash); got != row.name {
			t.Errorf("%s: name %q, want %q", row.key, got, row.name)
		}
		if err := VerifyMessage(key.Public(), row.hash, msg, sig); err != nil {
			t.Errorf("%s: %v", row.key, err)
		}
		if err := VerifyMessage(key.Public(), row.hash, msg[1:], sig); !errors.Is(err, ErrMismatch) {
			t.Errorf("%s: another message: %v", row.key, err)
		}
		if row.key != "p256" && row.hash != 0 {
			if err := VerifyMessage(other, row.hash, msg, sig); !errors.Is(err, ErrMismatch) {
				t.Errorf("%s: another key: %v", row.key, err)
			}
		}
		dir := t.TempDir()
		file, sigFile := filepath.Join(dir, "msg"), filepath.Join(dir, "sig")
		os.WriteFile(file, msg, 0o600)
		os.WriteFile(sigFile, sig, 0o600)
		args := []string{"pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", keys + row.key + ".pub", "-in", file, "-sigfile", sigFile}
		if row.hash != 0 {
			args = append(args, "-digest", HashName(row.hash))
		}
		oracle.Run(t, openssl, args...)
	}
}

// A digest of the wrong length, an unknown hash or key, and Ed25519 over a digest are errors, not mismatches or panics.
func TestRefusals(t *testing.T) {
	digest := sha256.Sum256(nil)
	rsaKey, edKey := keytest.Key(t, "rsa2048"), keytest.Key(t, "ed25519")
	check := func(what string, err error) {
		t.Helper()
		if err == nil || errors.Is(err, ErrMismatch) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := Sign(edKey, crypto.SHA256, digest[:])
	check("ed25519 over a digest", err)
	_, err = Sign(rsaKey, crypto.SHA512, digest[:])
	check("a short digest", err)
	_, err = Sign(rsaKey, crypto.MD4, digest[:16])
	check("a hash that is not linked", err)
	_, err = SignMessage(rsaKey, crypto.Hash(99), nil)
	check("a hash that is none", err)
	check("a short digest", Verify(rsaKey.Public(), crypto.SHA256, digest[1:], nil))
	check("no key", Verify(nil, crypto.SHA256, digest[:], nil))
	check("ed25519 verifying a digest", Verify(edKey.Public(), crypto.SHA256, digest[:], nil))
	check("a short ed25519 key", VerifyMessage(ed25519.PublicKey{1}, 0, nil, nil))
	if Name(nil, 0) != "unknown" {
		t.Error("a key of no type has a name")
	}
	if err := Verify(&ecdsa.PublicKey{}, crypto.SHA256, digest[:], nil); err == nil {
		t.Error("an empty ecdsa key verified")
	}
	if err := Verify(&rsa.PublicKey{}, crypto.SHA256, digest[:], nil); err == nil {
		t.Error("an empty rsa key verified")
	}
}

// A key that is too large to calculate with matches nothing; the error is the one of its looks, before anything is calculated.
func TestUnbounded(t *testing.T) {
	digest := sha256.Sum256(nil)
	modulus := func(bits uint) *big.Int {
		n := new(big.Int).Lsh(big.NewInt(1), bits)
		return n.Sub(n, big.NewInt(1))
	}
	for what, key := range map[string]*rsa.PublicKey{
		"an RSA key of 5000000 bits":                  {N: modulus(5_000_000), E: 65537},
		"an RSA key of 16385 bits":                    {N: modulus(16385), E: 65537},
		"an RSA key with an exponent of more than 31": {N: modulus(2048), E: 1<<31 + 1},
	} {
		sig := make([]byte, key.Size())
		sig[len(sig)-1] = 2
		err := Verify(key, crypto.SHA256, digest[:], sig)
		if !errors.Is(err, ErrMismatch) || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
		if err := VerifyMessage(key, crypto.SHA256, nil, sig); !errors.Is(err, ErrMismatch) {
			t.Errorf("%s, a message: %v", what, err)
		}
	}
	if err := Bounded(&rsa.PublicKey{N: modulus(16384), E: 1<<31 - 1}); err != nil {
		t.Error(err)
	}
}

func TestParseHash(t *testing.T) {
	for _, h := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		if got, err := ParseHash(HashName(h)); err != nil || got != h {
			t.Errorf("%s: %v %v", HashName(h), got, err)
		}
	}
	if _, err := ParseHash("sha1"); err == nil {
		t.Error("sha1 was taken")
	}
}
