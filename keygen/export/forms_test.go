package export

import (
	"crypto"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

const testPassphrase = "correct horse battery staple"

// signerOf loads a test key of the repository: testdata/keys/ALG.pem.
func signerOf(t testing.TB, alg keygen.Algorithm) crypto.Signer {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "keys", string(alg)+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := keygen.Load(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return key.Signer
}

// keyOf is signerOf with testPassphrase as the new passphrase.
func keyOf(t testing.TB, alg keygen.Algorithm) Key {
	t.Helper()
	pass := secret.From([]byte(testPassphrase))
	t.Cleanup(pass.Destroy)
	return Key{Signer: signerOf(t, alg), Passphrase: pass}
}

// settingsFor are settings as the verb makes them; scrypt, for it is quicker here.
func settingsFor(values Values) Settings {
	return Settings{Values: values, KDF: keygen.Scrypt, Label: "release key", Output: "out.key", Program: "sigtool test", Rand: rand.Reader,
		Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
}

// exported prepares and makes.
func exported(t testing.TB, target *Target, s Settings, key Key) *Result {
	t.Helper()
	way, err := target.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	result, err := way.Make(key)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// loads opens a file with testPassphrase.
func loads(t testing.TB, data []byte) *keygen.Key {
	t.Helper()
	key, err := keygen.Load(data, func() (*secret.Bytes, error) { return secret.From([]byte(testPassphrase)), nil })
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// written puts a file into a folder of its own.
func written(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What comes back has to be the key; nothing is sealed by nothing. (That what is sealed opens, TestPEMForms shows.)
func TestSameKey(t *testing.T) {
	key := Key{Signer: signerOf(t, keygen.P256)}
	if err := sameKey(key.Signer, signerOf(t, keygen.P256)); err != nil {
		t.Error(err)
	}
	if sameKey(key.Signer, signerOf(t, keygen.P384)) == nil {
		t.Error("any key is the same")
	}
	if _, err := sealPKCS8(key, settingsFor(nil)); err == nil {
		t.Error("sealed without a passphrase")
	}
	other, err := plainPKCS8(Key{Signer: signerOf(t, keygen.P384)})
	if err != nil {
		t.Fatal(err)
	}
	if file, err := opensAgain(other, key); err == nil || file != nil || other[0] != 0 {
		t.Errorf("another key's file is given out, or left: %v", err)
	}
}

func overwrite(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
