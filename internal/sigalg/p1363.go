package sigalg

import (
	"crypto"
	"crypto/ecdsa"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// ScalarSize is how many bytes r and s have, each, in a signature of fixed width (IEEE P1363) by this key: as many as the order of its
// curve. 0 for keys that are not ECDSA.
func ScalarSize(pub crypto.PublicKey) int {
	switch pub := pub.(type) {
	case *ecdsa.PublicKey:
		if pub.Curve == nil {
			return 0
		}
		return (pub.Curve.Params().N.BitLen() + 7) / 8
	case *DSAPublicKey, MessageKey:
		return 0
	case verifier: // secp256k1
		return 32
	}
	return 0
}

// FixedWidth turns a DER SEQUENCE of r and s, as Sign makes it, into r || s, big-endian, of ScalarSize bytes each.
func FixedWidth(pub crypto.PublicKey, sig []byte) ([]byte, error) {
	size := ScalarSize(pub)
	if size == 0 {
		return nil, fmt.Errorf("%s signatures have no r and s", Name(pub, crypto.SHA256))
	}
	var seq cryptobyte.String
	var r, s big.Int
	in := cryptobyte.String(sig)
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !in.Empty() || !seq.ReadASN1Integer(&r) || !seq.ReadASN1Integer(&s) || !seq.Empty() ||
		r.Sign() < 0 || s.Sign() < 0 || r.BitLen() > 8*size || s.BitLen() > 8*size {
		return nil, fmt.Errorf("not a SEQUENCE of r and s of at most %d bytes", size)
	}
	fixed := make([]byte, 2*size)
	r.FillBytes(fixed[:size])
	s.FillBytes(fixed[size:])
	return fixed, nil
}

// FromFixedWidth is the reverse of FixedWidth: what Verify takes. Error: ErrMismatch for another length. Whether r and s are in range is
// for Verify.
func FromFixedWidth(pub crypto.PublicKey, sig []byte) ([]byte, error) {
	size := ScalarSize(pub)
	if size == 0 {
		return nil, fmt.Errorf("%s signatures have no r and s", Name(pub, crypto.SHA256))
	}
	if len(sig) != 2*size {
		return nil, fmt.Errorf("%w: r and s of this key have %d bytes together, not %d", ErrMismatch, 2*size, len(sig))
	}
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(new(big.Int).SetBytes(sig[:size]))
		b.AddASN1BigInt(new(big.Int).SetBytes(sig[size:]))
	})
	return b.Bytes()
}
