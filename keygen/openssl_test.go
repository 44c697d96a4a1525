package keygen

import (
	"bytes"
	"crypto/rand"
	"encoding/pem"
	"path/filepath"
	"slices"
	"testing"

	"sigtool/internal/oracle"
)

// opensslFor is the openssl that knows the algorithm: ML-DSA came with 3.5.
func opensslFor(t testing.TB, alg Algorithm) string {
	t.Helper()
	if mldsaByAlgorithm(alg) != nil {
		return oracle.Need(t, "openssl-3.5")
	}
	return oracle.Need(t, "openssl")
}

// opensslAlgorithms are those that OpenSSL knows: not BLS.
func opensslAlgorithms() []Algorithm {
	return slices.DeleteFunc(Algorithms(), func(alg Algorithm) bool { return alg == BLS12381 })
}

// What we write in the clear is what OpenSSL writes, byte for byte; so is the public half.
func TestSameBytesAsOpenSSL(t *testing.T) {
	for _, alg := range opensslAlgorithms() {
		openssl := opensslFor(t, alg)
		path := filepath.Join("..", "testdata", "keys", string(alg)+".pem")
		key := testKey(t, alg)
		if err := SelfTest(key); err != nil {
			t.Errorf("%s: %v", alg, err)
		}
		if err := Check(key); err != nil {
			t.Errorf("%s: %v", alg, err)
		}
		der, err := MarshalPrivate(key)
		if err != nil {
			t.Fatal(err)
		}
		if want, _ := pem.Decode(file(t, string(alg)+".pem")); !bytes.Equal(der, want.Bytes) {
			t.Errorf("%s: PKCS#8 of %d bytes differs from OpenSSL's", alg, len(der))
		}
		public, err := MarshalPublic(key.Public())
		if err != nil {
			t.Fatal(err)
		}
		if want := oracle.Run(t, openssl, "pkey", "-in", path, "-pubout", "-outform", "DER"); !bytes.Equal(public, want) {
			t.Errorf("%s: SubjectPublicKeyInfo differs from OpenSSL's", alg)
		}
		if !bytes.Equal(EncodePublic(public), file(t, string(alg)+".pub")) {
			t.Errorf("%s: public PEM differs from OpenSSL's", alg)
		}
	}
}

// OpenSSL opens every algorithm under every key derivation that we seal with, and finds the same key.
func TestOpenSSLOpensSealed(t *testing.T) {
	for _, kdf := range []KDF{PBKDF2, Scrypt} {
		for _, alg := range opensslAlgorithms() {
			t.Run(string(kdf)+" "+string(alg), func(t *testing.T) {
				t.Parallel()
				der := derOf(t, string(alg)+".pem")
				sealed, err := Seal(der, []byte(passphrase), kdf, rand.Reader)
				if err != nil {
					t.Fatal(err)
				}
				path := write(t, "key.pem", sealed)
				args := []string{"pkcs8", "-topk8", "-nocrypt", "-in", path, "-passin", "pass:" + passphrase, "-outform", "DER"}
				if mldsaByAlgorithm(alg) != nil {
					args = append(args, "-provparam", "ml-dsa.output_formats=seed-only")
				}
				out := oracle.Run(t, opensslFor(t, alg), args...)
				if !bytes.Equal(out, der) {
					t.Error("OpenSSL finds another key")
				}
				if alg != Secp256k1 && alg != RSA4096 {
					return // the smallest and the largest file will do for our own reader
				}
				back, err := Load(sealed, asks(passphrase))
				if err != nil {
					t.Fatal(err)
				}
				same(t, testKey(t, alg), back.Signer)
			})
		}
	}
}
