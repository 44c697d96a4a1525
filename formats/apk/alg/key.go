package alg

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
	"strings"

	"sigtool/formats"
	"sigtool/internal/sigalg"
)

// maxSHA256Bits is the longest RSA modulus that apksigner signs with SHA-256: what is larger gets the longer hash, to be no weaker than its key.
const maxSHA256Bits = 3072

// ForKey returns the algorithms that apksigner signs with by such a key; with verity also the one over a verity digest, which there is only
// beside SHA-256 and which platforms before 28 pass over. Errors: formats.ErrKey, with the reason, for a key that
// Android can't check, or that this package does not sign with.
func ForKey(pub crypto.PublicKey, verity bool) ([]ID, error) {
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		if err := sigalg.Bounded(pub); err != nil {
			return nil, fmt.Errorf("%w: %v", formats.ErrKey, err)
		}
		return choice(pub.N.BitLen() <= maxSHA256Bits, verity, PKCS1SHA256, VerityPKCS1SHA256, PKCS1SHA512), nil
	case *ecdsa.PublicKey:
		order := pub.Curve.Params().N.BitLen()
		if order < 256 {
			return nil, fmt.Errorf("%w: %s is too weak a curve for an APK", formats.ErrKey, pub.Curve.Params().Name)
		}
		return choice(order <= 256, verity, ECDSASHA256, VerityECDSASHA256, ECDSASHA512), nil
	case ed25519.PublicKey:
		return nil, fmt.Errorf("%w: no version of Android checks ed25519 signatures of APKs", formats.ErrKey)
	case *sigalg.DSAPublicKey:
		return nil, fmt.Errorf("%w: DSA is for checking old APKs only", formats.ErrKey)
	}
	if strings.Contains(sigalg.Name(pub, crypto.SHA256), "secp256k1") {
		return nil, fmt.Errorf("%w: no version of Android has the curve secp256k1", formats.ErrKey)
	}
	return nil, fmt.Errorf("%w: not an RSA or NIST ECDSA key", formats.ErrKey)
}

// choice picks the algorithm with the short hash, beside it the one over a verity digest, or that with the long hash alone.
func choice(short, verity bool, sha256, overVerity, sha512 ID) []ID {
	switch {
	case !short:
		return []ID{sha512}
	case verity:
		return []ID{sha256, overVerity}
	}
	return []ID{sha256}
}

// Fits tells whether a key is of the kind that an algorithm is for.
func Fits(id ID, pub crypto.PublicKey) bool {
	t := find(id)
	return t != nil && t.key == kindOf(pub)
}

// kindOf tells which algorithms a public key can be for.
func kindOf(pub crypto.PublicKey) kind {
	switch pub.(type) {
	case *rsa.PublicKey:
		return rsaKey
	case *ecdsa.PublicKey:
		return ecKey
	case *sigalg.DSAPublicKey:
		return dsaKey
	}
	return otherKey
}
