package keygen

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/scrypt"

	"sigtool/internal/secret"
)

// KDF is how a passphrase becomes the key that seals a key file.
type KDF string

// The ways that Seal knows; "" means PBKDF2.
const (
	// PBKDF2 is PBKDF2-HMAC-SHA256 with 600,000 rounds (RFC 8018); every reader of PKCS#8 opens it.
	PBKDF2 KDF = "pbkdf2"
	// Scrypt is scrypt with N=2^14, r=8, p=5 (RFC 7914): 16 MiB, which OpenSSL 3 opens. With N=2^15 it refuses, for its own limit
	// is 32 MiB and takes the whole; p=5 makes up for it in work. Fewer tools open scrypt than PBKDF2.
	Scrypt KDF = "scrypt"
)

const (
	pbkdf2Rounds = 600_000
	scryptN      = 1 << 14
	scryptR      = 8
	scryptP      = 5
	saltSize     = 16
)

// Seal seals a PKCS#8 DER key with a passphrase (PBES2, AES-256-CBC, salt and IV of 16 bytes from rand) and returns PEM
// ("ENCRYPTED PRIVATE KEY"), with a line before it that says which key it is: see Stated. OpenSSL 3 opens both kinds.
func Seal(pkcs8, passphrase []byte, kdf KDF, rand io.Reader) ([]byte, error) {
	info, ok := splitPKCS8(pkcs8)
	if !ok {
		return nil, errors.New("only a PKCS#8 key can be sealed")
	}
	signer, err := info.signer()
	if err != nil {
		return nil, err
	}
	if len(passphrase) == 0 {
		return nil, errors.New("an empty passphrase seals nothing")
	}
	random := make([]byte, saltSize+aes.BlockSize)
	if _, err := io.ReadFull(rand, random); err != nil {
		return nil, fmt.Errorf("no randomness for the salt: %v", err)
	}
	salt, iv := random[:saltSize], random[saltSize:]
	key, params, err := derive(kdf, passphrase, salt)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	data := pad(pkcs8)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, data)
	der, err := envelope(params, iv, data)
	if err != nil {
		return nil, err
	}
	return append(Statement(signer.Public()), EncodeSealed(der)...), nil
}

// EncodeSealed wraps a DER EncryptedPrivateKeyInfo, as SealedDER returns it, in PEM ("ENCRYPTED PRIVATE KEY").
func EncodeSealed(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: typeSealed, Bytes: der})
}

// derive returns the AES key and writes the AlgorithmIdentifier that says how it was made.
func derive(kdf KDF, pass, salt []byte) ([]byte, cryptobyte.BuilderContinuation, error) {
	switch kdf {
	case PBKDF2, "":
		key, err := pbkdf2.Key(sha256.New, string(pass), salt, pbkdf2Rounds, 32)
		return key, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oidPBKDF2)
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString(salt)
				b.AddASN1Int64(pbkdf2Rounds)
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(oidHMACSHA256)
					b.AddASN1NULL()
				})
			})
		}, err
	case Scrypt:
		key, err := scrypt.Key(pass, salt, scryptN, scryptR, scryptP, 32)
		return key, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oidScrypt)
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString(salt)
				b.AddASN1Int64(scryptN)
				b.AddASN1Int64(scryptR)
				b.AddASN1Int64(scryptP)
			})
		}, err
	}
	return nil, nil, fmt.Errorf("key derivation %q is not one of %s %s", string(kdf), PBKDF2, Scrypt)
}

// pad copies a key with the padding of RFC 8018 §6.1.1.
func pad(der []byte) []byte {
	n := aes.BlockSize - len(der)%aes.BlockSize
	out := make([]byte, len(der), len(der)+n)
	copy(out, der)
	for range n {
		out = append(out, byte(n))
	}
	return out
}

// envelope writes what parsePBES2 reads.
func envelope(kdf cryptobyte.BuilderContinuation, iv, data []byte) ([]byte, error) {
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oidPBES2)
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, kdf)
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(oidAES256CBC)
					b.AddASN1OctetString(iv)
				})
			})
		})
		b.AddASN1OctetString(data)
	})
	return b.Bytes()
}
