package export

import (
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"

	"sigtool/internal/keywrap"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

const wrappingBytes = 32 // of the AES key in between

// rsaAESWrap wraps a private key to an RSA key, as cloud vaults and PKCS#11 modules unwrap it (CKM_RSA_AES_KEY_WRAP, PKCS#11 3.0 §2.1.21):
//
//	+------------------------------------+------------------------------------------+
//	| RSA-OAEP(pub, AES key of 32 bytes) | AES-KWP(AES key, PKCS#8 DER of the key)  |
//	+------------------------------------+------------------------------------------+
//	 pub.Size() bytes                     len(PKCS#8) rounded up to 8, and 8 more
//
// The hash is that of OAEP and of its MGF1, and the label is empty. The AES key is made here and forgotten here. Before the blob is given
// out it is proven, as far as can be: its second part opens to this very key, and a blob made in the same way to a throw-away pair opens from
// end to end.
func rsaAESWrap(rand io.Reader, pub *rsa.PublicKey, hash crypto.Hash, key crypto.Signer) ([]byte, error) {
	if pub.Equal(key.Public()) {
		return nil, errors.New("the wrapping key is the public half of the very key that is to be wrapped")
	}
	if err := rehearseWrap(rand, hash, key); err != nil {
		return nil, err
	}
	blob, aesKey, err := rsaAESBlob(rand, pub, hash, key)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(aesKey)
	if len(blob) <= pub.Size() {
		return nil, errors.New("the wrapped key is too short, do not use it")
	}
	if err := opensTo(aesKey, blob[pub.Size():], key); err != nil {
		return nil, err
	}
	return blob, nil
}

// rehearseWrap does all of it with a throw-away pair in the vault's place, and opens the blob as the vault would.
func rehearseWrap(rand io.Reader, hash crypto.Hash, key crypto.Signer) error {
	pair, err := rsa.GenerateKey(rand, 2048)
	if err != nil {
		return err
	}
	blob, made, err := rsaAESBlob(rand, &pair.PublicKey, hash, key)
	if err != nil {
		return err
	}
	defer secret.Wipe(blob) // the one that can be opened
	secret.Wipe(made)
	aesKey, err := rsa.DecryptOAEP(hash.New(), nil, pair, blob[:pair.Size()], nil)
	if err != nil {
		return fmt.Errorf("the wrapped key does not open again: %w", err)
	}
	defer secret.Wipe(aesKey)
	return opensTo(aesKey, blob[pair.Size():], key)
}

// rsaAESBlob puts the two parts together. The caller wipes the AES key.
func rsaAESBlob(rand io.Reader, pub *rsa.PublicKey, hash crypto.Hash, key crypto.Signer) (blob, aesKey []byte, err error) {
	der, err := keygen.MarshalPrivate(key)
	if err != nil {
		return nil, nil, err
	}
	defer secret.Wipe(der)
	aesKey = make([]byte, wrappingBytes)
	if _, err := io.ReadFull(rand, aesKey); err != nil {
		return nil, nil, err
	}
	front, err := rsa.EncryptOAEP(hash.New(), rand, pub, aesKey, nil)
	if err == nil && len(front) != pub.Size() {
		err = errors.New("RSA-OAEP made another length than the modulus has")
	}
	var tail []byte
	if err == nil {
		tail, err = keywrap.WrapPadded(aesKey, der)
	}
	if err != nil {
		secret.Wipe(aesKey)
		return nil, nil, err
	}
	return append(front, tail...), aesKey, nil
}

// opensTo proves that what is wrapped is the PKCS#8 of this key.
func opensTo(aesKey, wrapped []byte, key crypto.Signer) error {
	der, err := keywrap.UnwrapPadded(aesKey, wrapped)
	if err != nil {
		return err
	}
	defer secret.Wipe(der)
	back, err := keygen.Load(der, nil)
	if err != nil {
		return fmt.Errorf("the wrapped key does not open again: %w", err)
	}
	defer back.Destroy()
	return sameKey(key, back.Signer)
}
