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

	"sigtool/formats"
	"sigtool/internal/keytest"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

const (
	keyFolder = "../../testdata/keys/"
	samples   = "../../testdata/kmod/"
)

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func load(t testing.TB, name string) (crypto.Signer, *x509.Certificate) {
	t.Helper()
	return keytest.Key(t, name), keytest.Cert(t, name)
}

func request(t testing.TB, key, hash string) formats.Request {
	t.Helper()
	signer, cert := load(t, key)
	req := formats.Request{Key: signer, Chain: []*x509.Certificate{cert}}
	req.Options.Set(optionHash, hash)
	return req
}

func apply(t testing.TB, src []byte, result *formats.Result) []byte {
	t.Helper()
	view, err := patch.NewView(patch.Bytes(src), result.Edits)
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(io.NewSectionReader(view, 0, view.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func sign(t testing.TB, src []byte, req formats.Request) []byte {
	t.Helper()
	result, err := Format{}.Sign(context.Background(), patch.Bytes(src), req)
	if err != nil {
		t.Fatal(err)
	}
	return apply(t, src, result)
}

func verifyBytes(src []byte, keys formats.Keys) error {
	sigs, err := Format{}.Verify(context.Background(), patch.Bytes(src), keys)
	for _, sig := range sigs {
		err = errors.Join(err, sig.Err)
	}
	return err
}

// What sign-file writes is what we write, byte for byte, for every RSA size and hash; and we accept it.
func TestSameAsSignFile(t *testing.T) {
	signFile := oracle.SignFile(t)
	for _, key := range []string{"rsa2048", "rsa3072", "rsa4096"} {
		for _, hash := range []string{"sha256", "sha384", "sha512"} {
			out := filepath.Join(t.TempDir(), "out.ko")
			oracle.Run(t, signFile, hash, keyFolder+key+".pem", keyFolder+key+".crt", samples+"sample.ko", out)
			want := read(t, out)
			req := request(t, key, hash)
			if got := sign(t, read(t, samples+"sample.ko"), req); !bytes.Equal(got, want) {
				t.Errorf("%s %s: our %d bytes are not sign-file's %d", key, hash, len(got), len(want))
			}
			if err := verifyBytes(want, formats.Keys{Certs: req.Chain}); err != nil {
				t.Errorf("%s %s: sign-file's: %v", key, hash, err)
			}
		}
	}
}

// An ECDSA signature is never the same twice from sign-file; openssl and we accept each other's.
func TestECDSA(t *testing.T) {
	signFile, openssl := oracle.SignFile(t), oracle.Need(t, "openssl")
	for _, key := range []string{"p256", "p384", "p521"} {
		dir := t.TempDir()
		theirs := filepath.Join(dir, "theirs.ko")
		oracle.Run(t, signFile, "sha256", keyFolder+key+".pem", keyFolder+key+".crt", samples+"sample.ko", theirs)
		req := request(t, key, "sha256")
		if err := verifyBytes(read(t, theirs), formats.Keys{Certs: req.Chain}); err != nil {
			t.Errorf("%s: sign-file's: %v", key, err)
		}
		ours := sign(t, read(t, samples+"sample.ko"), req)
		opensslAccepts(t, openssl, ours, key)
	}
}

// opensslAccepts cuts the signature out and has openssl check it.
func opensslAccepts(t *testing.T, openssl string, signed []byte, key string) {
	t.Helper()
	tr, err := readTrailer(bytes.NewReader(signed), int64(len(signed)))
	if err != nil || tr == nil {
		t.Fatalf("no trailer: %v", err)
	}
	dir := t.TempDir()
	content, sig := filepath.Join(dir, "content"), filepath.Join(dir, "sig")
	os.WriteFile(content, signed[:tr.payload], 0o600)
	os.WriteFile(sig, signed[tr.payload:tr.payload+tr.sigLen], 0o600)
	oracle.Run(t, openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", sig, "-content", content,
		"-certfile", keyFolder+key+".crt", "-noverify", "-out", filepath.Join(dir, "out"))
}

// modinfo shows our signature as it shows the kernel's own.
func TestModinfo(t *testing.T) {
	modinfo := oracle.Need(t, "modinfo")
	path := filepath.Join(t.TempDir(), "signed.ko")
	os.WriteFile(path, sign(t, read(t, samples+"sample.ko"), request(t, "rsa2048", "sha256")), 0o600)
	for field, want := range map[string]string{"sig_id": "PKCS#7", "signer": "sigtool test rsa2048", "sig_hashalgo": "sha256"} {
		if got := strings.TrimSpace(string(oracle.Run(t, modinfo, "-F", field, path))); got != want {
			t.Errorf("%s: %q, want %q", field, got, want)
		}
	}
}
