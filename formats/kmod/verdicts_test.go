package kmod

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/issue"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// cmsBy has openssl sign the sample with further arguments; "smime" as the last one takes that command, and not cms.
func cmsBy(t *testing.T, args ...string) []byte {
	t.Helper()
	sig := filepath.Join(t.TempDir(), "sig")
	args = append([]string{"-sign", "-binary", "-md", "sha256", "-outform", "DER", "-in", samples + "sample.ko", "-out", sig,
		"-signer", keyFolder + "rsa2048.crt", "-inkey", keyFolder + "rsa2048.pem"}, args...)
	command := "cms"
	if last := len(args) - 1; args[last] == "smime" {
		command, args = "smime", args[:last]
	}
	oracle.Run(t, oracle.Need(t, "openssl"), append([]string{command}, args...)...)
	return read(t, sig)
}

// behind is the sample with a CMS message appended.
func behind(t *testing.T, message []byte) []byte {
	t.Helper()
	tail, err := appendTrailer(message)
	if err != nil {
		t.Fatal(err)
	}
	return append(read(t, samples+"sample.ko"), tail...)
}

// swapped replaces each from (in hexadecimal) by to, of the same length.
func swapped(t *testing.T, data []byte, from, to string) []byte {
	t.Helper()
	a, _ := hex.DecodeString(from)
	b, _ := hex.DecodeString(to)
	if len(a) != len(b) || !bytes.Contains(data, a) {
		t.Fatalf("%s can't become %s", from, to)
	}
	return bytes.ReplaceAll(data, a, b)
}

// The verdicts are those of Linux on the same signatures (6.1.190, and what its source says where a row names no case of a test kernel): what it loads
// we accept, what it refuses we refuse, by a name of its own.
func TestKernelVerdicts(t *testing.T) {
	_, cert := load(t, "rsa2048")
	keys := formats.Keys{Certs: []*x509.Certificate{cert}}
	message := cmsBy(t, "-noattr", "-nocerts")
	good := behind(t, message)
	edited := func(at int, b byte) []byte {
		data := bytes.Clone(good)
		data[len(data)-trailerSize+at] = b
		return data
	}
	signed := func(args ...string) []byte {
		return behind(t, cmsBy(t, append([]string{"-noattr", "-nocerts"}, args...)...))
	}
	embedded := cmsBy(t, "-noattr")
	modulus := cert.PublicKey.(*rsa.PublicKey).N.Bytes()
	trailer := good[len(good)-trailerSize:]
	for _, row := range []struct {
		what string
		data []byte
		id   string // of the refusal; empty: it loads
		text string // in it
	}{
		{"as sign-file", good, "", ""},
		{"certificate embedded", behind(t, embedded), "", ""},
		{"another's certificate embedded", signed("-certfile", keyFolder+"p256.crt"), "", ""},
		{"named by key identifier", signed("-keyid"), "", ""},
		{"NULL parameters", signed("smime"), "", ""},
		{"sha1", signed("-md", "sha1"), "", ""},
		{"sha224", signed("-md", "sha224"), "", ""},
		{"sha384", signed("-md", "sha384"), "", ""},
		{"sha512", signed("-md", "sha512"), "", ""},
		{"signed attributes", behind(t, cmsBy(t, "-nocerts", "-nosmimecap")), "signed-attributes", "has authattrs"},
		{"S/MIME capabilities among them", behind(t, cmsBy(t, "-nocerts")), "signed-attributes", "S/MIME Caps only allowed with Authenticode"},
		{"attached content", signed("-nodetach"), "attached-content", "non-detached data"},
		{"another type of content", signed("-econtent_type", "pkcs7-digestData"), "not-plain-data", "Unsupported data type"},
		{"Authenticode's type of content", signed("-econtent_type", authenticode), "not-plain-data", "than plain data"},
		{"RSA-PSS", signed("-keyopt", "rsa_padding_mode:pss"), "unsupported-algorithm", "Unsupported pkey algo"},
		{"sha256WithRSAEncryption", behind(t, swapped(t, message, "2a864886f70d010101", "2a864886f70d01010b")), "unsupported-algorithm", "Unsupported pkey algo"},
		{"an unknown hash", behind(t, swapped(t, message, "608648016503040201", "608648016503040261")), "unsupported-hash", "Unsupported digest algo"},
		{"algo byte", edited(0, 1), "nonzero-params", "unexpected non-zero params"},
		{"hash byte", edited(1, 4), "nonzero-params", "unexpected non-zero params"},
		{"signer's length", edited(3, 1), "nonzero-params", "unexpected non-zero params"},
		{"padding", edited(7, 9), "nonzero-params", "unexpected non-zero params"},
		{"old type of signature", edited(2, 1), "wrong-id-type", "expected PKCS#7"},
		{"length beyond the file", edited(8, 1), "signature-length", "is announced in a file"},
		{"length of all the file", behind(t, nil)[5320:], "nothing-signed", "nothing before the signature"},
		{"the trailer and a message alone", append(bytes.Clone(message), trailer...), "nothing-signed", ""},
		{"no message", behind(t, nil), "empty-signature", "0 bytes"},
		{"a byte behind the message", behind(t, append(bytes.Clone(message), 0)), "damaged-signature", ""},
		{"cut short", behind(t, message[:len(message)-1]), "damaged-signature", ""},
		{"a false certificate of the signer's name", behind(t, swapped(t, embedded, hex.EncodeToString(modulus), "ff"+hex.EncodeToString(modulus)[2:])), "embedded-certificate", "brings along"},
		{"one byte changed", append([]byte{good[0] ^ 1}, good[1:]...), "-", "was changed after it"},
	} {
		err := verifyBytes(row.data, keys)
		if row.id == "" && err != nil {
			t.Errorf("%s: %v", row.what, err)
		}
		if row.id != "" && (!errors.Is(err, formats.ErrMismatch) || !strings.Contains(err.Error(), row.text) || row.id != "-" && issue.ID(err) != row.id) {
			t.Errorf("%s: %v, want %s", row.what, err, row.id)
		}
	}
	// The certificate that comes along is of a key that the kernel has, and of another name: it does not find that.
	renamed := *cert
	renamed.RawIssuer = append(bytes.Clone(cert.RawIssuer), 0)
	renamedKeys := formats.Keys{Certs: []*x509.Certificate{&renamed}, Public: []crypto.PublicKey{cert.PublicKey}}
	if err := verifyBytes(behind(t, embedded), renamedKeys); !errors.Is(err, formats.ErrMismatch) || !strings.Contains(err.Error(), "in another name") {
		t.Errorf("the embedded certificate has another name than the one given: %v", err)
	}
	renamedKeys.Certs = append(renamedKeys.Certs, cert)
	if err := verifyBytes(behind(t, embedded), renamedKeys); err != nil {
		t.Errorf("both names are given: %v", err)
	}
	if err := verifyBytes(good, formats.Keys{Certs: formatstest.LoadSigner(t, "rsa3072").Chain}); !errors.Is(err, formats.ErrNoKey) {
		t.Errorf("unknown certificate: %v", err)
	}
}

// A kernel takes a message of several signers when it knows one of them, and the parts of the message agree.
func TestSeveralSigners(t *testing.T) {
	second := []string{"-signer", keyFolder + "rsa3072.crt", "-inkey", keyFolder + "rsa3072.pem"}
	both := cmsBy(t, append(second, "-noattr", "-nocerts")...)
	one, other := formatstest.LoadSigner(t, "rsa2048"), formatstest.LoadSigner(t, "rsa3072")
	for what, keys := range map[string]formats.Keys{
		"one certificate": {Certs: one.Chain}, "the other": {Certs: other.Chain},
		"one public key": {Public: []crypto.PublicKey{one.Key.Public()}}, "both": {Certs: one.Chain, Public: []crypto.PublicKey{other.Key.Public()}},
	} {
		sigs, err := Format{}.Verify(t.Context(), patch.Bytes(behind(t, both)), keys)
		good, unknown := 0, 0
		for _, sig := range sigs {
			switch {
			case sig.Err == nil:
				good++
			case errors.Is(sig.Err, formats.ErrNoKey):
				unknown++
			}
		}
		if want := len(keys.Certs) + len(keys.Public); err != nil || good != want || good+unknown != 2 {
			t.Errorf("%s: %d good, %d unknown, %v", what, good, unknown, err)
		}
	}
	dir := t.TempDir()
	by := func(name string, args ...string) []byte { // openssl adds a signer
		in, out := filepath.Join(dir, "in"), filepath.Join(dir, name)
		oracle.Run(t, oracle.Need(t, "openssl"), append([]string{"cms", "-sign", "-binary", "-md", "sha256", "-outform", "DER", "-in", samples + "sample.ko", "-out", in,
			"-noattr", "-nocerts", "-signer", keyFolder + "rsa2048.crt", "-inkey", keyFolder + "rsa2048.pem"}, args...)...)
		oracle.Run(t, oracle.Need(t, "openssl"), append([]string{"cms", "-resign", "-binary", "-md", "sha256", "-inform", "DER", "-outform", "DER", "-in", in, "-out", out,
			"-nocerts", "-noattr", "-keyid"}, second...)...)
		return read(t, out)
	}
	if err := verifyBytes(behind(t, by("mixed")), formats.Keys{Certs: one.Chain}); issue.ID(err) != "mixed-signers" {
		t.Errorf("named in two ways: %v", err)
	}
}

// A signature that is there and that no kernel sees is told from none.
func TestBytesBehind(t *testing.T) {
	signed := read(t, samples+"signed-rsa2048-sha256.ko")
	for n, row := range map[int]string{0: "", 1: "one byte", 300: "300 bytes"} {
		data := append(bytes.Clone(signed), bytes.Repeat([]byte{'\n'}, n)...)
		err := verifyBytes(data, formats.Keys{})
		_, stripErr := Format{}.Strip(t.Context(), patch.Bytes(data))
		if n == 0 {
			continue
		}
		for _, err := range []error{err, stripErr} {
			if !errors.Is(err, formats.ErrUnsigned) || issue.ID(err) != "bytes-behind-signature" || !strings.Contains(err.Error(), row) {
				t.Errorf("%d bytes: %v", n, err)
			}
		}
		result, err := Format{}.Sign(t.Context(), patch.Bytes(data), request(t, "rsa2048", "sha256"))
		if err != nil || len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], row) {
			t.Errorf("%d bytes: %v %v", n, err, result)
		}
	}
	sample := read(t, samples+"sample.ko")
	for what, data := range map[string][]byte{"no signature": sample, "the magic's text": append(bytes.Clone(sample), "text: "+magic+"."...)} {
		if err := verifyBytes(data, formats.Keys{}); !errors.Is(err, formats.ErrUnsigned) || issue.ID(err) != "" {
			t.Errorf("%s: %v", what, err)
		}
	}
}
