package kmod

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/cms"
	"sigtool/internal/issue"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
	"sigtool/keygen"
)

// mldsaSigner reads a test key that the standard library doesn't know.
func mldsaSigner(t testing.TB, name string) formatstest.Signer {
	t.Helper()
	key, err := keygen.Load(read(t, keyFolder+name+".pem"), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, cert, err := keygen.ParsePublic(read(t, keyFolder+name+".crt"))
	if err != nil {
		t.Fatal(err)
	}
	return formatstest.Signer{Key: key.Signer, Chain: []*x509.Certificate{cert}}
}

func mldsaSuite(t testing.TB) formatstest.Suite {
	s := suite(t, "p256", "rsa2048")
	s.Signer, s.Other = mldsaSigner(t, "mldsa65"), mldsaSigner(t, "mldsa87")
	return s
}

// The suite changes every byte and cuts at each, which is much to ask of so large a signature: here one in eleven is, of content and signature.
func TestMLDSAEveryByte(t *testing.T) {
	s := mldsaSuite(t)
	signed, err := signMLDSASample(t, "mldsa65", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := verifyBytes(signed, s.Other.Keys()); !errors.Is(err, formats.ErrNoKey) {
		t.Errorf("another key: %v", err)
	}
	for at := 0; at < len(signed); at += 11 {
		signed[at] ^= 1 << (at % 8)
		if verifyBytes(signed, s.Signer.Keys()) == nil {
			t.Errorf("byte %d can be changed", at)
		}
		signed[at] ^= 1 << (at % 8)
		if verifyBytes(signed[:at], s.Signer.Keys()) == nil {
			t.Errorf("%d bytes are enough", at)
		}
	}
	again, err := s.Sign(signed, s.Signer)
	if err != nil || !bytes.Equal(again.Data, signed) {
		t.Errorf("signed again it is another file: %v", err)
	}
}

// FuzzMLDSA: whatever stands behind a module, with attributes or without, is no signature by a key that never signed it.
func FuzzMLDSA(f *testing.F) {
	formatstest.Fuzz(f, mldsaSuite(f), formatstest.Read(f, "kmod/signed-mldsa65-attributes.ko"), formatstest.Read(f, "kmod/signed-mldsa87.ko"))
}

func signMLDSASample(t *testing.T, name string, options map[string]string) ([]byte, error) {
	t.Helper()
	by := mldsaSigner(t, name)
	req := formats.Request{Key: by.Key, Chain: by.Chain}
	for option, value := range options {
		req.Options.Set(option, value)
	}
	sample := read(t, samples+"sample.ko")
	result, err := Format{}.Sign(t.Context(), patch.Bytes(sample), req)
	if err != nil {
		return nil, err
	}
	if len(result.Notes) != 1 || !strings.Contains(result.Notes[0], "from Linux 7.0 on") {
		t.Errorf("%s: notes %q", name, result.Notes)
	}
	return apply(t, sample, result), nil
}

// Around the signature ours is what OpenSSL 4 and sign-file write without attributes, byte for byte, and OpenSSL 3.5 accepts the signature over the
// module; theirs we accept, as well as what sign-file of Linux 7.2 writes with OpenSSL 3.6: attributes.
func TestMLDSAAndOpenSSL(t *testing.T) {
	openssl := oracle.Need(t, "openssl-3.5")
	sizes := map[string]int{"mldsa65": 3309, "mldsa87": 4627}
	for name, size := range sizes {
		ours, err := signMLDSASample(t, name, nil)
		if err != nil {
			t.Fatal(err)
		}
		theirs := read(t, samples+"signed-"+name+".ko")
		end := len(ours) - 12 - len(magic)
		if len(ours) != len(theirs) || !bytes.Equal(ours[:end-size], theirs[:end-size]) || !bytes.Equal(ours[end:], theirs[end:]) {
			t.Errorf("%s: ours differs from OpenSSL's in more than the signature", name)
		}
		dir := t.TempDir()
		for whose, signed := range map[string][]byte{"ours": ours, "theirs": theirs} {
			sig := filepath.Join(dir, "sig")
			if err := os.WriteFile(sig, signed[end-size:end], 0o600); err != nil {
				t.Fatal(err)
			}
			oracle.Run(t, openssl, "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", keyFolder+name+".pub", "-in", samples+"sample.ko", "-sigfile", sig)
			if err := verifyBytes(signed, mldsaSigner(t, name).Keys()); err != nil {
				t.Errorf("%s, %s: %v", name, whose, err)
			}
		}
	}
}

// results verifies with the key of mldsa65.
func results(t *testing.T, src []byte) []formats.Signature {
	t.Helper()
	found, err := Format{}.Verify(t.Context(), patch.Bytes(src), mldsaSigner(t, "mldsa65").Keys())
	if err != nil || len(found) != 1 {
		t.Fatalf("%d signatures, %v", len(found), err)
	}
	return found
}

// Signed attributes are taken of ML-DSA alone, and it is said which kernels do.
func TestMLDSAAttributes(t *testing.T) {
	sig := results(t, read(t, samples+"signed-mldsa65-attributes.ko"))[0]
	if sig.Err != nil || sig.Alg != "ml-dsa-65" || len(sig.Notes) != 2 || !strings.Contains(sig.Notes[1], "CONFIG_PKCS7_WAIVE_AUTHATTRS_REJECTION_FOR_MLDSA") || len(sig.Properties) != 1 {
		t.Errorf("%v %s %q %v", sig.Err, sig.Alg, sig.Notes, sig.Properties)
	}
	sig = results(t, read(t, samples+"signed-mldsa65.ko"))[0]
	if sig.Err != nil || len(sig.Notes) != 1 || len(sig.Properties) != 0 {
		t.Errorf("without attributes: %v %q %v", sig.Err, sig.Notes, sig.Properties)
	}
}

// What kernels refuse of attributes, OpenSSL signs.
func TestMLDSAVerdicts(t *testing.T) {
	openssl := oracle.Need(t, "openssl-3.5")
	by := func(more ...string) []byte {
		out := filepath.Join(t.TempDir(), "sig")
		oracle.Run(t, openssl, append([]string{"cms", "-sign", "-binary", "-nocerts", "-outform", "DER", "-in", samples + "sample.ko", "-out", out,
			"-signer", keyFolder + "mldsa65.crt", "-inkey", keyFolder + "mldsa65.pem"}, more...)...)
		return behind(t, read(t, out))
	}
	good := by("-nosmimecap", "-md", "sha512")
	if err := results(t, good)[0].Err; err != nil {
		t.Errorf("with a signing time: %v", err)
	}
	embedded := by("-nosmimecap", "-md", "sha512", "-nodetach")
	changed := bytes.Clone(good)
	changed[100] ^= 1
	for what, row := range map[string]struct {
		src []byte
		id  string
	}{
		"S/MIME capabilities": {by("-md", "sha512"), "signed-attributes"},
		"another hash":        {by("-nosmimecap", "-md", "sha256"), "unsupported-hash"},
		"content":             {embedded, "attached-content"},
		"a changed module":    {changed, ""},
	} {
		err := results(t, row.src)[0].Err
		if !errors.Is(err, formats.ErrMismatch) || idOf(err) != row.id {
			t.Errorf("%s: %q, %v", what, idOf(err), err)
		}
	}
	two := by("-nosmimecap", "-md", "sha512", "-signer", keyFolder+"mldsa87.crt", "-inkey", keyFolder+"mldsa87.pem")
	keys := mldsaSigner(t, "mldsa65").Keys()
	keys.Certs = append(keys.Certs, mldsaSigner(t, "mldsa87").Chain...)
	if err := verifyBytes(two, keys); err != nil {
		t.Errorf("two signers: %v", err)
	}
}

func idOf(err error) string {
	if named := (*issue.Error)(nil); errors.As(err, &named) {
		return named.ID
	}
	return ""
}

func TestMLDSAOptions(t *testing.T) {
	if _, err := signMLDSASample(t, "mldsa65", map[string]string{optionHash: "sha256"}); !errors.Is(err, formats.ErrOption) {
		t.Errorf("--hash sha256: %v", err)
	}
	a, err := signMLDSASample(t, "mldsa65", map[string]string{optionHash: "sha512"})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := signMLDSASample(t, "mldsa65", nil); err != nil || !bytes.Equal(a, b) {
		t.Errorf("two signatures of one module differ: %v", err)
	}
}

// A module that is too large to be taken as a whole is refused before it is read, and so is one that a context ends.
func TestMLDSALimits(t *testing.T) {
	if _, err := whole(t.Context(), patch.Bytes(nil), maxWhole+1); !errors.Is(err, formats.ErrFormat) {
		t.Errorf("too large: %v", err)
	}
	if _, err := whole(t.Context(), patch.Bytes(nil), 1); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("shorter than it says: %v", err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := whole(ended, patch.Bytes([]byte{1}), 1); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
}

// Signers that have attributes beside others that have none are refused, as a kernel refuses them.
func TestMLDSAMixed(t *testing.T) {
	by := mldsaSigner(t, "mldsa65")
	message := func(attributes bool) *cms.SignedData {
		der, err := cms.SignContent(by.Key, by.Chain[0], []byte("x"), cms.Options{Hash: crypto.SHA512, Attributes: attributes, Time: time.Unix(0, 0)})
		if err != nil {
			t.Fatal(err)
		}
		signed, err := cms.Parse(der)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	mixed := message(true)
	mixed.Signers = append(mixed.Signers, message(false).Signers...)
	if err := checkConsistent(mixed); idOf(err) != "mixed-signers" {
		t.Errorf("mixed: %v", err)
	}
	for _, attributes := range []bool{true, false} {
		if err := checkConsistent(message(attributes)); err != nil {
			t.Errorf("attributes %v: %v", attributes, err)
		}
	}
	if isMLDSA(by.Key.Public()) != sigalg.SignsMessages(by.Key.Public()) {
		t.Error("another sort of key")
	}
}
