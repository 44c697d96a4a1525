package keygen

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"fmt"
	"math"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
)

// openPGPCurves are the object identifiers that OpenPGP writes curves as, without DER's tag and length (RFC 6637 §11).
var openPGPCurves = map[string][]byte{
	"P-256":     {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07},
	"P-384":     {0x2b, 0x81, 0x04, 0x00, 0x22},
	"P-521":     {0x2b, 0x81, 0x04, 0x00, 0x23},
	"secp256k1": {0x2b, 0x81, 0x04, 0x00, 0x0a},
}

// openPGPEd25519 is the object identifier of Ed25519 in OpenPGP, GnuPG's own, as the old kind 22 of key has it.
var openPGPEd25519 = []byte{0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01}

// openPGPFingerprint is the SHA-1 of 99, the length in two bytes, and the body of the public key (RFC 4880 §12.2), or "" for keys and times
// that such a body can't hold.
func openPGPFingerprint(pub crypto.PublicKey, created time.Time) string {
	body := openPGPBody(pub, created)
	if body == nil {
		return ""
	}
	sum := sha1.Sum(append([]byte{0x99, byte(len(body) >> 8), byte(len(body))}, body...))
	return fmt.Sprintf("%X", sum)
}

// openPGPBody is a public key of version 4 (RFC 4880 §5.5.2; RFC 6637 §9 for curves), with which nothing but signing can be done:
//
//	04 | uint32 seconds since 1970 | kind | numbers
//
// where the numbers are n and e (kind 1, RSA), or the curve, with its length before it, and the point 04 || X || Y (kind 19, ECDSA) or
// 40 || key (kind 22, EdDSA), each a uint16 of bits and the bytes. nil if there is no such body.
func openPGPBody(pub crypto.PublicKey, created time.Time) []byte {
	seconds := created.Unix()
	if seconds < 0 || seconds > math.MaxUint32 {
		return nil
	}
	b := cryptobyte.NewBuilder(nil)
	head := func(kind uint8) {
		b.AddUint8(4)
		b.AddUint32(uint32(seconds))
		b.AddUint8(kind)
	}
	curve := func(kind uint8, oid, point []byte) {
		head(kind)
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(oid) })
		addMPI(b, point)
	}
	switch key := pub.(type) {
	case *rsa.PublicKey:
		head(1)
		addMPI(b, key.N.Bytes())
		addMPI(b, big.NewInt(int64(key.E)).Bytes())
	case ed25519.PublicKey:
		curve(22, openPGPEd25519, append([]byte{0x40}, key...))
	default:
		crv, point := ecPoint(pub)
		if point == nil || openPGPCurves[crv] == nil {
			return nil
		}
		curve(19, openPGPCurves[crv], point)
	}
	body, err := b.Bytes()
	if err != nil {
		return nil
	}
	return body
}

// addMPI writes a number (RFC 4880 §3.2): how many bits it has, and its bytes from the first that is not zero.
func addMPI(b *cryptobyte.Builder, number []byte) {
	n := new(big.Int).SetBytes(number)
	b.AddUint16(uint16(n.BitLen()))
	b.AddBytes(n.Bytes())
}
