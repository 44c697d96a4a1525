package cert

import (
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/sigalg"
	"sigtool/keygen"
)

// create is x509.CreateCertificate, of an ML-DSA key's certificate that signs itself too.
func create(template, above *x509.Certificate, public crypto.PublicKey, key crypto.Signer) ([]byte, error) {
	_, signs := key.Public().(*keygen.MLDSAPublicKey)
	_, signed := public.(*keygen.MLDSAPublicKey)
	switch {
	case signs && sameKey(public, key.Public()):
		return createMLDSA(template, key)
	case signs || signed:
		return nil, errors.New("a certificate of an ML-DSA key that another key signs, or the other way round, is not made here")
	}
	// Without random numbers ECDSA signs after RFC 6979.
	return x509.CreateCertificate(nil, template, above, public, key)
}

// createMLDSA makes a certificate that the standard library can't: for an ML-DSA key (RFC 9881). The library makes it for a key that
// stands in, so that all of the profile comes from one hand, and what is that key's is then exchanged:
//
//	SEQUENCE { [0] version, INTEGER serial, signature, issuer, validity, subject, SubjectPublicKeyInfo, [3] extensions }
//	                                        ^^^^^^^^^                              ^^^^^^^^^^^^^^^^^^^^
func createMLDSA(template *x509.Certificate, key crypto.Signer) ([]byte, error) {
	standIn := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) // its signature goes with it
	plain := *template
	plain.SignatureAlgorithm = x509.PureEd25519
	der, err := x509.CreateCertificate(nil, &plain, &plain, standIn.Public(), standIn)
	if err != nil {
		return nil, err
	}
	model, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	spki, err := keygen.MarshalPublic(key.Public())
	if err != nil {
		return nil, err
	}
	tbs, algorithm, err := exchange(model.RawTBSCertificate, spki)
	if err != nil {
		return nil, err
	}
	sig, err := sigalg.SignMessage(key, 0, tbs)
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddBytes(algorithm)
		b.AddASN1BitString(sig)
	})
	return b.Bytes()
}

// exchange puts a SubjectPublicKeyInfo into a TBSCertificate, and its algorithm, which ML-DSA shares with its signatures, in the place
// of the signature's.
func exchange(tbs, spki []byte) (changed, algorithm []byte, err error) {
	var info, id cryptobyte.String
	in := cryptobyte.String(spki)
	if !in.ReadASN1(&info, cbasn1.SEQUENCE) || !info.ReadASN1Element(&id, cbasn1.SEQUENCE) {
		return nil, nil, errors.New("the public key just written can't be read")
	}
	var body, begin, middle cryptobyte.String
	in = cryptobyte.String(tbs)
	if !in.ReadASN1(&body, cbasn1.SEQUENCE) {
		return nil, nil, errors.New("the certificate just made can't be read")
	}
	all := body
	ok := body.SkipASN1(cbasn1.Tag(0).Constructed().ContextSpecific()) && body.SkipASN1(cbasn1.INTEGER)
	begin = all[:len(all)-len(body)]
	ok = ok && body.SkipASN1(cbasn1.SEQUENCE)
	middle = body
	for range 3 {
		ok = ok && body.SkipASN1(cbasn1.SEQUENCE)
	}
	middle = middle[:len(middle)-len(body)]
	if !ok || !body.SkipASN1(cbasn1.SEQUENCE) {
		return nil, nil, errors.New("the certificate just made can't be read")
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, part := range [][]byte{begin, id, middle, spki, body} {
			b.AddBytes(part)
		}
	})
	changed, err = b.Bytes()
	return changed, id, err
}

// checkSignature tells whether a certificate was signed by a key.
func checkSignature(c *x509.Certificate, by crypto.PublicKey) error {
	pub, ok := by.(*keygen.MLDSAPublicKey)
	if !ok {
		signer := &x509.Certificate{PublicKey: by}
		return signer.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature)
	}
	if err := sigalg.VerifyMessage(pub, 0, c.RawTBSCertificate, c.Signature); err != nil {
		return fmt.Errorf("%s: %w", pub.SignatureName(), err)
	}
	return nil
}
