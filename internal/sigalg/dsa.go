package sigalg

import (
	"crypto"
	"crypto/dsa" //lint:ignore SA1019 old Android packages are signed with it; it only verifies here
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// DSAPublicKey is a DSA key (FIPS 186-4 §4) as a certificate has it. It verifies; nothing is signed with DSA here.
type DSAPublicKey struct {
	Key  dsa.PublicKey
	SPKI []byte // its SubjectPublicKeyInfo, as it stands
}

// Bounds on DSA keys that are verified with: FIPS 186-4 §4.2 ends at 3072 and 256 bits.
const (
	maxDSABits = 4096
	maxQBits   = 512
)

// Equal tells whether two keys are one: the same numbers, however they were written.
func (k *DSAPublicKey) Equal(other crypto.PublicKey) bool {
	o, ok := other.(*DSAPublicKey)
	return ok && k.whole() && o.whole() && k.Key.P.Cmp(o.Key.P) == 0 && k.Key.Q.Cmp(o.Key.Q) == 0 && k.Key.G.Cmp(o.Key.G) == 0 && k.Key.Y.Cmp(o.Key.Y) == 0
}

// whole tells whether all the numbers are there.
func (k *DSAPublicKey) whole() bool {
	return k != nil && k.Key.P != nil && k.Key.Q != nil && k.Key.G != nil && k.Key.Y != nil
}

// bounded says why the key is none to calculate with: numbers that are too large, or out of order.
func (k *DSAPublicKey) bounded() error {
	if !k.whole() {
		return errors.New("a DSA key without its numbers")
	}
	p, q := k.Key.P, k.Key.Q
	switch {
	case p.BitLen() > maxDSABits || q.BitLen() > maxQBits:
		return fmt.Errorf("a DSA key of %d and %d bits, more than %d and %d", p.BitLen(), q.BitLen(), maxDSABits, maxQBits)
	case p.Sign() <= 0 || q.Sign() <= 0 || p.Bit(0) == 0 || q.BitLen() >= p.BitLen():
		return errors.New("a DSA key whose moduli are none")
	case !between(k.Key.G, p) || !between(k.Key.Y, p):
		return errors.New("a DSA key whose numbers are not below its modulus")
	}
	return nil
}

// between tells whether 1 < n < p.
func between(n, p *big.Int) bool { return n.Sign() > 0 && n.BitLen() > 1 && n.Cmp(p) < 0 }

// VerifyASN1 verifies SEQUENCE{r, s} (RFC 3279 §2.2.2). Of a digest that is longer than q its leftmost bits count (FIPS 186-4 §4.6).
func (k *DSAPublicKey) VerifyASN1(digest, sig []byte) bool {
	var seq cryptobyte.String
	var r, s big.Int
	in := cryptobyte.String(sig)
	if k.bounded() != nil || !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !in.Empty() ||
		!seq.ReadASN1Integer(&r) || !seq.ReadASN1Integer(&s) || !seq.Empty() {
		return false
	}
	digest = digest[:min(len(digest), k.Key.Q.BitLen()/8)]
	return dsa.Verify(&k.Key, digest, &r, &s) // which refuses a q that is not of whole bytes, and r or s out of range
}
