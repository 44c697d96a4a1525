package verify_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"os"
	"testing"
	"time"

	"sigtool/formats"
	"sigtool/keygen/cert"
	"sigtool/verify"
)

// certificate is a test certificate of testdata/keys, which signs itself.
func certificate(t *testing.T, name string) *x509.Certificate {
	t.Helper()
	data, err := os.ReadFile("../testdata/keys/" + name + ".crt")
	if err != nil {
		t.Fatal(err)
	}
	chain, err := cert.ParseChain(data)
	if err != nil {
		t.Fatal(err)
	}
	return chain[0]
}

func good(c *x509.Certificate) formats.Signature {
	return formats.Signature{Scheme: "x", Alg: "ecdsa-p256-sha256", Key: c.PublicKey, Cert: c}
}

func TestJudge(t *testing.T) {
	mine, other, rsaCert := certificate(t, "p256"), certificate(t, "p384"), certificate(t, "rsa2048")
	now := mine.NotBefore.Add(time.Hour)
	pin := verify.Policy{Keys: []crypto.PublicKey{mine.PublicKey}, Now: now}
	bad, foreign := good(mine), good(mine)
	bad.Err, foreign.Err = formats.ErrMismatch, formats.ErrNoKey
	sha1 := good(mine)
	sha1.Alg = "ecdsa-p256-sha1"
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	weak := formats.Signature{Alg: "rsa-pkcs1-sha256", Key: small.Public()}

	for _, c := range []struct {
		name       string
		signatures []formats.Signature
		policy     verify.Policy
		want       error
	}{
		{"pinned", []formats.Signature{good(mine)}, pin, nil},
		{"none", nil, pin, formats.ErrUnsigned},
		{"another's", []formats.Signature{good(other)}, pin, verify.ErrNotAccepted},
		{"two, one of them accepted", []formats.Signature{good(other), good(mine)}, pin, nil},
		{"a good one does not cover for a bad one", []formats.Signature{good(mine), bad}, pin, formats.ErrMismatch},
		{"nor does an unknown one", []formats.Signature{foreign, bad}, pin, formats.ErrMismatch},
		{"one by an unknown signer beside it", []formats.Signature{foreign, good(mine)}, pin, nil},
		{"only an unknown signer", []formats.Signature{foreign}, pin, formats.ErrNoKey},
		{"an unknown signer is not any signer", []formats.Signature{foreign}, verify.Policy{AnySigner: true, Now: now}, formats.ErrNoKey},
		{"the zero policy accepts nobody", []formats.Signature{good(mine)}, verify.Policy{}, verify.ErrNobodyNamed},
		{"any signer", []formats.Signature{good(other)}, verify.Policy{AnySigner: true, Now: now}, nil},
		{"a CA", []formats.Signature{good(rsaCert)}, verify.Policy{CAs: []*x509.Certificate{rsaCert}, Now: now}, nil},
		{"another CA", []formats.Signature{good(mine)}, verify.Policy{CAs: []*x509.Certificate{rsaCert}, Now: now}, verify.ErrNotAccepted},
		{"expired", []formats.Signature{good(rsaCert)}, verify.Policy{CAs: []*x509.Certificate{rsaCert}, Now: rsaCert.NotAfter.Add(time.Hour)}, verify.ErrExpired},
		{"not yet valid", []formats.Signature{good(rsaCert)}, verify.Policy{CAs: []*x509.Certificate{rsaCert}, Now: rsaCert.NotBefore.Add(-time.Hour)}, verify.ErrExpired},
		{"a pinned key is accepted whatever its certificate's dates", []formats.Signature{good(mine)},
			verify.Policy{Keys: pin.Keys, Now: mine.NotAfter.Add(time.Hour)}, nil},
		{"SHA-1", []formats.Signature{sha1}, pin, verify.ErrWeak},
		{"RSA of 1024 bits", []formats.Signature{weak}, verify.Policy{Keys: []crypto.PublicKey{small.Public()}}, verify.ErrWeak},
		{"a signature without a key matches no pin", []formats.Signature{{Alg: "ed25519"}}, pin, verify.ErrNotAccepted},
	} {
		if err := verify.Judge(c.signatures, c.policy); !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
			t.Errorf("%s: %v, not %v", c.name, err, c.want)
		}
	}
}
