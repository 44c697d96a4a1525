package tezos

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"fmt"
	"math/big"

	"golang.org/x/crypto/blake2b"

	"sigtool/formats"
	"sigtool/internal/sigalg"
	"sigtool/keygen"
	"sigtool/keygen/tezos"
)

// sign signs a message, watermark and all, as octez does: 64 bytes by Ed25519 over its BLAKE2b-256, or r || s of ECDSA over it, with the
// nonce of RFC 6979 (HMAC-SHA-256) and s in the lower half of the order; 96 bytes by BLS over the message itself, in the scheme that chains
// take since the protocol Seoul. The key is of Tezos.
func sign(key crypto.Signer, message []byte) ([]byte, error) {
	digest := blake2b.Sum256(message)
	switch pub := key.Public().(type) {
	case sigalg.MessageKey:
		return sigalg.SignMessage(key, 0, message)
	case ed25519.PublicKey:
		return sigalg.SignMessage(key, 0, digest[:])
	default:
		// SHA-256 stands for a digest of 32 bytes, and is the hash that makes the nonce.
		sig, err := sigalg.Sign(key, crypto.SHA256, digest[:])
		if err != nil {
			return nil, err
		}
		fixed, err := sigalg.FixedWidth(pub, sig)
		if err != nil {
			return nil, err
		}
		return lowS(pub, fixed), nil
	}
}

// lowS brings s of a P-256 signature into the lower half of the order, as it always is with secp256k1 here. Octez takes both halves of
// P-256; with one of the two alone a signature has one text.
func lowS(pub crypto.PublicKey, sig []byte) []byte {
	key, ok := pub.(*ecdsa.PublicKey)
	if !ok {
		return sig
	}
	order, s := key.Params().N, new(big.Int).SetBytes(sig[len(sig)/2:])
	if other := new(big.Int).Sub(order, s); other.Cmp(s) < 0 {
		other.FillBytes(sig[len(sig)/2:])
	}
	return sig
}

// verify tells whether sig is the key's signature over a message, watermark and all. Both halves of s are taken.
func verify(pub crypto.PublicKey, message, sig []byte) error {
	digest := blake2b.Sum256(message)
	switch pub := pub.(type) {
	case sigalg.MessageKey:
		return sigalg.VerifyMessage(pub, 0, message, sig)
	case ed25519.PublicKey:
		return sigalg.VerifyMessage(pub, 0, digest[:], sig)
	}
	der, err := sigalg.FromFixedWidth(pub, sig)
	if err != nil {
		return err
	}
	return sigalg.Verify(pub, crypto.SHA256, digest[:], der)
}

// readSignature reads the text of a signature, which may end with its line, for a key with that prefix. Error: ErrMismatch.
func readSignature(text []byte, own *tezos.Prefix) ([]byte, error) {
	prefix, sig, err := tezos.Decode(string(oneLine(text)))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", formats.ErrMismatch, err)
	}
	if prefix != own && (prefix != tezos.AnySig || own.Size != prefix.Size) {
		return nil, fmt.Errorf("%w: it is %s…, and signatures of the key given are %s…", formats.ErrMismatch, prefix.Letters, own.Letters)
	}
	return sig, nil
}

// algName is what reports call a signature: "ecdsa-p256-blake2b256".
func algName(pub crypto.PublicKey) string {
	switch curve, _ := keygen.TezosPublic(pub); curve {
	case tezos.BLS:
		return "bls12381"
	case tezos.Ed25519:
		return "ed25519-blake2b256"
	default:
		return "ecdsa-" + string(curve) + "-blake2b256"
	}
}
