package keygen

import (
	"crypto/sha1"
	"encoding/asn1"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/secret"
)

// pkcs12PBE is triple DES in CBC, its key and IV derived as PKCS#12 does, with SHA-1.
type pkcs12PBE struct {
	salt    []byte
	rounds  int
	keySize int // 24, or 16 for the first key being the third as well
	data    []byte
}

func (s *pkcs12PBE) open(pass []byte) (text []byte, ok bool, err error) {
	wide := bmpPassphrase(pass)
	defer secret.Wipe(wide)
	cbc := &pbes2{cipher: cbcCiphers[3], iv: pkcs12Derive(sha1.New, wide, s.salt, s.rounds, pkcs12IV, 8), data: s.data}
	cbc.derive = func([]byte, int) ([]byte, error) {
		key := pkcs12Derive(sha1.New, wide, s.salt, s.rounds, pkcs12Key, s.keySize)
		return append(key, key[:24-s.keySize]...), nil
	}
	return cbc.open(nil)
}

// parseShrouded reads an EncryptedPrivateKeyInfo that may be sealed in the ways of PKCS#12, too (RFC 7292 appendix C).
//
//	SEQUENCE { SEQUENCE { PBE, SEQUENCE { OCTET STRING salt, INTEGER iterations } }, OCTET STRING data }
func parseShrouded(der cryptobyte.String) (passphraseSealed, error) {
	var body, alg, params, salt, data cryptobyte.String
	var scheme asn1.ObjectIdentifier
	var rounds big.Int
	input := der
	if !input.ReadASN1(&body, cbasn1.SEQUENCE) || !input.Empty() || !body.ReadASN1(&alg, cbasn1.SEQUENCE) ||
		!alg.ReadASN1ObjectIdentifier(&scheme) || !body.ReadASN1(&data, cbasn1.OCTET_STRING) || !body.Empty() {
		return nil, damaged("the sealed key can't be read")
	}
	size := 24
	switch {
	case scheme.Equal(oidPBE2Key3DES):
		size = 16
	case !scheme.Equal(oidPBE3DES):
		sealed, err := parsePBES2(der)
		if err != nil {
			return nil, err // not sealed: a nil pointer in an interface is not nil
		}
		return sealed, nil
	}
	if !alg.ReadASN1(&params, cbasn1.SEQUENCE) || !alg.Empty() || !params.ReadASN1(&salt, cbasn1.OCTET_STRING) ||
		!params.ReadASN1Integer(&rounds) || !params.Empty() {
		return nil, damaged("the way it is sealed can't be read")
	}
	if len(data) == 0 || len(data)%8 != 0 {
		return nil, damaged("the sealed part is not a whole number of blocks")
	}
	return &pkcs12PBE{salt: salt, rounds: int(rounds.Int64()), keySize: size, data: data}, checkRounds(&rounds)
}

func checkRounds(rounds *big.Int) error {
	if rounds.Sign() <= 0 || rounds.Cmp(big.NewInt(int64(limits.pbkdf2Rounds))) > 0 {
		return unsupported("PKCS#12 sealed with %s rounds (1 to %d are taken)", short(rounds), limits.pbkdf2Rounds)
	}
	return nil
}
