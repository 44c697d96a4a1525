package export

import (
	"crypto"
	"errors"
	"fmt"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

var errNoPassphrase = errors.New("no passphrase to seal the key with")

// sealPKCS8 writes the key as PKCS#8 in PEM ("ENCRYPTED PRIVATE KEY"), sealed by the new passphrase, and opens it again. It has no line of
// sigtool's before it: what reads it is somebody else's.
func sealPKCS8(k Key, s Settings) ([]byte, error) {
	if k.Passphrase == nil {
		return nil, errNoPassphrase
	}
	der, err := keygen.MarshalPrivate(k.Signer)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(der)
	file, err := keygen.Seal(der, k.Passphrase.Bytes(), s.KDF, s.Rand)
	if err != nil {
		return nil, err
	}
	sealed, ok := keygen.SealedDER(file)
	if !ok {
		return nil, errors.New("the sealed key does not read back")
	}
	return opensAgain(keygen.EncodeSealed(sealed), k)
}

// plainPKCS8 writes the key as PKCS#8 in PEM ("PRIVATE KEY"), for anybody to read, and reads it again.
func plainPKCS8(k Key) ([]byte, error) {
	der, err := keygen.MarshalPrivate(k.Signer)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(der)
	return opensAgain(keygen.EncodePlain(der), k)
}

// opensAgain returns a file that was made of the key once it loads again as this very key; else it wipes it.
func opensAgain(file []byte, k Key) ([]byte, error) {
	back, err := keygen.Load(file, func() (*secret.Bytes, error) { return k.Passphrase, nil })
	defer back.Destroy()
	if err == nil {
		err = sameKey(k.Signer, back.Signer)
	}
	if err != nil {
		secret.Wipe(file)
		return nil, fmt.Errorf("the file does not open again: %v", err)
	}
	return file, nil
}

// sameKey compares both halves of what came back with the key that was exported.
func sameKey(key, back crypto.Signer) error {
	equal, ok := key.(interface{ Equal(crypto.PrivateKey) bool })
	if !ok || !equal.Equal(back) || keygen.Fingerprint(key.Public()) != keygen.Fingerprint(back.Public()) {
		return errors.New("another key came back than was exported")
	}
	return nil
}
