package export

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"errors"
	"math/big"
	"strings"
	"testing"

	gotpm "github.com/google/go-tpm/tpm2"

	"sigtool/internal/issue"
	"sigtool/keygen"
)

// storageKey is the public area of a storage key as TCG's templates have it, with a test key in it.
func storageKey(t testing.TB, alg keygen.Algorithm, change func(*gotpm.TPMTPublic)) []byte {
	t.Helper()
	var area gotpm.TPMTPublic
	switch public := signerOf(t, alg).Public().(type) {
	case *rsa.PublicKey:
		area = gotpm.RSASRKTemplate
		area.Unique = gotpm.NewTPMUPublicID(gotpm.TPMAlgRSA, &gotpm.TPM2BPublicKeyRSA{Buffer: public.N.Bytes()})
	case *ecdsa.PublicKey:
		area = gotpm.ECCSRKTemplate
		point, err := tpmPoint(public)
		if err != nil {
			t.Fatal(err)
		}
		area.Unique = point
	}
	if change != nil {
		change(&area)
	}
	return sized(gotpm.Marshal(&area))
}

// eccParms gives a storage key of P-256 other algorithms.
func eccParms(change func(*gotpm.TPMSECCParms)) func(*gotpm.TPMTPublic) {
	return func(area *gotpm.TPMTPublic) {
		parms, err := area.Parameters.ECCDetail()
		if err != nil {
			panic(err)
		}
		changed := *parms
		change(&changed)
		area.Parameters = gotpm.NewTPMUPublicParms(gotpm.TPMAlgECC, &changed)
	}
}

func TestTPMParent(t *testing.T) {
	for _, alg := range []keygen.Algorithm{keygen.P256, keygen.RSA2048} {
		s := settingsFor(nil)
		s.Wrap = storageKey(t, alg, nil)
		way, err := tpm2.Prepare(s)
		if err != nil || way.Wrapping != keygen.Fingerprint(signerOf(t, alg).Public()) || way.WrappingAlg != string(alg) {
			t.Errorf("%s: %v", alg, err)
		}
	}
	good := storageKey(t, keygen.P256, nil)
	attribute := func(change func(*gotpm.TPMAObject)) []byte {
		return storageKey(t, keygen.P256, func(area *gotpm.TPMTPublic) { change(&area.ObjectAttributes) })
	}
	symmetric := func(bits gotpm.TPMKeyBits, mode gotpm.TPMAlgID) []byte {
		return storageKey(t, keygen.P256, eccParms(func(p *gotpm.TPMSECCParms) {
			p.Symmetric.KeyBits = gotpm.NewTPMUSymKeyBits(gotpm.TPMAlgAES, bits)
			p.Symmetric.Mode = gotpm.NewTPMUSymMode(gotpm.TPMAlgAES, mode)
		}))
	}
	offCurve := bytes.Clone(good)
	offCurve[len(offCurve)-1] ^= 1
	for name, v := range map[string]struct {
		wrap []byte
		want string
	}{
		"PEM":            {[]byte("-----BEGIN PUBLIC KEY-----\n"), "it is PEM"},
		"context":        {[]byte{0xba, 0xdc, 0xc0, 0xde, 0, 0, 0, 1}, "it is a context"},
		"one byte":       {[]byte{1}, "no public area"},
		"cut":            {good[:len(good)-1], "no public area"},
		"without length": {good[2:], "no public area"},
		"more":           {sized(append(bytes.Clone(good[2:]), 0)), "or a damaged one"},
		"AES key":        {sized(bytes.Repeat([]byte{7}, 32)), "no public area of an RSA or EC key"},
		"off the curve":  {offCurve, "neither RSA"},
		"signs":          {attribute(func(a *gotpm.TPMAObject) { a.SignEncrypt = true }), "no storage key"},
		"not restricted": {attribute(func(a *gotpm.TPMAObject) { a.Restricted = false }), "no storage key"},
		"moves":          {attribute(func(a *gotpm.TPMAObject) { a.FixedTPM = false }), "isn't bound to its TPM"},
		"CBC":            {symmetric(128, gotpm.TPMAlgCBC), "AES in CFB mode"},
		"bits":           {symmetric(64, gotpm.TPMAlgCFB), "AES in CFB mode"},
		"no AES": {storageKey(t, keygen.P256, eccParms(func(p *gotpm.TPMSECCParms) { p.Symmetric = gotpm.TPMTSymDefObject{Algorithm: gotpm.TPMAlgNull} })),
			"AES in CFB mode"},
		"SHA-1": {storageKey(t, keygen.P256, func(area *gotpm.TPMTPublic) { area.NameAlg = gotpm.TPMAlgSHA1 }), "its name isn't made"},
		"damaged modulus": {storageKey(t, keygen.RSA2048, func(area *gotpm.TPMTPublic) {
			n := new(big.Int).Exp(big.NewInt(751), big.NewInt(214), nil)
			area.Unique = gotpm.NewTPMUPublicID(gotpm.TPMAlgRSA, &gotpm.TPM2BPublicKeyRSA{Buffer: n.Mul(n, big.NewInt(9)).Bytes()})
		}), "neither RSA"},
		"another modulus": {storageKey(t, keygen.RSA2048, func(area *gotpm.TPMTPublic) {
			area.Unique = gotpm.NewTPMUPublicID(gotpm.TPMAlgRSA, &gotpm.TPM2BPublicKeyRSA{Buffer: make([]byte, 256)})
		}), "neither RSA"},
	} {
		if _, err := readTPMParent(v.wrap); issue.ID(err) != "wrapping-key" || issue.Hint(err) == "" || !strings.Contains(err.Error(), v.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Without a TPM: what is made opens by the seed, and not when a byte of it was changed, by another seed, or for another key.
func TestTPMBlob(t *testing.T) {
	t.Parallel()
	for _, under := range []keygen.Algorithm{keygen.P256, keygen.RSA2048} {
		parent, err := readTPMParent(storageKey(t, under, nil))
		if err != nil {
			t.Fatal(err)
		}
		for _, alg := range []keygen.Algorithm{keygen.P256, keygen.P521, keygen.RSA2048} {
			key := signerOf(t, alg)
			area, err := tpmPublic(key.Public())
			if err != nil {
				t.Fatal(err)
			}
			blob, seed, err := sealTPM(rand.Reader, parent, area, key)
			if err != nil {
				t.Fatal(err)
			}
			if err := blob.opensTo(parent, seed, key.Public()); err != nil {
				t.Errorf("%s under %s: %v", alg, under, err)
			}
			if blob.opensTo(parent, seed, signerOf(t, keygen.P384).Public()) == nil {
				t.Errorf("%s under %s opens as another key", alg, under)
			}
			for _, part := range [][]byte{blob.duplicate, seed, blob.public[2+8:]} {
				for _, at := range []int{0, 1, len(part) / 2, len(part) - 1} {
					part[at] ^= 1
					if blob.opensTo(parent, seed, key.Public()) == nil {
						t.Errorf("%s under %s: byte %d was changed, and nobody saw it", alg, under, at)
					}
					part[at] ^= 1
				}
			}
		}
	}
}

// Both proofs can fail: the rehearsal's, whose seed is drawn first, and that of the blob which leaves.
func TestTPMProof(t *testing.T) {
	t.Parallel()
	parent, err := readTPMParent(storageKey(t, keygen.RSA2048, nil))
	if err != nil {
		t.Fatal(err)
	}
	key := *signerOf(t, keygen.P256).(*ecdsa.PrivateKey)
	area, err := tpmPublic(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	draws := &changing{size: 32}
	if _, _, err := sealTPM(draws, parent, area, &key); err != nil || draws.nth == 0 {
		t.Fatal(draws.nth, err)
	}
	other, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), append(make([]byte, 31), 1))
	if err != nil {
		t.Fatal(err)
	}
	for _, nth := range []int{1, 1 - draws.nth} { // the first of the rehearsal, and that of the other
		key := key
		if _, err := makeTPM(Settings{Rand: &changing{32, nth, func() { key = *other }}}, parent, &key); err == nil || !strings.Contains(err.Error(), "as another key") {
			t.Errorf("the key changed at draw %d: %v", nth, err)
		}
	}
}

func TestTPMRefused(t *testing.T) {
	for alg, want := range map[keygen.Algorithm]string{keygen.Secp256k1: "no such curve", keygen.Ed25519: "no Ed25519", keygen.RSA4096: "2048 bits", "rsa1024": "2048 bits", keygen.MLDSA65: "no such algorithm"} {
		if err := tpm2.Refuse(alg); issue.ID(err) != "unsuitable-key" || issue.Hint(err) == "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", alg, err)
		}
	}
	three := *signerOf(t, keygen.RSA2048).(*rsa.PrivateKey)
	three.E = 3
	if _, err := tpmPublic(&three.PublicKey); issue.ID(err) != "unsuitable-key" {
		t.Error(err)
	}
	if _, err := tpm2.Prepare(settingsFor(nil)); !errors.Is(err, ErrOption) {
		t.Error(err)
	}
}

// The public area of a signing key, byte for byte as Part 2 lays it out: sign, userwithauth and noda are the bits 18, 6 and 10.
func TestTPMPublic(t *testing.T) {
	area, err := tpmPublic(signerOf(t, keygen.P256).Public())
	if err != nil {
		t.Fatal(err)
	}
	point, err := signerOf(t, keygen.P256).Public().(*ecdsa.PublicKey).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	want := "0023" + "000b" + "00040440" + "0000" + "0010" + "0010" + "0003" + "0010" + "0020" + hex.EncodeToString(point[1:33]) + "0020" + hex.EncodeToString(point[33:])
	if got := hex.EncodeToString(gotpm.Marshal(area)); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// FuzzTPMParent: a storage key that is taken can be sealed to.
func FuzzTPMParent(f *testing.F) {
	f.Add(storageKey(f, keygen.P256, nil))
	f.Add(storageKey(f, keygen.RSA2048, nil))
	f.Add(storageKey(f, keygen.P256, eccParms(func(p *gotpm.TPMSECCParms) { p.Scheme = gotpm.TPMTECCScheme{Scheme: gotpm.TPMAlgECDAA} })))
	f.Add([]byte("-----BEGIN PUBLIC KEY-----"))
	key := signerOf(f, keygen.P256)
	area, err := tpmPublic(key.Public())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		parent, err := readTPMParent(data)
		if err != nil {
			return
		}
		blob, seed, err := sealTPM(rand.Reader, parent, area, key)
		if err != nil {
			t.Fatal(err)
		}
		if err := blob.opensTo(parent, seed, key.Public()); err != nil {
			t.Error(err)
		}
	})
}

// FuzzTPMDuplicate: what doesn't open is an error, whatever it is.
func FuzzTPMDuplicate(f *testing.F) {
	parent, err := readTPMParent(storageKey(f, keygen.P256, nil))
	if err != nil {
		f.Fatal(err)
	}
	public, rsaPublic := signerOf(f, keygen.P256).Public(), signerOf(f, keygen.RSA2048).Public()
	f.Add(make([]byte, 34), make([]byte, 40), make([]byte, 2))
	f.Add([]byte{0, 0x23, 0, 0, 0, 0, 0, 32}, sized(make([]byte, 100)), make([]byte, 10))
	f.Fuzz(func(t *testing.T, sensitive, duplicate, area []byte) {
		blob := tpmBlob{public: area, duplicate: duplicate}
		if blob.opensTo(parent, make([]byte, 32), public) == nil {
			t.Error("opened without its seed")
		}
		tpmBelongs(sensitive, public)
		tpmBelongs(sensitive, rsaPublic)
		_, _ = openTPM(parent, make([]byte, 32), nil, duplicate)
	})
}
