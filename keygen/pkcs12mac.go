package keygen

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/asn1"
	"hash"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/secret"
)

// pkcs12MAC is the checksum over the contents, under the passphrase.
//
//	SEQUENCE { SEQUENCE { SEQUENCE { OID hash, parameters }, OCTET STRING sum }, OCTET STRING salt, INTEGER iterations DEFAULT 1 }
//
// or with PBMAC1 in the place of the hash (RFC 9579 §4), whose parameters make salt and iterations meaningless:
//
//	SEQUENCE { SEQUENCE { PBKDF2, parameters }, SEQUENCE { HMAC, NULL } }
type pkcs12MAC struct {
	sum    []byte
	hash   func() hash.Hash
	derive func(pass []byte) ([]byte, error)
}

var macHashes = []struct {
	oid asn1.ObjectIdentifier
	new func() hash.Hash
}{
	{asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, sha1.New}, {asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 4}, sha256.New224},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, sha256.New}, {asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, sha512.New384},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, sha512.New},
}

func parsePKCS12MAC(mac cryptobyte.String) (*pkcs12MAC, error) {
	var digest, alg, sum, salt cryptobyte.String
	var oid asn1.ObjectIdentifier
	rounds := big.NewInt(1)
	if !mac.ReadASN1(&digest, cbasn1.SEQUENCE) || !digest.ReadASN1(&alg, cbasn1.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&oid) ||
		!digest.ReadASN1(&sum, cbasn1.OCTET_STRING) || !digest.Empty() || !mac.ReadASN1(&salt, cbasn1.OCTET_STRING) ||
		!mac.Empty() && !mac.ReadASN1Integer(rounds) || !mac.Empty() {
		return nil, damaged("the MAC of the PKCS#12 can't be read")
	}
	if oid.Equal(oidPBMAC1) {
		return parsePBMAC1(alg, sum)
	}
	m := &pkcs12MAC{sum: sum}
	for _, known := range macHashes {
		if known.oid.Equal(oid) {
			m.hash = known.new
		}
	}
	if m.hash == nil || !noParams(alg) {
		return nil, unsupported("a PKCS#12 file with a MAC of the hash %s", nameOf(oid))
	}
	m.derive = func(pass []byte) ([]byte, error) {
		wide := bmpPassphrase(pass)
		defer secret.Wipe(wide)
		return pkcs12Derive(m.hash, wide, salt, int(rounds.Int64()), pkcs12Mac, m.hash().Size()), nil
	}
	return m, checkRounds(rounds)
}

// parsePBMAC1 reads the parameters of RFC 8018 A.5. The key's length, which RFC 9579 §5 wants to be there, is that of a hash.
func parsePBMAC1(alg, sum cryptobyte.String) (*pkcs12MAC, error) {
	var params, kdf, scheme cryptobyte.String
	var kdfOID, macOID asn1.ObjectIdentifier
	if !alg.ReadASN1(&params, cbasn1.SEQUENCE) || !alg.Empty() || !params.ReadASN1(&kdf, cbasn1.SEQUENCE) ||
		!params.ReadASN1(&scheme, cbasn1.SEQUENCE) || !params.Empty() || !kdf.ReadASN1ObjectIdentifier(&kdfOID) ||
		!scheme.ReadASN1ObjectIdentifier(&macOID) || !noParams(scheme) {
		return nil, damaged("the MAC of the PKCS#12 can't be read")
	}
	m := &pkcs12MAC{sum: sum}
	for _, prf := range prfs {
		if prf.oid.Equal(macOID) {
			m.hash = prf.new
		}
	}
	if m.hash == nil || !kdfOID.Equal(oidPBKDF2) {
		return nil, unsupported("a PKCS#12 file with a MAC of the key derivation %s and the function %s", nameOf(kdfOID), nameOf(macOID))
	}
	size := m.hash().Size()
	s := &pbes2{cipher: &cbcCipher{keySize: size}}
	if err := s.readPBKDF2(kdf); err != nil {
		return nil, err
	}
	m.derive = func(pass []byte) ([]byte, error) { return s.derive(pass, size) }
	return m, nil
}

// verify tells whether the contents have this sum under the passphrase.
func (m *pkcs12MAC) verify(pass, content []byte) (bool, error) {
	key, err := m.derive(pass)
	if err != nil {
		return false, err
	}
	defer secret.Wipe(key)
	h := hmac.New(m.hash, key)
	h.Write(content)
	return subtle.ConstantTimeCompare(h.Sum(nil), m.sum) == 1, nil
}
