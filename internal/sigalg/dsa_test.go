package sigalg_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"testing"

	"sigtool/internal/laxcert"
	"sigtool/internal/oracle"
	"sigtool/internal/sigalg"
)

// signBySSL signs the message with openssl, in a folder of the test's own.
func signBySSL(t *testing.T, message []byte, args ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	os.WriteFile(in, message, 0o600)
	oracle.Run(t, oracle.Need(t, "openssl"), append([]string{"dgst", "-out", out}, append(args, in)...)...)
	sig, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

// dsaKey is a new key of 1024 and 160 bits: the file of its secret half, and its public half.
func dsaKey(t *testing.T) (secret string, pub *sigalg.DSAPublicKey) {
	t.Helper()
	openssl, dir := oracle.Need(t, "openssl"), t.TempDir()
	params, secret, public := filepath.Join(dir, "params"), filepath.Join(dir, "secret"), filepath.Join(dir, "public")
	oracle.Run(t, openssl, "genpkey", "-quiet", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:1024", "-pkeyopt", "dsa_paramgen_q_bits:160", "-out", params)
	oracle.Run(t, openssl, "genpkey", "-quiet", "-paramfile", params, "-out", secret)
	oracle.Run(t, openssl, "pkey", "-in", secret, "-pubout", "-outform", "DER", "-out", public)
	der, err := os.ReadFile(public)
	if err != nil {
		t.Fatal(err)
	}
	key, err := laxcert.ParsePublicKey(der)
	if err != nil {
		t.Fatal(err)
	}
	return secret, key.(*sigalg.DSAPublicKey)
}

// What openssl signs with DSA verifies, also where the digest is longer than q, and nothing else does.
func TestDSA(t *testing.T) {
	message := []byte("a message of no consequence")
	secret, pub := dsaKey(t)
	for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA512} {
		sig := signBySSL(t, message, "-"+sigalg.HashName(h), "-sign", secret)
		if err := sigalg.VerifyMessage(pub, h, message, sig); err != nil {
			t.Errorf("%s: %v", h, err)
		}
		if err := sigalg.VerifyMessage(pub, h, message[1:], sig); !errors.Is(err, sigalg.ErrMismatch) {
			t.Errorf("%s, another message: %v", h, err)
		}
		for i := range sig {
			sig[i] ^= 1
			if sigalg.VerifyMessage(pub, h, message, sig) == nil || sigalg.VerifyMessage(pub, h, message, sig[:i]) == nil {
				t.Errorf("%s: byte %d changed, or cut there, and it verifies", h, i)
			}
			sig[i] ^= 1
		}
	}
	if got := sigalg.Name(pub, crypto.SHA256); got != "dsa-sha256" {
		t.Errorf("name %q", got)
	}
	other := *pub
	other.Key.Y = big.NewInt(2)
	if !pub.Equal(&sigalg.DSAPublicKey{Key: pub.Key}) || pub.Equal(&other) || pub.Equal(nil) || pub.Equal((*sigalg.DSAPublicKey)(nil)) || new(sigalg.DSAPublicKey).Equal(pub) {
		t.Error("keys are taken for each other")
	}
}

// A DSA key that nobody can calculate with, or only slowly, matches nothing, and is known by its looks (Bounded), before anything is calculated.
func TestDSAUnbounded(t *testing.T) {
	_, pub := dsaKey(t)
	giant := new(big.Int).Lsh(big.NewInt(1), 2_000_000)
	giant.Sub(giant, big.NewInt(1))
	sig := []byte{0x30, 6, 2, 1, 1, 2, 1, 1}
	for what, change := range map[string]func(*sigalg.DSAPublicKey){
		"giant p":    func(k *sigalg.DSAPublicKey) { k.Key.P = giant },
		"giant q":    func(k *sigalg.DSAPublicKey) { k.Key.Q = giant },
		"giant g":    func(k *sigalg.DSAPublicKey) { k.Key.G = giant },
		"no y":       func(k *sigalg.DSAPublicKey) { k.Key.Y = nil },
		"y is 0":     func(k *sigalg.DSAPublicKey) { k.Key.Y = new(big.Int) },
		"g is 1":     func(k *sigalg.DSAPublicKey) { k.Key.G = big.NewInt(1) },
		"even p":     func(k *sigalg.DSAPublicKey) { k.Key.P = new(big.Int).Lsh(big.NewInt(1), 1023) },
		"q is 0":     func(k *sigalg.DSAPublicKey) { k.Key.Q = new(big.Int) },
		"negative p": func(k *sigalg.DSAPublicKey) { k.Key.P = new(big.Int).Neg(k.Key.P) },
		"q is p":     func(k *sigalg.DSAPublicKey) { k.Key.Q = k.Key.P },
	} {
		key := *pub
		change(&key)
		if err := sigalg.VerifyMessage(&key, crypto.SHA256, nil, sig); !errors.Is(err, sigalg.ErrMismatch) || sigalg.Bounded(&key) == nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What openssl signs with PSS and a salt as long as the hash verifies, and no other does.
func TestPSS(t *testing.T) {
	const file = "../../testdata/keys/rsa2048.pem"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	pub := &key.(*rsa.PrivateKey).PublicKey
	message := []byte("a message of no consequence")
	for _, h := range []crypto.Hash{crypto.SHA256, crypto.SHA512} {
		hash := h.New()
		hash.Write(message)
		digest := hash.Sum(nil)
		pss := func(salt string) []byte {
			return signBySSL(t, message, "-"+sigalg.HashName(h), "-sign", file, "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:"+salt)
		}
		good := pss("digest")
		if err := sigalg.VerifyPSS(pub, h, digest, good); err != nil {
			t.Errorf("%s: %v", h, err)
		}
		for what, sig := range map[string][]byte{
			"another salt": pss("20"), "PKCS #1": signBySSL(t, message, "-"+sigalg.HashName(h), "-sign", file), "a byte more": append(bytes.Clone(good), 0), "nothing": nil,
		} {
			if err := sigalg.VerifyPSS(pub, h, digest, sig); !errors.Is(err, sigalg.ErrMismatch) {
				t.Errorf("%s, %s: %v", h, what, err)
			}
		}
		if err := sigalg.VerifyPSS(pub, h, digest[1:], good); err == nil || errors.Is(err, sigalg.ErrMismatch) {
			t.Errorf("%s, a short digest: %v", h, err)
		}
	}
	if sigalg.NamePSS(crypto.SHA256) != "rsa-pss-sha256" {
		t.Error("another name")
	}
	if err := sigalg.VerifyPSS(&rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 3_000_000), E: 3}, crypto.SHA256, make([]byte, 32), nil); !errors.Is(err, sigalg.ErrMismatch) {
		t.Errorf("a giant key: %v", err)
	}
}
