package optee

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"slices"

	"sigtool/formats"
)

// publishedKeys are keys whose secret half everybody has: the SHA-256 of their DER SubjectPublicKeyInfo.
var publishedKeys = []string{
	"3a21983aeeda3a503f4d3de2ff6fedbaa8b4389ab6ef7261cbdb1de85434fcc3", // RSA-2048 of keys/default_ta.pem, in OP-TEE up to 4.6
}

// publishedAES is the SHA-256 of the key that OP-TEE's makefile (ta/link.mk) encrypts with and its example of a device knows.
const publishedAES = "705e548baa8403f6a16895567e8ad0895efc39e1c2dacf8a19182a2106aae531"

var errPublished = errors.New("the key is OP-TEE's own default, whose secret half is in its source: whoever has that signs as well")

// isPublished tells whether the secret half of a key is no secret.
func isPublished(key *rsa.PublicKey) bool {
	der, err := x509.MarshalPKIXPublicKey(key)
	sum := sha256.Sum256(der)
	return err == nil && slices.Contains(publishedKeys, hex.EncodeToString(sum[:]))
}

// published is the warning of a signature by such a key, which signing and verifying print alike.
func published(key *rsa.PublicKey) []formats.Signature {
	if key == nil || !isPublished(key) {
		return nil
	}
	return []formats.Signature{{Scheme: "default-key", Key: key, Aside: true, Err: errPublished}}
}

// aesWarnings are what to say of a key to encrypt with.
func aesWarnings(key []byte) (warnings []string) {
	if sum := sha256.Sum256(key); hex.EncodeToString(sum[:]) == publishedAES {
		warnings = append(warnings, "the encryption key is OP-TEE's own default, which is in its source: it hides nothing")
	}
	if len(key) != ownKeySize {
		warnings = append(warnings, "OP-TEE's own code decrypts with keys of 32 bytes alone, and this one is shorter")
	}
	return warnings
}
