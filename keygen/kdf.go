package keygen

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"hash"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/scrypt"
)

var prfs = []struct {
	oid asn1.ObjectIdentifier
	new func() hash.Hash
}{
	{oidHMACSHA1, sha1.New}, {oidHMACSHA224, sha256.New224}, {oidHMACSHA256, sha256.New},
	{oidHMACSHA384, sha512.New384}, {oidHMACSHA512, sha512.New},
}

// readPBKDF2 reads RFC 8018 A.2: SEQUENCE { OCTET STRING salt, INTEGER iterations, INTEGER keyLength OPTIONAL, prf DEFAULT hmacWithSHA1 }.
func (s *pbes2) readPBKDF2(kdf cryptobyte.String) error {
	var params, salt, prf cryptobyte.String
	var rounds big.Int
	if !kdf.ReadASN1(&params, cbasn1.SEQUENCE) || !kdf.Empty() || !params.ReadASN1(&salt, cbasn1.OCTET_STRING) ||
		!params.ReadASN1Integer(&rounds) || !s.keyLength(&params) {
		return damaged("the parameters of PBKDF2 can't be read")
	}
	if rounds.Sign() <= 0 || rounds.Cmp(big.NewInt(int64(limits.pbkdf2Rounds))) > 0 {
		return unsupported("a key sealed with %s rounds of PBKDF2 (1 to %d are taken)", short(&rounds), limits.pbkdf2Rounds)
	}
	newHash := prfs[0].new
	if !params.Empty() {
		var oid asn1.ObjectIdentifier
		if !params.ReadASN1(&prf, cbasn1.SEQUENCE) || !params.Empty() || !prf.ReadASN1ObjectIdentifier(&oid) || !noParams(prf) {
			return damaged("the parameters of PBKDF2 can't be read")
		}
		newHash = nil
		for _, p := range prfs {
			if p.oid.Equal(oid) {
				newHash = p.new
			}
		}
		if newHash == nil {
			return unsupported("a key sealed with PBKDF2 over %s", nameOf(oid))
		}
	}
	s.derive = func(pass []byte, size int) ([]byte, error) {
		return pbkdf2.Key(newHash, string(pass), salt, int(rounds.Int64()), size)
	}
	return nil
}

// readScrypt reads RFC 7914 §7.1: SEQUENCE { OCTET STRING salt, INTEGER N, INTEGER r, INTEGER p, INTEGER keyLength OPTIONAL }.
func (s *pbes2) readScrypt(kdf cryptobyte.String) error {
	var params, salt cryptobyte.String
	var n, r, p big.Int
	if !kdf.ReadASN1(&params, cbasn1.SEQUENCE) || !kdf.Empty() || !params.ReadASN1(&salt, cbasn1.OCTET_STRING) ||
		!params.ReadASN1Integer(&n) || !params.ReadASN1Integer(&r) || !params.ReadASN1Integer(&p) ||
		!s.keyLength(&params) || !params.Empty() {
		return damaged("the parameters of scrypt can't be read")
	}
	memory := new(big.Int).Mul(big.NewInt(128), new(big.Int).Mul(&n, &r))
	work := new(big.Int).Mul(memory, &p)
	blocks := new(big.Int).Mul(big.NewInt(128), new(big.Int).Mul(&r, &p))
	if n.Cmp(big.NewInt(2)) < 0 || r.Sign() <= 0 || p.Sign() <= 0 || new(big.Int).And(&n, new(big.Int).Sub(&n, big.NewInt(1))).Sign() != 0 {
		return damaged("the parameters of scrypt are out of range")
	}
	if memory.Cmp(big.NewInt(int64(limits.scryptMemory))) > 0 || work.Cmp(big.NewInt(int64(limits.scryptWork))) > 0 {
		return unsupported("a key sealed with scrypt N=%s r=%s p=%s (up to %d MiB are taken)", short(&n), short(&r), short(&p), limits.scryptMemory>>20)
	}
	if blocks.Cmp(big.NewInt(int64(limits.scryptBlocks))) > 0 {
		return unsupported("a key sealed with scrypt r=%s p=%s (up to %d MiB of blocks are taken)", short(&r), short(&p), limits.scryptBlocks>>20)
	}
	s.derive = func(pass []byte, size int) ([]byte, error) {
		return scrypt.Key(pass, salt, int(n.Int64()), int(r.Int64()), int(p.Int64()), size)
	}
	return nil
}

// keyLength skips the optional key length, which must then be the cipher's.
func (s *pbes2) keyLength(params *cryptobyte.String) bool {
	var size int64
	return !params.PeekASN1Tag(cbasn1.INTEGER) || (params.ReadASN1Integer(&size) && size == int64(s.cipher.keySize))
}

// short prints a number of the file, if it is not absurdly long.
func short(n *big.Int) string {
	if n.BitLen() > 64 {
		return "more than 2^64"
	}
	return n.String()
}
