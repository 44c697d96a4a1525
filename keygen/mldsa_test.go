package keygen

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/oracle"
	"sigtool/internal/secret"
	"sigtool/internal/sigalg"
)

var mldsaAlgorithms = []Algorithm{MLDSA65, MLDSA87}

// The keys of the seed 00…1f are those of RFC 9881 appendix C.
func TestMLDSAVectors(t *testing.T) {
	seed := make([]byte, SeedSize)
	for i := range seed {
		seed[i] = byte(i)
	}
	for alg, begin := range map[Algorithm]string{
		MLDSA65: "48683d91978e31eb3dddb8b0473482d2b88a5f625949fd8f58a561e696bd4c27",
		MLDSA87: "9792bcec2f2430686a82fccf3c2f5ff665e771d7ab41b90258cfa7e90ec97124",
	} {
		key, err := FromSeed(alg, seed)
		if err != nil {
			t.Fatal(err)
		}
		if got := key.Public().(*MLDSAPublicKey).Bytes(); fmt.Sprintf("%x", got[:32]) != begin {
			t.Errorf("%s: the public key begins with %x", alg, got[:32])
		}
	}
}

// OpenSSL accepts our signatures and we accept its own, hedged as they are; a changed message, signature or key is refused by both.
func TestMLDSAAndOpenSSL(t *testing.T) {
	openssl := oracle.Need(t, "openssl-3.5")
	for _, alg := range mldsaAlgorithms {
		key, public := testKey(t, alg), write(t, "key.pub", file(t, string(alg)+".pub"))
		verify := func(message, sig []byte) string {
			return fmt.Sprint(oracle.Try(openssl, "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", public, "-in", write(t, "m", message), "-sigfile", write(t, "s", sig)))
		}
		for _, message := range [][]byte{{0}, []byte("a message"), bytes.Repeat([]byte{7}, 300_000)} {
			ours, err := sigalg.SignMessage(key, 0, message)
			if err != nil {
				t.Fatal(err)
			}
			again, _ := sigalg.SignMessage(key, crypto.SHA256, message)
			if !bytes.Equal(ours, again) {
				t.Errorf("%s: two signatures of one message differ", alg)
			}
			theirs := oracle.Run(t, openssl, "pkeyutl", "-sign", "-rawin", "-inkey", keyPath(alg), "-in", write(t, "m", message))
			fixed := oracle.Run(t, openssl, "pkeyutl", "-sign", "-rawin", "-inkey", keyPath(alg), "-in", write(t, "m", message), "-pkeyopt", "deterministic:1")
			if !bytes.Equal(fixed, ours) {
				t.Errorf("%s: OpenSSL's deterministic signature is another", alg)
			}
			for whose, sig := range map[string][]byte{"ours": ours, "theirs": theirs} {
				if err := sigalg.VerifyMessage(key.Public(), 0, message, sig); err != nil {
					t.Errorf("%s, %s: %v", alg, whose, err)
				}
				if out := verify(message, sig); out != "<nil>" {
					t.Errorf("%s, %s: OpenSSL: %s", alg, whose, out)
				}
				for what, bad := range damagedSignatures(sig) {
					if err := sigalg.VerifyMessage(key.Public(), 0, message, bad); !errors.Is(err, sigalg.ErrMismatch) {
						t.Errorf("%s, %s, %s: %v", alg, whose, what, err)
					}
					if verify(message, bad) == "<nil>" {
						t.Errorf("%s, %s, %s: OpenSSL takes it", alg, whose, what)
					}
				}
				if err := sigalg.VerifyMessage(key.Public(), 0, append([]byte{1}, message...), sig); !errors.Is(err, sigalg.ErrMismatch) {
					t.Errorf("%s, %s, another message: %v", alg, whose, err)
				}
			}
		}
	}
}

func damagedSignatures(sig []byte) map[string][]byte {
	flip := func(at int) []byte {
		bad := bytes.Clone(sig)
		bad[at] ^= 1
		return bad
	}
	return map[string][]byte{"challenge": flip(0), "response": flip(100), "hint": flip(len(sig) - 1), "short": sig[1:], "long": append(bytes.Clone(sig), 0)}
}

// What OpenSSL writes of a key is read in each form that has the seed; without the seed the refusal says so.
func TestMLDSAForms(t *testing.T) {
	openssl := oracle.Need(t, "openssl-3.5")
	for _, alg := range mldsaAlgorithms {
		form := func(name string) []byte {
			return oracle.Run(t, openssl, "pkey", "-in", keyPath(alg), "-provparam", "ml-dsa.output_formats="+name)
		}
		opens(t, "seed "+string(alg), form("seed-only"), FormPKCS8, alg)
		opens(t, "both "+string(alg), form("seed-priv"), FormPKCS8, alg)
		opens(t, "default "+string(alg), oracle.Run(t, openssl, "pkey", "-in", keyPath(alg)), FormPKCS8, alg)
		opens(t, "sealed "+string(alg), oracle.Run(t, openssl, "pkcs8", "-topk8", "-in", keyPath(alg), "-passout", "pass:"+passphrase), FormPBES2, alg)
		if _, err := Load(form("priv-only"), noAsk(t)); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "without its seed") {
			t.Errorf("%s, expanded only: %v", alg, err)
		}
		block, _ := pem.Decode(form("seed-priv"))
		body := len(block.Bytes) - mldsaByAlgorithm(alg).size
		for what, at := range map[string]int{"seed": body - 10, "rho": body, "K": body + 32, "tr": body + 64 + 63} {
			bad := bytes.Clone(block.Bytes)
			bad[at] ^= 1
			if _, err := Load(bad, noAsk(t)); err == nil || !strings.Contains(err.Error(), "of two keys") {
				t.Errorf("%s, another %s: %v", alg, what, err)
			}
		}
	}
	if _, err := Load(oracle.Run(t, openssl, "genpkey", "-algorithm", "ML-DSA-44"), noAsk(t)); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "ML-DSA-44") {
		t.Errorf("ML-DSA-44: %v", err)
	}
}

// pkcs8Of writes PKCS#8 around an inner encoding.
func pkcs8Of(set *mldsaSet, params, inner, public []byte) []byte {
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(set.oid)
			b.AddBytes(params)
		})
		b.AddASN1OctetString(inner)
		if public != nil {
			b.AddASN1(cbasn1.Tag(1).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(append([]byte{0}, public...)) })
		}
	})
	return b.BytesOrPanic()
}

func TestMLDSARefuses(t *testing.T) {
	set := mldsaByAlgorithm(MLDSA65)
	seed := bytes.Repeat([]byte{7}, SeedSize)
	key, err := set.private(seed)
	if err != nil {
		t.Fatal(err)
	}
	good := append([]byte{0x80, 32}, seed...)
	if back, err := Load(pkcs8Of(set, nil, good, key.pub.Bytes()), noAsk(t)); err != nil || !key.Equal(back.Signer) {
		t.Errorf("with its public half: %v", err)
	}
	other := key.pub.Bytes()
	other[0] ^= 1
	for what, der := range map[string][]byte{
		"parameters":          pkcs8Of(set, []byte{5, 0}, good, nil),
		"another public half": pkcs8Of(set, nil, good, other),
		"a short seed":        pkcs8Of(set, nil, append([]byte{0x80, 31}, seed[1:]...), nil),
		"a long seed":         pkcs8Of(set, nil, append([]byte{0x80, 33, 0}, seed...), nil),
		"something behind":    pkcs8Of(set, nil, append(bytes.Clone(good), 5, 0), nil),
		"a bare seed":         pkcs8Of(set, nil, seed, nil),
		"nothing":             pkcs8Of(set, nil, nil, nil),
		"an empty sequence":   pkcs8Of(set, nil, []byte{0x30, 0}, nil),
		"a short expansion":   pkcs8Of(set, nil, tlv(0x30, tlv(4, seed), tlv(4, make([]byte, 4031))), nil),
		"another's expansion": pkcs8Of(set, nil, tlv(0x30, tlv(4, seed), tlv(4, make([]byte, 4032))), nil),
	} {
		if got, err := Load(der, noAsk(t)); err == nil || got != nil || errors.Is(err, ErrPassphrase) || errors.Is(err, ErrNotKey) {
			t.Errorf("%s: %v", what, err)
		}
	}
	digest := sha256.Sum256(nil)
	if _, err := key.Sign(nil, digest[:], crypto.SHA256); err == nil {
		t.Error("a digest is signed")
	}
	if _, err := sigalg.Sign(key, crypto.SHA256, digest[:]); err == nil || !strings.Contains(err.Error(), "an ml-dsa-65 key signs whole messages") {
		t.Errorf("a digest: %v", err)
	}
	if err := sigalg.Verify(key.Public(), crypto.SHA256, digest[:], nil); err == nil || errors.Is(err, sigalg.ErrMismatch) {
		t.Errorf("a digest verified: %v", err)
	}
	if _, err := set.public(nil, make([]byte, 1951)); err == nil {
		t.Error("a short public key is taken")
	}
	if _, err := set.public([]byte{5, 0}, key.pub.Bytes()); err == nil {
		t.Error("parameters of a public key are taken")
	}
	if _, err := FromSeed(MLDSA65, seed[1:]); err == nil {
		t.Error("a short seed makes a key")
	}
	if larger, _ := FromSeed(MLDSA87, seed); key.Equal(larger) || key.pub.Equal(larger.Public()) || !key.Equal(key) || key.Equal(nil) {
		t.Error("keys of two sorts are one")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if out := fmt.Sprintf(verb, key) + fmt.Sprintf(verb, *key); out != strings.Repeat("[secret ML-DSA key]", 2) {
			t.Errorf("%s prints %.60s", verb, out)
		}
	}
}

// A certificate of OpenSSL's has its key, and the others are what the standard library makes of them.
func TestReadCertificate(t *testing.T) {
	for _, alg := range []Algorithm{MLDSA65, MLDSA87, P256, RSA2048, Ed25519} {
		cert, err := ReadCertificate(derOf(t, string(alg)+".crt"))
		if err != nil {
			t.Fatalf("%s: %v", alg, err)
		}
		if got := Fingerprint(cert.PublicKey); got != Fingerprint(testKey(t, alg).Public()) {
			t.Errorf("%s: a certificate for %q", alg, got)
		}
		if mldsaByAlgorithm(alg) == nil {
			continue
		}
		if err := sigalg.VerifyMessage(cert.PublicKey, 0, cert.RawTBSCertificate, cert.Signature); err != nil {
			t.Errorf("%s: OpenSSL's certificate does not verify: %v", alg, err)
		}
	}
	if _, err := ReadCertificate([]byte{0x30, 0}); err == nil {
		t.Error("half a certificate is taken")
	}
}

// The seed is the backup: 32 bytes, from which the same key comes back.
func TestMLDSASeed(t *testing.T) {
	for _, alg := range mldsaAlgorithms {
		key := &Key{Signer: testKey(t, alg)}
		seed, ok, err := SeedOf(key)
		if err != nil || !ok || len(seed) != SeedSize {
			t.Fatalf("%s: %v, %v", alg, ok, err)
		}
		defer secret.Wipe(seed)
		again, err := FromSeed(alg, seed)
		if err != nil {
			t.Fatal(err)
		}
		same(t, key.Signer, again)
	}
}
