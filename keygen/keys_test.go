package keygen

import (
	"crypto"
	"encoding/hex"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"sigtool/internal/secret"
)

const passphrase = "correct horse battery staple"

// file reads a test key of the repository.
func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "keys", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// testKey loads a test key of the repository.
func testKey(t testing.TB, alg Algorithm) crypto.Signer {
	t.Helper()
	key, err := Load(file(t, string(alg)+".pem"), noAsk(t))
	if err != nil {
		t.Fatalf("%s: %v", alg, err)
	}
	return key.Signer
}

// asks returns a passphrase when asked.
func asks(pass string) func() (*secret.Bytes, error) {
	return func() (*secret.Bytes, error) { return secret.From([]byte(pass)), nil }
}

// noAsk fails the test when a passphrase is asked for.
func noAsk(t testing.TB) func() (*secret.Bytes, error) {
	return func() (*secret.Bytes, error) {
		t.Helper()
		t.Error("asked for a passphrase")
		return secret.New(0), nil
	}
}

// same tells whether two keys have the same public half and the same secret one.
func same(t testing.TB, a, b crypto.Signer) {
	t.Helper()
	equal, ok := a.(interface{ Equal(crypto.PrivateKey) bool })
	if !ok {
		t.Fatalf("a key of type %T", a)
	}
	if !equal.Equal(b) || Fingerprint(a.Public()) != Fingerprint(b.Public()) {
		t.Errorf("%T: not the key that was written", a)
	}
}

// write puts a file into a folder of its own.
func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// derOf returns what is in the one PEM block of a test file.
func derOf(t testing.TB, name string) []byte {
	t.Helper()
	block, _ := pem.Decode(file(t, name))
	if block == nil {
		t.Fatalf("%s is not PEM", name)
	}
	return block.Bytes
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func publicHex(t testing.TB, pub crypto.PublicKey) string {
	t.Helper()
	der, err := MarshalPublic(pub)
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(der)
}
