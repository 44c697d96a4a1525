package raw

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
	"sigtool/keygen"
)

// encoded is the option for one encoding.
func encoded(encoding string) map[string]string { return map[string]string{optionEncoding: encoding} }

func TestTezosTextSuite(t *testing.T) {
	formatstest.Run(t, suite(t, "ed25519", "p256", encoded(encodingTezos)))
}

// Each byte of r || s counts, and so does its length. (The suite would hash its gigabyte once more for this.)
func TestP1363Damage(t *testing.T) {
	s := suite(t, "p256", "p384", encoded(encodingP1363))
	file, err := s.Sign(formatstest.Read(t, "raw/message.txt"), s.Signer)
	if err != nil {
		t.Fatal(err)
	}
	sig := file.Sidecars[suffixSig]
	for i := range sig {
		damaged := slices.Clone(sig)
		damaged[i] ^= 1 << (i % 8)
		for _, bad := range [][]byte{damaged, sig[:i]} {
			err := s.Verify(formatstest.Signed{Data: file.Data, Sidecars: map[string][]byte{suffixSig: bad}}, s.Signer.Keys())
			if !errors.Is(err, formats.ErrMismatch) {
				t.Errorf("byte %d of %d: %v", i, len(bad), err)
			}
		}
	}
}

// r || s has the width of the order, and python3-cryptography finds openssl's signature in it.
func TestP1363Width(t *testing.T) {
	python := oracle.Python(t, "cryptography")
	message := formatstest.Read(t, "raw/message.txt")
	const script = `import sys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
key = serialization.load_pem_public_key(open(sys.argv[1], 'rb').read())
sig = open(sys.argv[2], 'rb').read()
half = len(sig) // 2
der = utils.encode_dss_signature(int.from_bytes(sig[:half], 'big'), int.from_bytes(sig[half:], 'big'))
key.verify(der, open(sys.argv[3], 'rb').read(), ec.ECDSA(hashes.SHA256()))`
	for name, size := range map[string]int{"p256": 64, "p384": 96, "p521": 132, "secp256k1": 64} {
		s := suite(t, "p256", "p384", encoded(encodingP1363))
		file, err := s.Sign(message, signer(t, name))
		if err != nil {
			t.Fatal(err)
		}
		sig := file.Sidecars[suffixSig]
		if len(sig) != size {
			t.Errorf("%s: %d bytes", name, len(sig))
		}
		path := filepath.Join(t.TempDir(), "sig")
		os.WriteFile(path, sig, 0o600)
		oracle.Run(t, python, "-c", script, keys+name+".pub", path, samples+"message.txt")
		if err := s.Verify(file, signer(t, name).Keys()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Tezos texts begin with the letters of their key's kind; sig…, which names no kind, and a line's end are read.
func TestTezosText(t *testing.T) {
	message := formatstest.Read(t, "raw/message.txt")
	s := suite(t, "p256", "p384", encoded(encodingTezos))
	for name, letters := range map[string]string{"ed25519": "edsig", "secp256k1": "spsig1", "p256": "p2sig"} {
		file, err := s.Sign(message, signer(t, name))
		if err != nil {
			t.Fatal(err)
		}
		text := string(file.Sidecars[suffixSig])
		if !strings.HasPrefix(text, letters) || strings.TrimSpace(text) != text {
			t.Errorf("%s: %q", name, text)
		}
		for what, row := range map[string]struct {
			text string
			want error
		}{
			"with a newline": {text + "\n", nil},
			"with CR LF":     {text + "\r\n", nil},
			"with a blank":   {" " + text, formats.ErrMismatch},
			"an address":     {"tz1eKkWU5hGtfLUiqNpucHrXymm83z3DG9Sq", formats.ErrMismatch},
			"of none":        {"", formats.ErrMismatch},
		} {
			err := s.Verify(formatstest.Signed{Data: message, Sidecars: map[string][]byte{suffixSig: []byte(row.text)}}, signer(t, name).Keys())
			if !errors.Is(err, row.want) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
}

// A key that has no such form is told so, before and after; a signature in another form is recognised.
func TestEncodingRefusals(t *testing.T) {
	message := formatstest.Read(t, "raw/message.txt")
	for _, row := range []struct{ key, encoding string }{
		{"rsa2048", encodingP1363}, {"rsa2048", encodingTezos}, {"ed25519", encodingP1363}, {"p384", encodingTezos}, {"p521", encodingTezos}, {"p256", "base64"},
	} {
		s := suite(t, "p256", "p384", encoded(row.encoding))
		if _, err := s.Sign(message, signer(t, row.key)); !errors.Is(err, formats.ErrOption) {
			t.Errorf("%s, %s: signed: %v", row.key, row.encoding, err)
		}
		file := formatstest.Signed{Data: message, Sidecars: map[string][]byte{suffixSig: formatstest.Read(t, "raw/message.p256.sig")}}
		if err := s.Verify(file, signer(t, row.key).Keys()); !errors.Is(err, formats.ErrOption) {
			t.Errorf("%s, %s: verified: %v", row.key, row.encoding, err)
		}
	}
	cms := suite(t, "p256", "p384", map[string]string{optionEncoding: encodingP1363, optionCMS: "true"})
	if _, err := cms.Sign(message, cms.Signer); !errors.Is(err, formats.ErrOption) {
		t.Errorf("CMS: %v", err)
	}
	for _, made := range []string{encodingDER, encodingP1363, encodingTezos} {
		by := signer(t, "secp256k1")
		file, err := suite(t, "p256", "p384", encoded(made)).Sign(message, by)
		if err != nil {
			t.Fatal(err)
		}
		for _, read := range []string{encodingDER, encodingP1363, encodingTezos} {
			err := suite(t, "p256", "p384", encoded(read)).Verify(file, by.Keys())
			if read == made && err != nil || read != made && (!errors.Is(err, formats.ErrMismatch) || !strings.Contains(err.Error(), "--encoding "+made)) {
				t.Errorf("%s read as %s: %v", made, read, err)
			}
		}
	}
}

// A file that may be a digest is signed with a warning: what an Ed25519 key signs of it is also a signature of what was digested.
func TestDigestIsWarnedOf(t *testing.T) {
	for name, warned := range map[string]int{"ed25519": 1, "p256": 0} {
		for size, want := range map[int]int{31: 0, 32: warned, 33: 0} {
			result, err := Format{}.Sign(t.Context(), patch.Bytes(make([]byte, size)), formats.Request{Key: signer(t, name).Key})
			if err != nil || len(result.Warnings) != want {
				t.Errorf("%s, %d bytes: %q, %v", name, size, result.Warnings, err)
			}
		}
	}
}

// Project Wycheproof's signatures by P-256 and secp256k1 keys, in DER and in fixed width, as .sig files: those that are valid are taken,
// and no others. Those that it calls acceptable (an r without its zero in DER, r and s that are too short) are refused. Nothing is skipped.
func TestWycheproof(t *testing.T) {
	for name, encoding := range map[string]string{
		"ecdsa_secp256k1_sha256_test.json": encodingDER, "ecdsa_secp256k1_sha256_p1363_test.json": encodingP1363,
		"ecdsa_secp256r1_sha256_test.json": encodingDER, "ecdsa_secp256r1_sha256_p1363_test.json": encodingP1363,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wycheproof(t, oracle.Wycheproof(t, name), encoding)
		})
	}
}

func wycheproof(t *testing.T, data []byte, encoding string) {
	var file struct {
		TestGroups []struct {
			KeyPem string
			Sha    string
			Tests  []struct {
				TcID                      int
				Comment, Msg, Sig, Result string
			}
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, group := range file.TestGroups {
		pub, _, err := keygen.ParsePublic([]byte(group.KeyPem))
		if err != nil || group.Sha != "SHA-256" {
			t.Fatalf("hash %s: %v", group.Sha, err)
		}
		given := formats.Keys{Public: []crypto.PublicKey{pub}}
		given.Options.Set(optionEncoding, encoding)
		for _, c := range group.Tests {
			message, err := hex.DecodeString(c.Msg)
			sig, sigErr := hex.DecodeString(c.Sig)
			if err != nil || sigErr != nil {
				t.Fatal(err, sigErr)
			}
			given.Options.SetBytes(optionSignature, sig)
			found, err := Format{}.Verify(t.Context(), patch.Bytes(message), given)
			if err != nil || len(found) != 1 {
				t.Fatalf("%d, %s: %v", c.TcID, c.Comment, err)
			}
			if taken := found[0].Err == nil; taken != (c.Result == "valid") {
				t.Errorf("%d, %s: taken is %v, and it is %s", c.TcID, c.Comment, taken, c.Result)
			}
			tried++
		}
	}
	if tried < 200 {
		t.Errorf("only %d were tried", tried)
	}
}

// FuzzDecode: what is read from any bytes is a signature of the size that the key has, and is written as it was read.
func FuzzDecode(f *testing.F) {
	for _, name := range []string{"p256", "ed25519"} {
		s := suite(f, name, "p384", encoded(encodingTezos))
		file, err := s.Sign([]byte("message"), s.Signer)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file.Sidecars[suffixSig])
	}
	f.Add(make([]byte, 64))
	f.Add(append(make([]byte, 31), []byte("\x01\x00000000000000000000000000000000\r")...)) // bytes, whose last is no line's end
	ec, ed := formatstest.LoadSigner(f, "p256").Key.Public(), formatstest.LoadSigner(f, "ed25519").Key.Public()
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, pub := range []crypto.PublicKey{ec, ed} {
			for _, encoding := range []string{encodingP1363, encodingTezos} {
				if encodable(pub, encoding) != nil {
					continue
				}
				looksLike(pub, encoding, data)
				sig, err := decode(pub, encoding, data)
				if err != nil {
					continue
				}
				again, err := encode(pub, encoding, sig)
				same := err == nil && bytes.Equal(again, data)
				if encoding == encodingTezos { // a text may end with its line, and sig… is written as the key's own
					same = err == nil && (bytes.Equal(again, oneLine(data)) || bytes.HasPrefix(data, []byte("sig")))
				}
				if !same && !errors.Is(err, sigalg.ErrMismatch) {
					t.Errorf("%q read and written again: %q, %v", data, again, err)
				}
			}
		}
	})
}
