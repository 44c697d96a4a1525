package alg

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha512"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/apk/content"
	"sigtool/internal/keytest"
	"sigtool/internal/sigalg"
)

// Each key gets what apksigner chooses, signs the same bytes twice, and what it signed is nobody else's and over nothing else.
func TestSign(t *testing.T) {
	for _, row := range []struct {
		key    string
		plain  []ID
		verity []ID
		names  string
	}{
		{"rsa2048", []ID{PKCS1SHA256}, []ID{PKCS1SHA256, VerityPKCS1SHA256}, "rsa-pkcs1-sha256 rsa-pkcs1-sha256-verity"},
		{"rsa3072", []ID{PKCS1SHA256}, []ID{PKCS1SHA256, VerityPKCS1SHA256}, "rsa-pkcs1-sha256 rsa-pkcs1-sha256-verity"},
		{"rsa4096", []ID{PKCS1SHA512}, []ID{PKCS1SHA512}, "rsa-pkcs1-sha512"},
		{"p256", []ID{ECDSASHA256}, []ID{ECDSASHA256, VerityECDSASHA256}, "ecdsa-p256-sha256 ecdsa-p256-sha256-verity"},
		{"p384", []ID{ECDSASHA512}, []ID{ECDSASHA512}, "ecdsa-p384-sha512"},
		{"p521", []ID{ECDSASHA512}, []ID{ECDSASHA512}, "ecdsa-p521-sha512"},
	} {
		key := keytest.Key(t, row.key)
		if got, err := ForKey(key.Public(), false); err != nil || !slices.Equal(got, row.plain) {
			t.Errorf("%s: %x %v", row.key, got, err)
		}
		ids, err := ForKey(key.Public(), true)
		if err != nil || !slices.Equal(ids, row.verity) {
			t.Errorf("%s, verity: %x %v", row.key, ids, err)
		}
		var names []string
		for _, id := range ids {
			names = append(names, Name(id, key.Public()))
			checkSigning(t, row.key, id, key)
		}
		if got := strings.Join(names, " "); got != row.names {
			t.Errorf("%s: names %s", row.key, got)
		}
	}
}

func checkSigning(t *testing.T, name string, id ID, key crypto.Signer) {
	t.Helper()
	message := []byte("what is signed")
	sig, err := Sign(id, key, message)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if again, _ := Sign(id, key, message); !bytes.Equal(sig, again) {
		t.Errorf("%s: two signatures differ", name)
	}
	if err := Verify(id, key.Public(), message, sig); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	others := map[string]error{
		"another message":   Verify(id, key.Public(), message[1:], sig),
		"another signature": Verify(id, key.Public(), message, sig[1:]),
		"another key":       Verify(id, keytest.Key(t, "seeded-rsa3072").Public(), message, sig),
		"another algorithm": Verify(DSASHA256, key.Public(), message, sig),
		"PSS":               Verify(PSSSHA256, key.Public(), message, sig),
		"an endless key":    Verify(PKCS1SHA256, &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 1<<20), E: 3}, message, sig),
		"an endless key, 2": Verify(PSSSHA256, &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 1<<20), E: 3}, message, sig),
	}
	for what, err := range others {
		if !errors.Is(err, formats.ErrMismatch) {
			t.Errorf("%s, %s: %v", name, what, err)
		}
	}
}

// foreign is a key of a curve that the standard library lacks, as sigalg knows them.
type foreign struct{}

func (foreign) VerifyASN1(digest, sig []byte) bool { return true }

// What Android can't check is refused for signing, with the reason.
func TestRefused(t *testing.T) {
	message := []byte("what is signed")
	for what, pub := range map[string]crypto.PublicKey{
		"ed25519":   keytest.Key(t, "ed25519").Public(),
		"secp256k1": foreign{},
		"DSA":       &sigalg.DSAPublicKey{},
		"P-224":     &ecdsa.PublicKey{Curve: elliptic.P224()},
		"bits":      &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 20000), E: 3},
		"NIST":      nil,
	} {
		if _, err := ForKey(pub, false); !errors.Is(err, formats.ErrKey) || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := Verify(ECDSASHA256, foreign{}, message, nil); !errors.Is(err, formats.ErrMismatch) {
		t.Errorf("secp256k1 verified: %v", err)
	}
	for _, id := range []ID{PSSSHA256, DSASHA256, VerityDSASHA256, ECDSASHA256} {
		if _, err := Sign(id, keytest.Key(t, "rsa2048"), message); !errors.Is(err, formats.ErrKey) {
			t.Errorf("%x: %v", uint32(id), err)
		}
	}
	if _, err := Sign(0x0501, keytest.Key(t, "rsa2048"), message); err == nil {
		t.Error("an unknown algorithm signed")
	}
	if err := Verify(0x0501, keytest.Key(t, "rsa2048").Public(), message, nil); err == nil || errors.Is(err, formats.ErrMismatch) {
		t.Errorf("an unknown algorithm: %v", err)
	}
	if _, ok := Content(0x0501); ok || Name(0x0501, nil) != "unknown" {
		t.Error("an unknown algorithm has traits")
	}
}

// RSASSA-PSS is checked with the salt as long as the hash, and with no other.
func TestPSS(t *testing.T) {
	key := keytest.Key(t, "rsa2048").(*rsa.PrivateKey)
	message := []byte("what is signed")
	digest := sha512.Sum512(message)
	for salt, want := range map[int]error{64: nil, 32: formats.ErrMismatch} {
		sig, err := rsa.SignPSS(zeros{}, key, crypto.SHA512, digest[:], &rsa.PSSOptions{SaltLength: salt})
		if err != nil {
			t.Fatal(err)
		}
		if err := Verify(PSSSHA512, key.Public(), message, sig); !errors.Is(err, want) {
			t.Errorf("salt of %d bytes: %v", salt, err)
		}
	}
}

// zeros is what a test salts with.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// Platforms check the strongest they know: before 28 that over chunks, from 28 on that over a verity tree; SHA-512 beats both.
func TestChecked(t *testing.T) {
	for _, row := range []struct {
		ids      []ID
		min, max int
		want     []int // nil: an error
	}{
		{[]ID{PKCS1SHA256}, 24, 99, []int{0}},
		{[]ID{PKCS1SHA256}, 23, 99, nil},
		{[]ID{PKCS1SHA256}, 24, 23, nil},
		{[]ID{0x0501}, 24, 99, nil},
		{nil, 24, 99, nil},
		{[]ID{VerityPKCS1SHA256, PKCS1SHA256}, 24, 99, []int{1, 0}},
		{[]ID{VerityPKCS1SHA256, PKCS1SHA256}, 24, 27, []int{1}},
		{[]ID{VerityPKCS1SHA256}, 24, 99, nil},
		{[]ID{VerityPKCS1SHA256}, 28, 99, []int{0}},
		{[]ID{PKCS1SHA256, PKCS1SHA512, PSSSHA512, 0x0501}, 24, 99, []int{1}},
	} {
		got, err := Checked(row.ids, row.min, row.max, false)
		if !slices.Equal(got, row.want) || (err == nil) != (row.want != nil) {
			t.Errorf("%x from %d to %d: %v %v", row.ids, row.min, row.max, got, err)
		}
	}
	if got, err := Checked([]ID{ECDSASHA256}, 18, 99, true); err != nil || len(got) != 1 {
		t.Errorf("stamps: %v %v", got, err)
	}
	if c, ok := Content(VerityECDSASHA256); !ok || c != content.VeritySHA256 {
		t.Error("verity digests are from 28 on")
	}
}
