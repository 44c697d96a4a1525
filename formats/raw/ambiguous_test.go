package raw_test

import (
	"context"
	"crypto"
	"errors"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/formats/raw"
	"sigtool/internal/patch"
)

// A signature with attributes is over the attributes: as a file of their own they must not pass for signed content.
func TestAmbiguousContent(t *testing.T) {
	signer := formatstest.LoadSigner(t, "p256")
	attributes := patch.Bytes("\x31\x1a\x30\x18\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04\x31\x0b\x04\x09digest...")
	for _, content := range []patch.Bytes{attributes, patch.Bytes("sigtool ceremony transcript, format 1\nsha256 00\n")} {
		if _, err := (raw.Format{}).Sign(context.Background(), content, formats.Request{Key: signer.Key, Chain: signer.Chain}); !errors.Is(err, formats.ErrFormat) {
			t.Errorf("signed %q: %v", content, err)
		}
		keys := formats.Keys{Public: []crypto.PublicKey{signer.Key.Public()}, Sidecar: func(string, string, int64) ([]byte, error) { return []byte("x"), nil }}
		if _, err := (raw.Format{}).Verify(context.Background(), content, keys); !errors.Is(err, formats.ErrFormat) {
			t.Errorf("verified %q: %v", content, err)
		}
	}
}
