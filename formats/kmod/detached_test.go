package kmod

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/keytest"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// beside signs with --p7s.
func beside(t *testing.T, src []byte, req formats.Request) []byte {
	t.Helper()
	req.Options.Set(optionP7S, "true")
	result, err := Format{}.Sign(t.Context(), patch.Bytes(src), req)
	if err != nil || len(result.Edits) > 0 || len(result.Sidecars) != 1 || result.Sidecars[0].Suffix != ".p7s" {
		t.Fatalf("%v %+v", err, result)
	}
	return result.Sidecars[0].Data
}

// absent is a key that can't sign.
type absent struct {
	crypto.Signer
	public crypto.PublicKey
}

func (a absent) Public() crypto.PublicKey { return a.public }

// attachment is a request that brings a signature; its key can't sign.
func attachment(t *testing.T, message []byte, cert string) formats.Request {
	t.Helper()
	chain := []*x509.Certificate{keytest.Cert(t, cert)}
	req := formats.Request{Key: absent{public: chain[0].PublicKey}, Chain: chain}
	req.Options.SetBytes(optionAttach, message)
	return req
}

// The file beside a module is what sign-file -d and -p write, and it is appended as sign-file -s appends it, byte for byte; packed modules have the same.
func TestSameAsSignFileDetached(t *testing.T) {
	signFile := oracle.SignFile(t)
	sample := read(t, samples+"sample.ko")
	for _, flag := range []string{"-d", "-p"} {
		for _, hash := range []string{"sha256", "sha512"} {
			ko := filepath.Join(t.TempDir(), "x.ko")
			os.WriteFile(ko, sample, 0o600)
			oracle.Run(t, signFile, flag, hash, keyFolder+"rsa2048.pem", keyFolder+"rsa2048.crt", ko)
			want := read(t, ko+".p7s")
			for _, ending := range []string{".ko", ".ko.gz", ".ko.xz", ".ko.zst"} {
				if got := beside(t, read(t, samples+"sample"+ending), request(t, "rsa2048", hash)); !bytes.Equal(got, want) {
					t.Errorf("%s %s %s: our %d bytes are not sign-file's %d", flag, hash, ending, len(got), len(want))
				}
			}
			whole := filepath.Join(t.TempDir(), "attached.ko")
			oracle.Run(t, signFile, "-s", ko+".p7s", hash, keyFolder+"rsa2048.crt", samples+"sample.ko", whole)
			if got := sign(t, sample, attachment(t, want, "rsa2048")); !bytes.Equal(got, read(t, whole)) {
				t.Errorf("%s %s: attached, it is not what sign-file -s makes", flag, hash)
			}
		}
	}
}

// What is attached is what signing would have appended, to packed modules and in place of other signatures too.
func TestAttach(t *testing.T) {
	message := beside(t, read(t, samples+"sample.ko"), request(t, "rsa2048", "sha256"))
	for _, ending := range []string{".ko", ".ko.gz", ".ko.xz", ".ko.zst"} {
		src := read(t, samples+"sample"+ending)
		want := sign(t, src, request(t, "rsa2048", "sha256"))
		if got := sign(t, src, attachment(t, message, "rsa2048")); !bytes.Equal(got, want) {
			t.Errorf("%s: not what signing makes", ending)
		}
		if got := sign(t, sign(t, src, request(t, "p256", "sha384")), attachment(t, message, "rsa2048")); !bytes.Equal(got, want) {
			t.Errorf("%s: another signature is not replaced", ending)
		}
	}
	result, err := Format{}.Sign(t.Context(), patch.Bytes(read(t, samples+"sample.ko")), attachment(t, beside(t, read(t, samples+"sample.ko"), request(t, "p384", "sha512")), "p384"))
	if err != nil || len(result.Notes) != 2 {
		t.Errorf("notes of what is attached: %v %+v", err, result)
	}
}

// What a kernel would refuse is not attached, and neither is another's signature or another module's.
func TestRefusedAttachments(t *testing.T) {
	sample := read(t, samples+"sample.ko")
	message := beside(t, sample, request(t, "rsa2048", "sha256"))
	other := bytes.Clone(sample)
	other[100] ^= 1
	with := func(option, value string) formats.Request {
		req := attachment(t, message, "rsa2048")
		req.Options.Set(option, value)
		return req
	}
	for what, row := range map[string]struct {
		src  []byte
		req  formats.Request
		want error
		id   string
	}{
		"attributes":            {sample, attachment(t, cmsBy(t, "-nocerts"), "rsa2048"), formats.ErrMismatch, "signed-attributes"},
		"another's certificate": {sample, attachment(t, message, "rsa3072"), formats.ErrMismatch, "attached-by-another"},
		"another's, embedded":   {sample, attachment(t, cmsBy(t, "-noattr"), "rsa3072"), formats.ErrMismatch, "attached-by-another"},
		"another module":        {other, attachment(t, message, "rsa2048"), formats.ErrMismatch, ""},
		"no message":            {sample, attachment(t, []byte("text"), "rsa2048"), formats.ErrMismatch, "damaged-signature"},
		"empty":                 {sample, attachment(t, []byte{}, "rsa2048"), formats.ErrMismatch, "damaged-signature"},
		"a trailer as well":     {sample, attachment(t, behind(t, message)[len(sample):], "rsa2048"), formats.ErrMismatch, "damaged-signature"},
		"no module":             {[]byte("text"), attachment(t, message, "rsa2048"), formats.ErrFormat, ""},
		"with a hash":           {sample, with(optionHash, "sha256"), formats.ErrOption, ""},
		"beside":                {sample, with(optionP7S, "true"), formats.ErrOption, ""},
	} {
		_, err := Format{}.Sign(t.Context(), patch.Bytes(row.src), row.req)
		if !errors.Is(err, row.want) || issue.ID(err) != row.id {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Without the option, a module whose signature stands beside it is unsigned: a kernel would not look there. With it, what is appended does not count.
func TestVerifyBeside(t *testing.T) {
	sample, req := read(t, samples+"sample.ko"), request(t, "rsa2048", "sha256")
	keys := formats.Keys{Certs: req.Chain, Sidecar: func(suffix, _ string, _ int64) ([]byte, error) { return beside(t, sample, req), nil }}
	if err := verifyBytes(sample, keys); !errors.Is(err, formats.ErrUnsigned) || issue.ID(err) != "signature-beside" {
		t.Errorf("without the option: %v", err)
	}
	keys.Options.Set(optionP7S, "true")
	for what, data := range map[string][]byte{
		"as it is": sample, "signed by another": sign(t, sample, request(t, "p256", "sha256")), "packed": read(t, samples+"sample.ko.xz"),
	} {
		if err := verifyBytes(data, keys); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	keys.Sidecar = nil
	if err := verifyBytes(sample, keys); !errors.Is(err, formats.ErrUnsigned) {
		t.Errorf("from standard input: %v", err)
	}
}
