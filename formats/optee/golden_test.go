package optee

import (
	"bytes"
	"context"
	"crypto"
	"encoding/base64"
	"errors"
	"io"
	"testing"

	"sigtool/formats"
	"sigtool/internal/patch"
)

const goldenUUID = "8aaaf200-2450-11e4-abe2-0002a5d5c51b"

// What OP-TEE's sign_encrypt.py signs by PKCS#1 v1.5 is made byte for byte; of PSS all but the signature is, and both verify.
func TestGoldens(t *testing.T) {
	elf := corpus(t, goldenUUID+".stripped.elf")
	for _, name := range []string{"rsa2048", "rsa3072"} {
		key := corpusKey(t, name)
		for theirs, scheme := range map[string]string{"PSS": schemePSS, "V15": schemePKCS1} {
			want := corpus(t, goldenUUID+"."+name+"."+theirs+".ta")
			found, err := verified(want, &key.PublicKey, optionUUID, goldenUUID, optionVersion, "7")
			if err != nil || len(found) != 1 || len(found[0].Notes) != 1 {
				t.Errorf("%s %s: %v, %v", name, theirs, found, err)
			}
			asked := &telling{Signer: key}
			got := mustSign(t, elf, asked, optionUUID, goldenUUID, optionVersion, "0x7", optionScheme, scheme)
			again := mustSign(t, want, key)
			if dig := corpus(t, goldenUUID+"."+name+"."+theirs+".dig"); base64.StdEncoding.EncodeToString(asked.digest) != string(bytes.TrimSpace(dig)) {
				t.Errorf("%s %s: another digest than theirs", name, theirs)
			}
			if scheme == schemePSS {
				clear(got[fixedSize+32:][:key.Size()])
				clear(again[fixedSize+32:][:key.Size()])
				clear(want[fixedSize+32:][:key.Size()])
			}
			if !bytes.Equal(got, want) || !bytes.Equal(again, want) {
				t.Errorf("%s %s: not the bytes of sign_encrypt.py", name, theirs)
			}
		}
	}
}

// telling is a key that tells which digest it was to sign, as one that is elsewhere does.
type telling struct {
	crypto.Signer
	digest []byte
}

func (s *telling) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	s.digest = digest
	return s.Signer.Sign(random, digest, opts)
}

// Without .ta_head the UUID has to be said; a file that is signed is stripped to what it was, and signed again by another key keeps its version.
func TestAgain(t *testing.T) {
	elf := corpus(t, goldenUUID+".stripped.elf")
	key, other := corpusKey(t, "rsa2048"), corpusKey(t, "rsa3072")
	if _, _, err := signed(elf, key, false); !errors.Is(err, formats.ErrOption) {
		t.Errorf("no UUID: %v", err)
	}
	ta := corpus(t, goldenUUID+".rsa2048.V15.ta")
	if got := mustSign(t, ta, other); !bytes.Equal(got[fixedSize+32+other.Size():], ta[fixedSize+32+key.Size():]) || got[12] != ta[12] {
		t.Error("signed again, it is another")
	}
	result, err := Format{}.Strip(context.Background(), patch.Bytes(ta))
	if err != nil {
		t.Fatal(err)
	}
	view, _ := patch.NewView(patch.Bytes(ta), result.Edits)
	out := make([]byte, view.Size())
	if err := patch.ReadFull(view, out, 0); err != nil || !bytes.Equal(out, elf) {
		t.Errorf("stripped, it is another: %v", err)
	}
	if _, err := (Format{}).Strip(context.Background(), patch.Bytes(elf)); !errors.Is(err, formats.ErrUnsigned) {
		t.Errorf("an ELF file: %v", err)
	}
}
