package keygen

import (
	"bytes"
	"crypto"
	"crypto/sha3"
	"crypto/subtle"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/secret"
)

// tagSeed is [0] IMPLICIT OCTET STRING.
var tagSeed = cbasn1.Tag(0).ContextSpecific()

// marshal writes PKCS#8 with the seed alone, as RFC 9881 §6 would have it, and as OpenSSL does with ml-dsa.output_formats=seed-only:
//
//	SEQUENCE { INTEGER 0, SEQUENCE { OID }, OCTET STRING { [0] seed (32 bytes) } }
func (k *MLDSAPrivateKey) marshal() ([]byte, error) {
	seed := k.Bytes()
	defer secret.Wipe(seed)
	b := cryptobyte.NewFixedBuilder(make([]byte, 0, 128))
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(0)
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(k.pub.set.oid) })
		b.AddASN1(cbasn1.OCTET_STRING, func(b *cryptobyte.Builder) {
			b.AddASN1(tagSeed, func(b *cryptobyte.Builder) { b.AddBytes(seed) })
		})
	})
	return b.Bytes()
}

// parse reads what RFC 9881 §6 lets stand inside PKCS#8, of which the first two give a key:
//
//	[0] seed (32 bytes)
//	SEQUENCE { OCTET STRING seed (32 bytes), OCTET STRING expanded key }    what OpenSSL writes by itself
//	OCTET STRING expanded key                                               no way leads back from it to the seed
func (set *mldsaSet) parse(info *privateInfo) (crypto.Signer, error) {
	if !info.params.Empty() {
		return nil, damaged("parameters where its algorithm has none")
	}
	var seed, both, expanded cryptobyte.String
	switch inner := info.key; {
	case inner.PeekASN1Tag(cbasn1.OCTET_STRING):
		return nil, unsupported("an %s key without its seed, expanded only: sigtool keeps such keys as their seeds, and the seed can't be found again", set.alg)
	case inner.PeekASN1Tag(cbasn1.SEQUENCE):
		if !inner.ReadASN1(&both, cbasn1.SEQUENCE) || !inner.Empty() || !both.ReadASN1(&seed, cbasn1.OCTET_STRING) ||
			!both.ReadASN1(&expanded, cbasn1.OCTET_STRING) || !both.Empty() || len(expanded) != set.size {
			return nil, damaged("an %s key can't be read", set.alg)
		}
	case !inner.ReadASN1(&seed, tagSeed) || !inner.Empty():
		return nil, damaged("an %s key can't be read", set.alg)
	}
	key, err := set.private(seed)
	if err != nil {
		return nil, err
	}
	if expanded != nil && !set.fits(key, seed, expanded) {
		return nil, damaged("its seed and its expanded key are of two keys")
	}
	if info.public != nil && !bytes.Equal(info.public, key.pub.Bytes()) {
		return nil, damaged("the public half does not belong to the secret one")
	}
	return key, nil
}

// fits tells whether an expanded key is the seed's, by the parts that name it (FIPS 204 §6.1, algorithms 6 and 24):
//
//	ρ (32) | K (32) | tr (64) | s1 | s2 | t0
//
// ρ and K come from the seed, and tr is the hash of the public key. The vectors behind them are not looked at, nor used.
func (set *mldsaSet) fits(key *MLDSAPrivateKey, seed, expanded []byte) bool {
	h := sha3.NewSHAKE256()
	_, _ = h.Write(seed)
	_, _ = h.Write([]byte{set.k, set.l})
	want := make([]byte, 128) // ρ (32) | ρ' (64) | K (32)
	defer secret.Wipe(want)
	_, _ = h.Read(want)
	tr := sha3.SumSHAKE256(key.pub.Bytes(), 64)
	same := subtle.ConstantTimeCompare(want[:32], expanded[:32]) & subtle.ConstantTimeCompare(want[96:], expanded[32:64]) &
		subtle.ConstantTimeCompare(tr, expanded[64:128])
	return same == 1
}
