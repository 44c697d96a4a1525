package keygen

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"encoding/asn1"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/secret"
)

// pbes2 is a key sealed with a passphrase, taken apart and found to be within the limits.
//
//	SEQUENCE { SEQUENCE { PBES2, SEQUENCE { SEQUENCE { KDF, parameters }, SEQUENCE { cipher, OCTET STRING iv } } }, OCTET STRING data }
type pbes2 struct {
	derive func(pass []byte, size int) ([]byte, error)
	cipher *cbcCipher
	iv     []byte
	data   []byte
}

type cbcCipher struct {
	oid     asn1.ObjectIdentifier
	keySize int
	block   func([]byte) (cipher.Block, error)
	ivSize  int
}

var cbcCiphers = []*cbcCipher{
	{oidAES256CBC, 32, aes.NewCipher, 16},
	{oidAES192CBC, 24, aes.NewCipher, 16},
	{oidAES128CBC, 16, aes.NewCipher, 16},
	{oidDESEDE3CBC, 24, des.NewTripleDESCipher, 8},
}

// openPBES2 opens an EncryptedPrivateKeyInfo. A wrong passphrase leaves bad padding or, once in 256 times, noise that is no PKCS#8.
// What is PKCS#8 was opened with the right one, whatever else may be wrong with it.
func openPBES2(der []byte, ask func() (*secret.Bytes, error)) (*Key, error) {
	sealed, err := parsePBES2(der)
	if err != nil {
		return nil, err
	}
	pass, err := askFor(ask)
	if err != nil {
		return nil, err
	}
	inner, ok, err := sealed.open(pass.Bytes())
	defer secret.Wipe(inner)
	if err != nil {
		return nil, err
	}
	var info *privateInfo
	if ok {
		info, ok = splitPKCS8(unpadded(inner))
	}
	if !ok {
		return nil, fmt.Errorf("%w, or the file is damaged", ErrPassphrase)
	}
	key, err := info.open()
	if err != nil {
		return nil, err
	}
	key.Sealed, key.Form = true, FormPBES2
	return key, nil
}

// open decrypts. It returns the padded text, and whether the padding of RFC 8018 §6.1.1 is right.
func (s *pbes2) open(pass []byte) (text []byte, ok bool, err error) {
	key, err := s.derive(pass, s.cipher.keySize)
	if err != nil {
		return nil, false, err
	}
	defer secret.Wipe(key)
	block, err := s.cipher.block(key)
	if err != nil {
		return nil, false, err
	}
	text = make([]byte, len(s.data))
	cipher.NewCBCDecrypter(block, s.iv).CryptBlocks(text, s.data)
	n := int(text[len(text)-1])
	if n == 0 || n > block.BlockSize() {
		return text, false, nil
	}
	for _, b := range text[len(text)-n:] {
		if int(b) != n {
			return text, false, nil
		}
	}
	return text, true, nil
}

func unpadded(text []byte) []byte { return text[:len(text)-int(text[len(text)-1])] }

func parsePBES2(der []byte) (*pbes2, error) {
	var body, alg, params, kdf, enc, data cryptobyte.String
	var scheme, kdfOID asn1.ObjectIdentifier
	input := cryptobyte.String(der)
	if !input.ReadASN1(&body, cbasn1.SEQUENCE) || !input.Empty() || !body.ReadASN1(&alg, cbasn1.SEQUENCE) ||
		!alg.ReadASN1ObjectIdentifier(&scheme) || !body.ReadASN1(&data, cbasn1.OCTET_STRING) || !body.Empty() {
		return nil, damaged("the sealed PKCS#8 can't be read")
	}
	if !scheme.Equal(oidPBES2) {
		return nil, unsupported("a key sealed with %s (convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc)", nameOf(scheme))
	}
	if !alg.ReadASN1(&params, cbasn1.SEQUENCE) || !alg.Empty() || !params.ReadASN1(&kdf, cbasn1.SEQUENCE) ||
		!params.ReadASN1(&enc, cbasn1.SEQUENCE) || !params.Empty() || !kdf.ReadASN1ObjectIdentifier(&kdfOID) {
		return nil, damaged("the way it is sealed can't be read")
	}
	s := &pbes2{data: data}
	if err := s.readCipher(enc); err != nil {
		return nil, err
	}
	switch {
	case kdfOID.Equal(oidPBKDF2):
		return s, s.readPBKDF2(kdf)
	case kdfOID.Equal(oidScrypt):
		return s, s.readScrypt(kdf)
	}
	return nil, unsupported("a key sealed with the key derivation %s", nameOf(kdfOID))
}

func (s *pbes2) readCipher(enc cryptobyte.String) error {
	var oid asn1.ObjectIdentifier
	if !enc.ReadASN1ObjectIdentifier(&oid) {
		return damaged("the cipher it is sealed with can't be read")
	}
	for _, c := range cbcCiphers {
		if c.oid.Equal(oid) {
			s.cipher = c
		}
	}
	if s.cipher == nil {
		return unsupported("a key sealed with the cipher %s", nameOf(oid))
	}
	if !enc.ReadASN1Bytes(&s.iv, cbasn1.OCTET_STRING) || !enc.Empty() || len(s.iv) != s.cipher.ivSize {
		return damaged("the initialisation vector has not %d bytes", s.cipher.ivSize)
	}
	if len(s.data) == 0 || len(s.data)%s.cipher.ivSize != 0 {
		return damaged("the sealed part is not a whole number of blocks")
	}
	return nil
}
