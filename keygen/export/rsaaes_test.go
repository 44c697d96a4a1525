package export

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/oracle"
	"sigtool/keygen"
)

// opensslUnwraps opens a blob step by step, as a vault that has the private half in testdata/keys does, and returns the PKCS#8.
func opensslUnwraps(t testing.TB, blob []byte, vaultKey keygen.Algorithm, hash string) []byte {
	t.Helper()
	openssl := oracle.Need(t, "openssl")
	folder := t.TempDir()
	front, tail, out := filepath.Join(folder, "front"), filepath.Join(folder, "tail"), filepath.Join(folder, "out")
	size := signerOf(t, vaultKey).Public().(*rsa.PublicKey).Size()
	if len(blob) < size {
		t.Fatalf("a blob of %d bytes", len(blob))
	}
	overwrite(t, front, blob[:size])
	overwrite(t, tail, blob[size:])
	aesKey := oracle.Run(t, openssl, "pkeyutl", "-decrypt", "-inkey", filepath.Join("..", "..", "testdata", "keys", string(vaultKey)+".pem"), "-in", front,
		"-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:"+hash, "-pkeyopt", "rsa_mgf1_md:"+hash)
	oracle.Run(t, openssl, "enc", "-d", "-id-aes256-wrap-pad", "-K", hex.EncodeToString(aesKey), "-iv", "A65959A6", "-in", tail, "-out", out)
	der, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// wants is the PKCS#8 that has to come out.
func wants(t testing.TB, alg keygen.Algorithm) []byte {
	t.Helper()
	der, err := keygen.MarshalPrivate(signerOf(t, alg))
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// wrapFile is the public half of a vault's wrapping key, in PEM.
func wrapFile(t testing.TB, alg keygen.Algorithm) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "keys", string(alg)+".pub"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestRSAAESWrap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		alg, vault keygen.Algorithm
		hash       crypto.Hash
		name       string
		size       int
	}{
		{keygen.P256, keygen.RSA3072, crypto.SHA256, "sha256", 384 + 152},
		{keygen.Secp256k1, keygen.RSA3072, crypto.SHA1, "sha1", 384 + 144},
		{keygen.RSA3072, keygen.RSA3072, crypto.SHA256, "sha256", 0},
		{keygen.RSA3072, keygen.RSA2048, crypto.SHA256, "sha256", 256 + (len(wants(t, keygen.RSA3072))+7)/8*8 + 8},
		{keygen.Ed25519, keygen.RSA4096, crypto.SHA512, "sha512", 512 + 56},
	} {
		pub := signerOf(t, c.vault).Public().(*rsa.PublicKey)
		blob, err := rsaAESWrap(rand.Reader, pub, c.hash, signerOf(t, c.alg))
		if c.size == 0 { // wrapped to itself
			if err == nil {
				t.Errorf("%s is wrapped to itself", c.alg)
			}
			continue
		}
		if err != nil || len(blob) != c.size {
			t.Fatalf("%s to %s: %d bytes, not %d, %v", c.alg, c.vault, len(blob), c.size, err)
		}
		if der := opensslUnwraps(t, blob, c.vault, c.name); !bytes.Equal(der, wants(t, c.alg)) {
			t.Errorf("%s to %s: openssl opens something else", c.alg, c.vault)
		}
	}
}

// A blob whose parts are not of this key is not given out.
func TestOpensTo(t *testing.T) {
	t.Parallel()
	key, other := signerOf(t, keygen.P256), signerOf(t, keygen.P384)
	pair := signerOf(t, keygen.RSA2048).(*rsa.PrivateKey)
	blob, aesKey, err := rsaAESBlob(rand.Reader, &pair.PublicKey, crypto.SHA256, key)
	if err != nil {
		t.Fatal(err)
	}
	tail := blob[256:]
	if err := opensTo(aesKey, tail, key); err != nil {
		t.Error(err)
	}
	if opensTo(aesKey, tail, other) == nil {
		t.Error("it opens to any key")
	}
	tail[9] ^= 1
	if opensTo(aesKey, tail, key) == nil {
		t.Error("it opens though damaged")
	}
	if _, err := rsaAESWrap(strings.NewReader("few"), &pair.PublicKey, crypto.SHA256, key); err == nil {
		t.Error("wrapped without randomness")
	}
}

// changing is randomness whose nth draw of that many bytes changes the key on the way: what is wrapped is then not what was to be.
type changing struct {
	size, nth int
	change    func()
}

func (c *changing) Read(b []byte) (int, error) {
	if len(b) == c.size {
		if c.nth--; c.nth == 0 {
			c.change()
		}
	}
	return rand.Read(b)
}

// Both proofs can fail: the rehearsal, which draws the first AES key, and that of the blob that leaves, which draws the second.
func TestRSAAESProof(t *testing.T) {
	t.Parallel()
	pub := signerOf(t, keygen.RSA2048).Public().(*rsa.PublicKey)
	for nth := 1; nth <= 2; nth++ {
		key := bytes.Clone(signerOf(t, keygen.Ed25519).(ed25519.PrivateKey))
		draws := &changing{wrappingBytes, nth, func() { copy(key, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))) }}
		if _, err := rsaAESWrap(draws, pub, crypto.SHA1, ed25519.PrivateKey(key)); err == nil || !strings.Contains(err.Error(), "another key came back") {
			t.Errorf("the key changed at draw %d: %v", nth, err)
		}
	}
}
