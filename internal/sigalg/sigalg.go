// Package sigalg is the one place that turns a key and a hash into a signature, and the only one that says whether a signature matches.
//
// RSA means PKCS#1 v1.5 (RFC 8017 §8.2), ECDSA means a DER SEQUENCE of r and s (RFC 3279 §2.2.3) made with the nonce of
// RFC 6979, Ed25519 means RFC 8032 over the whole message, and ML-DSA FIPS 204 §5.2 over the whole message, with an empty context and no
// randomness. All four are deterministic: the same key and message give the same bytes. RSA-PSS (RFC 8017 §8.1), which is asked for by name
// (SignPSS), takes a random salt. DSA (FIPS 186-4 §4) only verifies. Weak keys and weak hashes are not judged here; package verify does that.
package sigalg

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	_ "crypto/md5" // so that the hashes in use are always linked; this one and the next only verify what is old
	"crypto/rsa"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"errors"
	"fmt"
	"strings"
)

// What a caller must tell apart.
var (
	ErrMismatch = errors.New("signature does not match")        // the key did not make this signature over this digest or message
	ErrNoKey    = errors.New("no key given matches the signer") // none of the keys at hand can be the one that signed
)

// verifier is what other kinds of key bring to be verified with: ECDSA over a curve that the standard library lacks (secp256k1).
type verifier interface {
	VerifyASN1(digest, sig []byte) bool
}

// Sign signs a digest made with h. Keys that take messages (SignsMessages) are refused. Keys of other types sign through
// their crypto.Signer and must give a DER signature.
func Sign(key crypto.Signer, h crypto.Hash, digest []byte) ([]byte, error) {
	if err := checkDigest(h, digest); err != nil {
		return nil, err
	}
	if SignsMessages(key.Public()) {
		return nil, errMessage(key.Public())
	}
	sig, err := key.Sign(nil, digest, h) // no randomness: RFC 6979, and PKCS#1 v1.5 needs none
	if err != nil {
		return nil, fmt.Errorf("can't sign with %s: %v", Name(key.Public(), h), err)
	}
	return sig, nil
}

// SignMessage signs a message: by its digest under h, or as it is where the key takes messages (h is then not used).
func SignMessage(key crypto.Signer, h crypto.Hash, msg []byte) ([]byte, error) {
	if SignsMessages(key.Public()) {
		sig, err := key.Sign(nil, msg, crypto.Hash(0))
		if err != nil {
			return nil, fmt.Errorf("can't sign with %s: %v", Name(key.Public(), 0), err)
		}
		return sig, nil
	}
	digest, err := sum(h, msg)
	if err != nil {
		return nil, err
	}
	return Sign(key, h, digest)
}

// Bounds on RSA keys that are verified with. What is larger nobody uses, and the calculation takes seconds.
const (
	maxRSABits  = 16384
	maxExponent = 1<<31 - 1
)

// Bounded says why a public key, which may come from the file it verifies, is too large to calculate with; nil means that it is not.
func Bounded(pub crypto.PublicKey) error {
	if key, ok := pub.(*DSAPublicKey); ok {
		return key.bounded()
	}
	key, ok := pub.(*rsa.PublicKey)
	switch {
	case !ok || key.N == nil:
		return nil
	case key.N.BitLen() > maxRSABits:
		return fmt.Errorf("an RSA key of %d bits, more than %d", key.N.BitLen(), maxRSABits)
	case int64(key.E) > maxExponent:
		return errors.New("an RSA key with an exponent of more than 31 bits")
	}
	return nil
}

// Verify tells whether pub's secret half made sig over a digest made with h. Errors: ErrMismatch, also for a key that is not
// Bounded; anything else means that it can't be told: a key type that is not known, a digest of the wrong length, an RSA
// key below 1024 bits.
func Verify(pub crypto.PublicKey, h crypto.Hash, digest, sig []byte) error {
	if err := checkDigest(h, digest); err != nil {
		return err
	}
	if err := Bounded(pub); err != nil {
		return fmt.Errorf("%w: %v", ErrMismatch, err)
	}
	good := false
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		if misfit(pub, sig) {
			return ErrMismatch
		}
		err := rsa.VerifyPKCS1v15(pub, h, digest, sig)
		if err != nil && !errors.Is(err, rsa.ErrVerification) {
			return fmt.Errorf("can't verify with this rsa key: %v", err)
		}
		good = err == nil
	case *ecdsa.PublicKey:
		good = pub.Curve != nil && ecdsa.VerifyASN1(pub, digest, sig)
	case ed25519.PublicKey, MessageKey:
		return errMessage(pub)
	case verifier: // DSA too
		good = pub.VerifyASN1(digest, sig)
	default:
		return fmt.Errorf("can't verify with a key of type %T", pub)
	}
	if !good {
		return ErrMismatch
	}
	return nil
}

// VerifyMessage is Verify for what SignMessage signed.
func VerifyMessage(pub crypto.PublicKey, h crypto.Hash, msg, sig []byte) error {
	if SignsMessages(pub) {
		return verifyWhole(pub, msg, sig)
	}
	digest, err := sum(h, msg)
	if err != nil {
		return err
	}
	return Verify(pub, h, digest, sig)
}

// Name says what a signature by this key over this hash is called in reports: "rsa-pkcs1-sha256", "ecdsa-p256-sha256",
// "ecdsa-secp256k1-sha256", "dsa-sha256", "ed25519", "ml-dsa-65"; "unknown" for a key type that Verify does not take.
func Name(pub crypto.PublicKey, h crypto.Hash) string {
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		return "rsa-pkcs1-" + HashName(h)
	case *ecdsa.PublicKey:
		curve := "unknown"
		if pub.Curve != nil {
			curve = strings.ToLower(strings.ReplaceAll(pub.Curve.Params().Name, "-", ""))
		}
		return "ecdsa-" + curve + "-" + HashName(h)
	case ed25519.PublicKey:
		return "ed25519"
	case MessageKey:
		return pub.SignatureName()
	case *DSAPublicKey:
		return "dsa-" + HashName(h)
	case verifier:
		return "ecdsa-secp256k1-" + HashName(h)
	}
	return "unknown"
}

// HashName is the hash as people type it: "sha256".
func HashName(h crypto.Hash) string {
	return strings.ToLower(strings.ReplaceAll(h.String(), "-", ""))
}

// ParseHash is the reverse of HashName for the hashes that we sign with: sha256, sha384, sha512.
func ParseHash(name string) (crypto.Hash, error) {
	for _, h := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		if HashName(h) == name {
			return h, nil
		}
	}
	return 0, fmt.Errorf("hash %q is not one of sha256, sha384, sha512", name)
}

func checkDigest(h crypto.Hash, digest []byte) error {
	if !h.Available() {
		return fmt.Errorf("hash %s is not supported", HashName(h))
	}
	if len(digest) != h.Size() {
		return fmt.Errorf("a %s digest has %d bytes, not %d", HashName(h), h.Size(), len(digest))
	}
	return nil
}

func sum(h crypto.Hash, msg []byte) ([]byte, error) {
	if !h.Available() {
		return nil, fmt.Errorf("hash %s is not supported", HashName(h))
	}
	w := h.New()
	w.Write(msg)
	return w.Sum(nil), nil
}
