package keygen

import (
	"bytes"
	"crypto"
	"crypto/subtle"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"

	"filippo.io/mldsa"
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/secret"
)

// mldsaSet is a parameter set of FIPS 204 §4 that keys can be made for.
type mldsaSet struct {
	alg    Algorithm
	oid    asn1.ObjectIdentifier // of the key and of its signatures alike (RFC 9881 §2)
	name   string                // as reports call a signature
	params func() mldsa.Parameters
	k, l   byte // the dimensions, which go into the seed's expansion
	size   int  // bytes of an expanded private key
}

// ML-DSA-44 is left out: kernels know it, but code signatures outlive sessions, and the larger sets cost a module one kilobyte more.
var mldsaSets = []*mldsaSet{
	{MLDSA65, oidMLDSA65, "ml-dsa-65", mldsa.MLDSA65, 6, 5, 4032},
	{MLDSA87, oidMLDSA87, "ml-dsa-87", mldsa.MLDSA87, 8, 7, 4896},
}

func mldsaByAlgorithm(alg Algorithm) *mldsaSet {
	for _, set := range mldsaSets {
		if set.alg == alg {
			return set
		}
	}
	return nil
}

func mldsaByOID(oid asn1.ObjectIdentifier) *mldsaSet {
	for _, set := range mldsaSets {
		if set.oid.Equal(oid) {
			return set
		}
	}
	return nil
}

// MLDSAPrivateKey is a crypto.Signer of ML-DSA-65 or ML-DSA-87 (FIPS 204). It never prints its seed.
type MLDSAPrivateKey struct {
	key *mldsa.PrivateKey
	pub *MLDSAPublicKey
}

// private makes the key of a seed of 32 bytes, ξ of FIPS 204 §5.1.
func (set *mldsaSet) private(seed []byte) (*MLDSAPrivateKey, error) {
	key, err := mldsa.NewPrivateKey(set.params(), seed)
	if err != nil {
		return nil, damaged("a seed of ML-DSA has %d bytes, not %d", SeedSize, len(seed))
	}
	return &MLDSAPrivateKey{key: key, pub: &MLDSAPublicKey{set: set, key: key.PublicKey()}}, nil
}

// Public returns the *MLDSAPublicKey.
func (k *MLDSAPrivateKey) Public() crypto.PublicKey { return k.pub }

// Bytes returns the seed: 32 bytes. The caller wipes it.
func (k *MLDSAPrivateKey) Bytes() []byte { return k.key.Bytes() }

// Sign signs a whole message, of which opts says that it is no digest (HashFunc is 0), with an empty context, and deterministically
// (FIPS 204 §3.4): the same message gives the same bytes. The reader is not used.
func (k *MLDSAPrivateKey) Sign(_ io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	if opts != nil && opts.HashFunc() != 0 {
		return nil, errors.New("an ML-DSA key signs whole messages, not digests")
	}
	return k.key.SignDeterministic(message, crypto.Hash(0))
}

// Equal tells whether other is the same private key, in constant time.
func (k *MLDSAPrivateKey) Equal(other crypto.PrivateKey) bool {
	o, ok := other.(*MLDSAPrivateKey)
	if !ok || k.pub.set != o.pub.set {
		return false
	}
	a, b := k.Bytes(), o.Bytes()
	defer secret.Wipe(a)
	defer secret.Wipe(b)
	return subtle.ConstantTimeCompare(a, b) == 1
}

// Format prints "[secret ML-DSA key]" under every verb.
func (k MLDSAPrivateKey) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "[secret ML-DSA key]")
}

// MLDSAPublicKey is a public key of ML-DSA-65 or ML-DSA-87, and a sigalg.MessageKey.
type MLDSAPublicKey struct {
	set *mldsaSet
	key *mldsa.PublicKey
}

// VerifyMessage tells whether sig is this key's signature over the message, with an empty context.
func (k *MLDSAPublicKey) VerifyMessage(message, sig []byte) bool {
	return mldsa.Verify(k.key, message, sig, nil) == nil
}

// SignatureName is "ml-dsa-65" or "ml-dsa-87".
func (k *MLDSAPublicKey) SignatureName() string { return k.set.name }

// Bytes returns the key as FIPS 204 §7.2 encodes it: 1952 or 2592 bytes.
func (k *MLDSAPublicKey) Bytes() []byte { return k.key.Bytes() }

// Equal tells whether other is the same public key.
func (k *MLDSAPublicKey) Equal(other crypto.PublicKey) bool {
	o, ok := other.(*MLDSAPublicKey)
	return ok && k.set == o.set && bytes.Equal(k.Bytes(), o.Bytes())
}

// marshal writes a SubjectPublicKeyInfo (RFC 9881 §4): SEQUENCE { SEQUENCE { OID }, BIT STRING key }
func (k *MLDSAPublicKey) marshal() ([]byte, error) {
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(k.set.oid) })
		b.AddASN1BitString(k.Bytes())
	})
	return b.Bytes()
}

// public makes the public key of its encoding.
func (set *mldsaSet) public(params cryptobyte.String, encoding []byte) (crypto.PublicKey, error) {
	if !params.Empty() {
		return nil, damaged("parameters where the public key's algorithm has none")
	}
	key, err := mldsa.NewPublicKey(set.params(), encoding)
	if err != nil {
		return nil, damaged("an %s public key has %d bytes, not %d", set.alg, set.params().PublicKeySize(), len(encoding))
	}
	return &MLDSAPublicKey{set: set, key: key}, nil
}

// ReadCertificate is x509.ParseCertificate that knows ML-DSA: the certificate's PublicKey is then an *MLDSAPublicKey, while the standard
// library leaves it empty. Such a certificate's signature the standard library can't check either: sigalg.VerifyMessage does, over
// RawTBSCertificate. It also takes the version 4 that NXP's tool writes, which the standard library refuses.
func ReadCertificate(der []byte) (*x509.Certificate, error) {
	cert, err := parseX509(der)
	if err != nil {
		return nil, err
	}
	var body, alg cryptobyte.String
	var oid asn1.ObjectIdentifier
	input := cryptobyte.String(cert.RawSubjectPublicKeyInfo)
	if !input.ReadASN1(&body, cbasn1.SEQUENCE) || !body.ReadASN1(&alg, cbasn1.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&oid) ||
		mldsaByOID(oid) == nil {
		return cert, nil
	}
	cert.PublicKey, err = parseSPKI(cert.RawSubjectPublicKeyInfo)
	if err != nil {
		return nil, err
	}
	return cert, nil
}
