package keygen

import (
	"crypto/sha256"
	"encoding/base64"
	"testing"

	"sigtool/internal/sigalg"
)

// A DSA key, which is only ever verified with, is named by what its certificate has of it.
func TestFingerprintDSA(t *testing.T) {
	spki := []byte{0x30, 0}
	sum := sha256.Sum256(spki)
	if got := Fingerprint(&sigalg.DSAPublicKey{SPKI: spki}); got != "SHA256:"+base64.StdEncoding.EncodeToString(sum[:]) {
		t.Errorf("%q", got)
	}
	if got := Fingerprint(&sigalg.DSAPublicKey{}); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}
