package raw

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/cms"
	"sigtool/internal/oracle"
	"sigtool/keygen"
)

const (
	samples = "../../testdata/raw/"
	keys    = "../../testdata/keys/"
)

func suite(t testing.TB, key, other string, options map[string]string) formatstest.Suite {
	return formatstest.Suite{
		Format:  Format{},
		Named:   true,
		Samples: []string{"raw/message.txt"},
		Signer:  formatstest.LoadSigner(t, key),
		Other:   formatstest.LoadSigner(t, other),
		Options: options,
		Uncovered: func(part string, data []byte) []formatstest.Range {
			if part != suffixCMS {
				return nil
			}
			signed, err := cms.Parse(data)
			if err != nil {
				return nil
			}
			// A signature does not cover the certificates that come with it; they carry their issuer's.
			at := bytes.Index(data, signed.Certificates[0])
			return []formatstest.Range{{From: at, To: at + len(signed.Certificates[0])}}
		},
	}
}

func TestSuite(t *testing.T) {
	for name, s := range map[string]formatstest.Suite{
		"RSA":         suite(t, "rsa2048", "rsa3072", nil),
		"ECDSA":       suite(t, "p384", "p256", map[string]string{optionHash: "sha384"}),
		"Ed25519":     suite(t, "ed25519", "rsa2048", nil),
		"CMS RSA":     suite(t, "rsa2048", "rsa3072", map[string]string{optionCMS: "true"}),
		"CMS ECDSA":   suite(t, "p256", "p384", map[string]string{optionCMS: "true"}),
		"CMS Ed25519": suite(t, "ed25519", "p256", map[string]string{optionCMS: "true"}),
	} {
		t.Run(name, func(t *testing.T) { formatstest.Run(t, s) })
	}
}

// signer loads any of the test keys; secp256k1 comes without a certificate that Go can read.
func signer(t *testing.T, name string) formatstest.Signer {
	if name != "secp256k1" {
		return formatstest.LoadSigner(t, name)
	}
	key, err := keygen.Load(formatstest.Read(t, "keys/secp256k1.pem"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return formatstest.Signer{Key: key.Signer}
}

// openssl dgst and pkeyutl accept what we sign, and we what they did, for every key; RSA and Ed25519 are the same bytes.
func TestSameAsOpenSSL(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	for _, name := range []string{"rsa2048", "rsa3072", "rsa4096", "p256", "p384", "p521", "secp256k1", "ed25519"} {
		s := suite(t, "rsa2048", "rsa3072", nil)
		by := signer(t, name)
		theirs := formatstest.Read(t, "raw/message."+name+".sig")
		message := formatstest.Read(t, "raw/message.txt")
		if err := s.Verify(formatstest.Signed{Data: message, Sidecars: map[string][]byte{suffixSig: theirs}}, by.Keys()); err != nil {
			t.Errorf("%s: openssl's: %v", name, err)
		}
		ours, err := s.Sign(message, by)
		if err != nil {
			t.Fatal(err)
		}
		deterministic := strings.HasPrefix(name, "rsa") || name == "ed25519"
		if same := bytes.Equal(ours.Sidecars[suffixSig], theirs); deterministic && !same {
			t.Errorf("%s: not openssl's bytes", name)
		}
		sig := filepath.Join(t.TempDir(), "sig")
		os.WriteFile(sig, ours.Sidecars[suffixSig], 0o600)
		if name == "ed25519" {
			oracle.Run(t, openssl, "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", keys+name+".pub", "-in", samples+"message.txt", "-sigfile", sig)
		} else {
			oracle.Run(t, openssl, "dgst", "-sha256", "-verify", keys+name+".pub", "-signature", sig, samples+"message.txt")
		}
	}
}

// openssl cms accepts our messages, with our certificate as the authority; we accept its own.
func TestCMSWithOpenSSL(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	message := formatstest.Read(t, "raw/message.txt")
	for _, name := range []string{"rsa2048", "rsa4096", "p256", "p384", "p521"} {
		s := suite(t, name, "rsa3072", map[string]string{optionCMS: "true"})
		ours, err := s.Sign(message, s.Signer)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		sig, out := filepath.Join(dir, "sig"), filepath.Join(dir, "out")
		os.WriteFile(sig, ours.Sidecars[suffixCMS], 0o600)
		oracle.Run(t, openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", sig, "-content", samples+"message.txt",
			"-CAfile", keys+name+".crt", "-purpose", "any", "-attime", "1800000000", "-out", out)
	}
	s := suite(t, "rsa2048", "rsa3072", nil)
	for _, row := range []struct {
		file string
		keys formats.Keys
		want error
	}{
		{"message.rsa2048.p7s", formats.Keys{}, nil},
		{"message.p256.p7s", formats.Keys{}, nil},
		{"message.noattr.p7s", s.Signer.Keys(), nil},
		{"message.noattr.p7s", formats.Keys{Public: s.Signer.Keys().Public}, nil},
		{"message.noattr.p7s", formats.Keys{}, formats.ErrNoKey},
		{"message.attached.p7s", formats.Keys{}, formats.ErrMismatch},
	} {
		file := formatstest.Signed{Data: message, Sidecars: map[string][]byte{suffixCMS: formatstest.Read(t, "raw/"+row.file)}}
		if err := s.Verify(file, row.keys); !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", row.file, err, row.want)
		}
	}
}

// OpenSSL 3.0 knows no Ed25519 in CMS, but it can check the signature itself: over the attributes as a SET OF (RFC 5652 §5.4, RFC 8419 §3).
func TestCMSEd25519(t *testing.T) {
	s := suite(t, "ed25519", "p256", map[string]string{optionCMS: "true"})
	ours, err := s.Sign(formatstest.Read(t, "raw/message.txt"), s.Signer)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := cms.Parse(ours.Sidecars[suffixCMS])
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	attributes, sig := filepath.Join(dir, "attributes"), filepath.Join(dir, "sig")
	os.WriteFile(attributes, append([]byte{0x31}, signed.Signers[0].Attributes[1:]...), 0o600)
	os.WriteFile(sig, signed.Signers[0].Signature, 0o600)
	oracle.Run(t, oracle.Need(t, "openssl"), "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", keys+"ed25519.pub", "-in", attributes, "-sigfile", sig)
}
