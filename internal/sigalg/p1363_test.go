package sigalg_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"errors"
	"testing"

	"sigtool/internal/keytest"
	"sigtool/internal/sigalg"
)

// A signature is the same one in either form, r and s have the width of the order, and no other width is taken.
func TestFixedWidth(t *testing.T) {
	for name, size := range map[string]int{"p256": 32, "p384": 48, "p521": 66} {
		key := keytest.Key(t, name)
		pub := key.Public()
		for i := range byte(20) { // some r or s has zeros in front
			digest := sha256.Sum256([]byte{i})
			sig, err := sigalg.Sign(key, crypto.SHA256, digest[:])
			if err != nil {
				t.Fatal(err)
			}
			fixed, err := sigalg.FixedWidth(pub, sig)
			if err != nil || len(fixed) != 2*size || sigalg.ScalarSize(pub) != size {
				t.Fatalf("%s: %d bytes, %v", name, len(fixed), err)
			}
			if back, err := sigalg.FromFixedWidth(pub, fixed); err != nil || !bytes.Equal(back, sig) {
				t.Errorf("%s: another signature: %v", name, err)
			}
			for _, bad := range [][]byte{nil, fixed[1:], append(fixed, 0), sig} {
				if _, err := sigalg.FromFixedWidth(pub, bad); !errors.Is(err, sigalg.ErrMismatch) && len(bad) != 2*size {
					t.Errorf("%s: %d bytes: %v", name, len(bad), err)
				}
			}
		}
	}
}

// What is no SEQUENCE of two numbers that fit, and what is no ECDSA key, is refused.
func TestFixedWidthRefusals(t *testing.T) {
	pub := keytest.Key(t, "p256").Public()
	long := append([]byte{0x30, 0x26, 2, 0x21, 1}, make([]byte, 32)...)
	for _, bad := range [][]byte{nil, {0x30, 0}, {0x30, 3, 2, 1, 1}, {0x30, 6, 2, 1, 0xff, 2, 1, 1}, append(long, 2, 1, 1), {0x30, 6, 2, 1, 1, 2, 1, 1, 0}} {
		if fixed, err := sigalg.FixedWidth(pub, bad); err == nil {
			t.Errorf("%x: taken as %x", bad, fixed)
		}
	}
	for _, other := range []crypto.PublicKey{keytest.Key(t, "rsa2048").Public(), keytest.Key(t, "ed25519").Public(), &ecdsa.PublicKey{}, &sigalg.DSAPublicKey{}, nil} {
		_, to := sigalg.FixedWidth(other, []byte{0x30, 6, 2, 1, 1, 2, 1, 1})
		_, from := sigalg.FromFixedWidth(other, make([]byte, 64))
		if to == nil || from == nil || sigalg.ScalarSize(other) != 0 {
			t.Errorf("%T: taken", other)
		}
	}
}
