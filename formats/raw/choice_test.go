package raw

import (
	"crypto"
	"crypto/x509"
	"errors"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/patch"
	"sigtool/keygen"
)

// The signature may be given, or stand beside the file, or two may: then both must match.
func TestWhichSignature(t *testing.T) {
	s := suite(t, "rsa2048", "rsa3072", nil)
	message := formatstest.Read(t, "raw/message.txt")
	good, cmsGood := formatstest.Read(t, "raw/message.rsa2048.sig"), formatstest.Read(t, "raw/message.rsa2048.p7s")
	bad := formatstest.Read(t, "raw/message.rsa3072.sig")
	for what, row := range map[string]struct {
		beside map[string][]byte
		given  []byte
		want   error
	}{
		"both beside":            {map[string][]byte{suffixSig: good, suffixCMS: cmsGood}, nil, nil},
		"one of two bad":         {map[string][]byte{suffixSig: bad, suffixCMS: cmsGood}, nil, formats.ErrMismatch},
		"given, not the beside":  {map[string][]byte{suffixSig: bad}, good, nil},
		"given CMS":              {nil, cmsGood, nil},
		"given and bad":          {map[string][]byte{suffixSig: good}, bad, formats.ErrMismatch},
		"given and damaged CMS":  {nil, cmsGood[:len(cmsGood)-1], formats.ErrMismatch},
		"neither":                {nil, nil, formats.ErrUnsigned},
		"nothing that is sought": {map[string][]byte{".asc": good}, nil, formats.ErrUnsigned},
	} {
		keys := s.Signer.Keys()
		if row.given != nil {
			keys.Options.SetBytes(optionSignature, row.given)
		}
		keys.Sidecar = func(suffix, _ string, _ int64) ([]byte, error) { return row.beside[suffix], nil }
		found, err := Format{}.Verify(t.Context(), patch.Bytes(message), keys)
		for _, sig := range found {
			err = errors.Join(err, sig.Err)
		}
		if !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", what, err, row.want)
		}
	}
	if _, err := (Format{}).Verify(t.Context(), patch.Bytes(message), formats.Keys{}); !errors.Is(err, formats.ErrUnsigned) {
		t.Errorf("no way to read a sidecar: %v", err)
	}
}

// What can't be done is said so: no key for a .sig, no certificate for CMS, another hash, a large file for Ed25519.
func TestRefusals(t *testing.T) {
	s := suite(t, "rsa2048", "rsa3072", nil)
	file := formatstest.Signed{Data: formatstest.Read(t, "raw/message.txt"), Sidecars: map[string][]byte{suffixSig: formatstest.Read(t, "raw/message.rsa2048.sig")}}
	if err := s.Verify(file, formats.Keys{}); !errors.Is(err, formats.ErrNoKey) {
		t.Errorf("no key: %v", err)
	}
	for _, name := range []string{"mldsa65", "bls12381"} {
		key, err := keygen.Load(formatstest.Read(t, "keys/"+name+".pem"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(file, formats.Keys{Public: []crypto.PublicKey{key.Signer.Public()}}); !errors.Is(err, formats.ErrNoKey) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := (Format{}).Sign(t.Context(), patch.Bytes("x"), formats.Request{Key: key.Signer}); !errors.Is(err, formats.ErrKey) {
			t.Errorf("%s signs: %v", name, err)
		}
	}
	s.Options = map[string]string{optionHash: "sha512"}
	if err := s.Verify(file, s.Signer.Keys()); !errors.Is(err, formats.ErrMismatch) {
		t.Errorf("another hash: %v", err)
	}
	s.Options = map[string]string{optionHash: "md5"}
	if _, err := s.Sign(file.Data, s.Signer); err == nil {
		t.Error("md5 was taken")
	}
	s.Options = map[string]string{optionCMS: "true"}
	if _, err := s.Sign(file.Data, signer(t, "secp256k1")); !errors.Is(err, formats.ErrKey) || !errors.Is(err, formats.ErrCert) {
		t.Errorf("no certificate: %v", err)
	}
	huge := hole(MaxMessage + 1)
	ed := signer(t, "ed25519")
	if _, err := (Format{}).Sign(t.Context(), huge, formats.Request{Key: ed.Key}); !errors.Is(err, formats.ErrFormat) {
		t.Errorf("a large file for Ed25519: %v", err)
	}
	verifying := formats.Keys{Public: []crypto.PublicKey{ed.Key.Public()}, Sidecar: func(suffix, _ string, _ int64) ([]byte, error) {
		return map[string][]byte{suffixSig: make([]byte, 64)}[suffix], nil
	}}
	if _, err := (Format{}).Verify(t.Context(), huge, verifying); !errors.Is(err, formats.ErrFormat) {
		t.Errorf("a large file by Ed25519: %v", err)
	}
}

// hole is that many zeros.
type hole int64

func (h hole) Size() int64 { return int64(h) }

func (h hole) ReadAt(p []byte, at int64) (int, error) { clear(p); return len(p), nil }

// FuzzVerify tries any signature, plain and CMS, on a fixed file: none but the signer's is ever its.
func FuzzVerify(f *testing.F) {
	for _, name := range []string{"message.rsa2048.sig", "message.p256.sig", "message.rsa2048.p7s", "message.p256.p7s", "message.noattr.p7s", "message.attached.p7s"} {
		f.Add(formatstest.Read(f, "raw/"+name), []byte("other content"))
	}
	rsa, ec := formatstest.LoadSigner(f, "rsa2048"), formatstest.LoadSigner(f, "p256")
	f.Fuzz(func(t *testing.T, signature, content []byte) {
		keys := formats.Keys{Public: []crypto.PublicKey{rsa.Key.Public(), ec.Key.Public()}, Certs: []*x509.Certificate{rsa.Chain[0], ec.Chain[0]}}
		keys.Sidecar = func(string, string, int64) ([]byte, error) { return signature, nil }
		found, _ := Format{}.Verify(t.Context(), patch.Bytes(content), keys)
		for _, sig := range found {
			if sig.Err == nil && (formats.SameKey(sig.Key, rsa.Key.Public()) || formats.SameKey(sig.Key, ec.Key.Public())) {
				t.Errorf("%q is said to be signed by a test key", content)
			}
		}
	})
}
