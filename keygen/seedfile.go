package keygen

import (
	"bytes"
	"crypto"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/secret"
)

// A key that doesn't show the seed that it was made from (P-384, P-521, RSA) carries it in its file, as an attribute of PKCS#8. Whoever
// opens the file has the key anyway, and paper can be made at any later time. Other tools read such a file and leave the attribute out
// of what they write; so does MarshalPrivate.
//
//	[0] { SEQUENCE { OID 2.25.102947681884831633639292388494611404379,
//	                 SET { SEQUENCE { UTF8String derivation ("c2sp-det-keygen/v1"), OCTET STRING seed (32 bytes) } } } }
//
// The OID is the UUID 4d730098-5a69-42e9-985d-92acb0f5565b, drawn at random once and for all, under 2.25 (X.667 §8). A number of 128
// bits is more than asn1.ObjectIdentifier holds, so here are its bytes: 2.25 is 0x69, then seven bits a byte.
var oidSeedBytes = []byte{0x69, 0x81, 0x9a, 0xf3, 0x80, 0xa6, 0x8b, 0xa6, 0xca, 0x8b, 0xd3, 0x98, 0xae, 0xe4, 0xd5, 0xcb, 0x87, 0xd5, 0xac, 0x5b}

var tagAttributes = cbasn1.Tag(0).Constructed().ContextSpecific()

// showsSeed tells whether a key of this algorithm is its own seed.
func showsSeed(alg Algorithm) bool {
	d := Derivation(alg)
	return d == "seed" || d == "scalar"
}

// MarshalPrivateWithSeed writes a key as MarshalPrivate does, and with it the seed that FromSeed made it of, unless the key shows that
// itself. First it proves that the seed makes this very key, which takes up to a second for RSA. Without a seed (nil) it is
// MarshalPrivate. The caller wipes both.
func MarshalPrivateWithSeed(key crypto.Signer, seed []byte) ([]byte, error) {
	if seed == nil {
		return MarshalPrivate(key)
	}
	alg, err := provenSeed(key, seed)
	if err != nil {
		return nil, err
	}
	plain, err := MarshalPrivate(key)
	if err != nil || showsSeed(alg) {
		return plain, err
	}
	defer secret.Wipe(plain)
	return addSeed(plain, Derivation(alg), seed)
}

// Marshal writes a key as its file had it: by MarshalPrivateWithSeed where it carries its seed, else by MarshalPrivate.
func (k *Key) Marshal() ([]byte, error) {
	if k.Seed == nil {
		return MarshalPrivate(k.Signer)
	}
	return MarshalPrivateWithSeed(k.Signer, k.Seed.Bytes())
}

// provenSeed makes the key of the seed once more, and compares the public halves.
func provenSeed(key crypto.Signer, seed []byte) (Algorithm, error) {
	alg, err := AlgorithmOf(key.Public())
	if err != nil {
		return "", err
	}
	again, err := FromSeed(alg, seed)
	if err != nil {
		return "", err
	}
	if Fingerprint(again.Public()) != Fingerprint(key.Public()) {
		return "", damaged("the seed makes another key than the one it is with")
	}
	return alg, nil
}

// addSeed puts the attribute at the end of a PKCS#8 key that has none and no public half, as MarshalPrivate writes it.
func addSeed(pkcs8 []byte, derivation string, seed []byte) ([]byte, error) {
	var body cryptobyte.String
	input := cryptobyte.String(pkcs8)
	if !input.ReadASN1(&body, cbasn1.SEQUENCE) || !input.Empty() {
		return nil, damaged("the PKCS#8 just made can't be read")
	}
	// A buffer that is large enough from the start leaves no pieces of the key behind in smaller ones.
	b := cryptobyte.NewFixedBuilder(make([]byte, 0, len(pkcs8)+256))
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(body)
		b.AddASN1(tagAttributes, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes(oidSeedBytes) })
				b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) {
					b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1(cbasn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(derivation)) })
						b.AddASN1OctetString(seed)
					})
				})
			})
		})
	})
	return b.Bytes()
}

// seed finds the seed among the attributes; nil when there is none. Other people's attributes are passed over, whatever is in them.
// Whether the seed makes the key is for SeedOf to tell: to find out takes a second, and signing doesn't need to know.
func (info *privateInfo) seed(alg Algorithm) (*secret.Bytes, error) {
	var value cryptobyte.String
	found := false
	for rest := info.attributes; !rest.Empty(); {
		var attribute, oid, values cryptobyte.String
		if !rest.ReadASN1(&attribute, cbasn1.SEQUENCE) || !attribute.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) ||
			!attribute.ReadASN1(&values, cbasn1.SET) || !attribute.Empty() {
			return nil, damaged("the attributes beside the key can't be read")
		}
		if !bytes.Equal(oid, oidSeedBytes) {
			continue
		}
		if found {
			return nil, damaged("it carries two seeds")
		}
		value, found = values, true
	}
	if !found {
		return nil, nil
	}
	return readSeed(value, alg)
}

// readSeed reads the value of the attribute.
func readSeed(values cryptobyte.String, alg Algorithm) (*secret.Bytes, error) {
	var value, derivation, seed cryptobyte.String
	if !values.ReadASN1(&value, cbasn1.SEQUENCE) || !values.Empty() || !value.ReadASN1(&derivation, cbasn1.UTF8String) ||
		!value.ReadASN1(&seed, cbasn1.OCTET_STRING) || !value.Empty() {
		return nil, damaged("the seed beside the key can't be read")
	}
	switch want := Derivation(alg); {
	case want == "" || showsSeed(alg):
		return nil, damaged("a seed beside a key for %s, which is made from none or is one itself", alg)
	case string(derivation) != want:
		return nil, unsupported("a key made from its seed by the derivation %.40q", []byte(derivation))
	case len(seed) != SeedSize:
		return nil, damaged("the seed beside the key has %d bytes, not %d", len(seed), SeedSize)
	}
	kept := secret.New(SeedSize)
	copy(kept.Bytes(), seed)
	return kept, nil
}

// SeedOf returns the 32 bytes from which FromSeed makes this key again, be it that the key shows them (see Seed) or that its file
// carries them, and whether there are any. A seed from the file is proven by making the key once more: up to a second for RSA. The error
// says that it makes another. The caller wipes the seed.
func SeedOf(key *Key) (seed []byte, ok bool, err error) {
	if shown, ok := Seed(key.Signer); ok {
		return shown, true, nil
	}
	if key.Seed == nil {
		return nil, false, nil
	}
	if _, err := provenSeed(key.Signer, key.Seed.Bytes()); err != nil {
		return nil, false, err
	}
	return bytes.Clone(key.Seed.Bytes()), true, nil
}
