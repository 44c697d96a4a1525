package kmod

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"math/big"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/cms"
	"sigtool/internal/issue"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// A certificate is held to its name, a public key has none; and what can't be the key at all is no mismatch.
func TestCandidates(t *testing.T) {
	signed := read(t, samples+"signed-rsa2048-sha256.ko")
	key, cert := load(t, "rsa2048")
	pub := func(key crypto.PublicKey) formats.Keys { return formats.Keys{Public: []crypto.PublicKey{key}} }
	renamed := *cert
	renamed.RawIssuer = append(bytes.Clone(cert.RawIssuer), 0)
	ec, _ := load(t, "p256")
	other := formatstest.LoadSigner(t, "rsa3072")
	own := formatstest.LoadSigner(t, "rsa2048").Key.Public()
	for what, row := range map[string]struct {
		keys formats.Keys
		want error
	}{
		"its public key":                        {pub(key.Public()), nil},
		"its certificate":                       {formats.Keys{Certs: []*x509.Certificate{cert}}, nil},
		"its certificate after another":         {formats.Keys{Certs: []*x509.Certificate{other.Chain[0], cert}}, nil},
		"its key in another's name":             {formats.Keys{Certs: []*x509.Certificate{&renamed}}, formats.ErrMismatch},
		"the same, with the public key":         {formats.Keys{Certs: []*x509.Certificate{&renamed}, Public: []crypto.PublicKey{own}}, formats.ErrMismatch},
		"both names of its key":                 {formats.Keys{Certs: []*x509.Certificate{&renamed, cert}}, nil},
		"no key":                                {formats.Keys{}, formats.ErrNoKey},
		"a key of another kind":                 {pub(ec.Public()), formats.ErrNoKey},
		"a key of another size":                 {pub(other.Key.Public()), formats.ErrNoKey},
		"another's certificate and the own key": {formats.Keys{Certs: other.Chain, Public: []crypto.PublicKey{key.Public()}}, nil},
	} {
		if err := verifyBytes(signed, row.keys); !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", what, err, row.want)
		}
	}
	signed[100] ^= 1
	if err := verifyBytes(signed, pub(key.Public())); !errors.Is(err, formats.ErrMismatch) {
		t.Errorf("changed content under the public key: %v", err)
	}
}

// What sign-file signed twice, and damaged or foreign trailers.
func TestResign(t *testing.T) {
	twice := filepath.Join(t.TempDir(), "twice.ko")
	oracle.Run(t, oracle.SignFile(t), "sha256", keyFolder+"p256.pem", keyFolder+"p256.crt", samples+"signed-rsa2048-sha256.ko", twice)
	req := request(t, "rsa2048", "sha256")
	result, err := Format{}.Sign(t.Context(), patch.Bytes(read(t, twice)), req)
	if err != nil {
		t.Fatal(err)
	}
	if got := apply(t, read(t, twice), result); !bytes.Equal(got, read(t, samples+"signed-rsa2048-sha256.ko")) {
		t.Error("two signatures are not replaced by one")
	}
	if len(result.Notes) != 1 || result.Notes[0] != "replaced the 2 signatures that were there" {
		t.Errorf("notes: %q", result.Notes)
	}
	// A signature behind a compressed file is of no use to a kernel: told in verifying, replaced in signing.
	packed := append(read(t, samples+"sample.ko.xz"), read(t, samples+"signed-rsa2048-sha256.ko")[5320:]...)
	if err := verifyBytes(packed, formats.Keys{Certs: req.Chain}); !errors.Is(err, formats.ErrMismatch) {
		t.Errorf("a signature behind a compressed module: %v", err)
	}
	if err := verifyBytes(sign(t, packed, req), formats.Keys{Certs: req.Chain}); err != nil {
		t.Errorf("signed again: %v", err)
	}
	bad := []byte(strings.Repeat("x", 100) + "\x00\x00\x02\x00\x00\x00\x00\x00\x00\xff\xff\xff" + magic)
	if _, err := (Format{}).Sign(t.Context(), patch.Bytes(bad), req); !errors.Is(err, formats.ErrFormat) {
		t.Errorf("a damaged trailer: %v", err)
	}
}

// Signatures behind one another are looked behind as often as anybody signs, and no more.
func TestManySignatures(t *testing.T) {
	req := request(t, "rsa2048", "sha256")
	empty := "\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00" + magic
	sample := read(t, samples+"sample.ko")
	many := func(n int) []byte { return append(bytes.Clone(sample), strings.Repeat(empty, n)...) }
	if err := verifyBytes(sign(t, many(maxSignatures), req), formats.Keys{Certs: req.Chain}); err != nil {
		t.Errorf("%d: %v", maxSignatures, err)
	}
	_, err := Format{}.Sign(t.Context(), patch.Bytes(many(maxSignatures+1)), req)
	if !errors.Is(err, formats.ErrFormat) || !strings.Contains(err.Error(), "more than 64 signatures") {
		t.Errorf("%d: %v", maxSignatures+1, err)
	}
}

// A signature that somebody made over another file is none of a module, however well it matches.
func TestSignedIsNoModule(t *testing.T) {
	signer, cert := load(t, "rsa2048")
	keys := formats.Keys{Certs: []*x509.Certificate{cert}}
	text := []byte("an invoice, which was signed with the same key")
	digest := sha256.Sum256(text)
	message, err := cms.SignDigest(signer, cert, digest[:], cms.Options{Hash: crypto.SHA256})
	if err != nil {
		t.Fatal(err)
	}
	behind, err := appendTrailer(message)
	if err != nil {
		t.Fatal(err)
	}
	signed := append(text, behind...)
	if err := verifyBytes(signed, keys); !errors.Is(err, formats.ErrMismatch) || !strings.Contains(err.Error(), "what is signed is no kernel module") {
		t.Errorf("a text: %v", err)
	}
	signed[0] ^= 1
	if err := verifyBytes(signed, keys); !errors.Is(err, formats.ErrMismatch) || !strings.Contains(err.Error(), "was changed after it") {
		t.Errorf("a changed text: %v", err)
	}
}

// Keys and certificates that can't sign a module are refused with the reason.
func TestRefusedKeys(t *testing.T) {
	sample := patch.Bytes(read(t, samples+"sample.ko"))
	ed, p384, rsa := request(t, "ed25519", "sha256"), request(t, "p384", "sha256"), request(t, "rsa2048", "sha256")
	noChain, wrong := rsa, rsa
	noChain.Chain, wrong.Chain = nil, p384.Chain
	secp := rsa
	secp.Key = secp256k1Like{rsa.Key}
	for what, row := range map[string]struct {
		req  formats.Request
		want string
	}{
		"ed25519":               {ed, "not Ed25519"},
		"secp256k1":             {secp, "not ecdsa-secp256k1"},
		"no certificate":        {noChain, "certificate is needed"},
		"another's certificate": {wrong, "another key's"},
	} {
		_, err := Format{}.Sign(t.Context(), sample, row.req)
		if !errors.Is(err, formats.ErrKey) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := (Format{}).Sign(t.Context(), sample, request(t, "rsa2048", "md5")); err == nil {
		t.Error("md5 was taken")
	}
	if notes := notes(p384.Key.Public(), crypto.SHA512); len(notes) != 2 {
		t.Errorf("notes: %q", notes)
	}
}

// secp256k1Like is a key of a type that is none of the standard library's.
type secp256k1Like struct{ crypto.Signer }

func (s secp256k1Like) Public() crypto.PublicKey { return secp256k1Public{} }

type secp256k1Public struct{}

func (secp256k1Public) VerifyASN1(digest, sig []byte) bool { return false }

// Kernels check RSA keys of three sizes, and the curves of NIST that they know.
func TestKeySizes(t *testing.T) {
	for bits, ok := range map[uint]bool{1024: false, 2047: true, 2048: true, 2560: false, 3072: true, 4096: true, 8192: false} {
		key := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), bits-1), E: 65537}
		if err := checkKey(key); (err == nil) != ok || err != nil && !errors.Is(err, formats.ErrKey) {
			t.Errorf("RSA of %d bits: %v", bits, err)
		}
		if err := checkFound(key); (err == nil) != (ok || bits < 2048) || err != nil && issue.ID(err) != "unsupported-key" {
			t.Errorf("found RSA of %d bits: %v", bits, err)
		}
	}
	for _, curve := range []elliptic.Curve{elliptic.P224(), elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		if err := checkKey(&ecdsa.PublicKey{Curve: curve}); (err == nil) != (curve != elliptic.P224()) {
			t.Errorf("%s: %v", curve.Params().Name, err)
		}
	}
}
