package export

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

var sec1 = &Target{
	Name:    "sec1",
	Summary: "the old form of EC keys (EC PRIVATE KEY), for software that does not read pkcs8",
	Takes:   "p256, p384, p521, secp256k1",
	Refuse:  refuseBut("SEC1 holds EC keys only", "", keygen.P256, keygen.P384, keygen.P521, keygen.Secp256k1),
	Seals:   true,
	Plain:   true,
	Prepare: func(s Settings) (*Export, error) {
		if err := ownSealing(s); err != nil {
			return nil, err
		}
		return &Export{Make: func(k Key) (*Result, error) {
			der, err := marshalSEC1(k)
			if err != nil {
				return nil, err
			}
			defer secret.Wipe(der)
			return traditional("EC PRIVATE KEY", "openssl ec", der, k, s)
		}}, nil
	},
}

// marshalSEC1 writes RFC 5915 with all that is optional, as `openssl ec` does:
//
//	SEQUENCE { INTEGER 1, OCTET STRING scalar, [0] { OID curve }, [1] { BIT STRING 04 || X || Y } }
func marshalSEC1(k Key) ([]byte, error) {
	switch key := k.Signer.(type) {
	case *ecdsa.PrivateKey:
		return x509.MarshalECPrivateKey(key)
	case *keygen.Secp256k1PrivateKey:
		scalar := key.Bytes()
		defer secret.Wipe(scalar)
		point := key.Public().(*keygen.Secp256k1PublicKey).Bytes()
		b := cryptobyte.NewFixedBuilder(make([]byte, 0, 128))
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(1)
			b.AddASN1OctetString(scalar)
			b.AddASN1(cbasn1.Tag(0).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 3, 132, 0, 10})
			})
			b.AddASN1(cbasn1.Tag(1).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) { b.AddASN1BitString(point) })
		})
		return b.Bytes()
	}
	return nil, notOurs(k)
}
