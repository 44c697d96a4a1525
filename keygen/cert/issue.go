package cert

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"time"

	"sigtool/keygen"
)

// Request is what a certificate is to say of a key.
type Request struct {
	Public    crypto.PublicKey
	Subject   []byte // whose it is: the DER of an X.501 Name, as ParseSubject makes it
	Serial    *big.Int
	NotBefore time.Time // a whole second in UTC; what is below a second is cut off
	Days      int
	Profile   Profile
	Hash      crypto.Hash // which the signature is made with; 0: the one that goes with the key that signs, as for SelfSigned
}

// Issue makes the certificate that r describes, signed by key, which is that of the certificate issuer, and returns it as DER. Without an
// issuer the certificate is its own, and Public is key's. Nothing is taken from random numbers: the same request gives the same bytes.
//
// Whether the issuer may sign certificates, and whether it lives as long as what it signs, is for the caller to judge.
// Errors: as for SelfSigned; a key that isn't the issuer's; ML-DSA keys, which sign nothing but their own certificates here.
func Issue(key crypto.Signer, issuer *x509.Certificate, r Request) ([]byte, error) {
	template, err := r.template(key)
	if err != nil {
		return nil, err
	}
	if template.SubjectKeyId, err = keyID(r.Public); err != nil {
		return nil, err
	}
	above, err := r.above(key, issuer, template)
	if err != nil {
		return nil, err
	}
	template.AuthorityKeyId = above.SubjectKeyId
	if err := r.Profile.fill(template, above); err != nil {
		return nil, err
	}
	der, err := create(template, above, r.Public, key)
	if err != nil {
		return nil, fmt.Errorf("making the certificate: %w", err)
	}
	return der, check(der, r.Public, key.Public())
}

// template is what every profile has.
func (r Request) template(key crypto.Signer) (*x509.Certificate, error) {
	algorithm, err := signatureAlgorithm(key.Public())
	if err != nil {
		return nil, err
	}
	if _, err := signatureAlgorithm(r.Public); err != nil { // what can't sign a certificate has no use for one either
		return nil, err
	}
	if r.Hash != 0 {
		if algorithm, err = algorithmWith(key.Public(), r.Hash); err != nil {
			return nil, err
		}
	}
	if r.Serial == nil || r.Serial.Sign() <= 0 || r.Serial.BitLen() > 159 {
		return nil, errors.New("a serial number is a positive number of at most 159 bits")
	}
	notBefore, notAfter, err := period(r.NotBefore, r.Days)
	if err != nil {
		return nil, err
	}
	if r.Profile == IMXAuthority || r.Profile == IMXUser { // OpenSSL has a day more or less end at the same second of the day
		notAfter = notAfter.Add(time.Second)
	}
	return &x509.Certificate{SerialNumber: r.Serial, SignatureAlgorithm: algorithm, RawSubject: r.Subject, NotBefore: notBefore, NotAfter: notAfter}, nil
}

// above is the certificate that the new one names as its issuer's; where there is none, what the new one will be.
func (r Request) above(key crypto.Signer, issuer, template *x509.Certificate) (*x509.Certificate, error) {
	if issuer == nil {
		if !sameKey(key.Public(), r.Public) {
			return nil, errors.New("a certificate that signs itself is for the key that signs")
		}
		own := *template
		own.RawIssuer = r.Subject
		return &own, nil
	}
	if !sameKey(issuer.PublicKey, key.Public()) {
		return nil, fmt.Errorf("the certificate of %s is for another key than the one that signs", issuer.Subject)
	}
	above := *issuer
	if len(above.SubjectKeyId) == 0 {
		var err error
		if above.SubjectKeyId, err = keyID(key.Public()); err != nil {
			return nil, err
		}
	}
	return &above, nil
}

func sameKey(a, b crypto.PublicKey) bool {
	key, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && key.Equal(b)
}

// algorithmWith is how a key signs with a hash that it has to be told.
func algorithmWith(pub crypto.PublicKey, hash crypto.Hash) (x509.SignatureAlgorithm, error) {
	type choice struct {
		rsa  bool
		hash crypto.Hash
	}
	var kind choice
	switch pub.(type) {
	case *rsa.PublicKey:
		kind = choice{true, hash}
	case *ecdsa.PublicKey:
		kind = choice{false, hash}
	default:
		return 0, fmt.Errorf("a %T has its own hash", pub)
	}
	algorithm, ok := map[choice]x509.SignatureAlgorithm{
		{true, crypto.SHA256}: x509.SHA256WithRSA, {true, crypto.SHA384}: x509.SHA384WithRSA, {true, crypto.SHA512}: x509.SHA512WithRSA,
		{false, crypto.SHA256}: x509.ECDSAWithSHA256, {false, crypto.SHA384}: x509.ECDSAWithSHA384, {false, crypto.SHA512}: x509.ECDSAWithSHA512,
	}[kind]
	if !ok {
		return 0, fmt.Errorf("no certificate is signed with %v", hash)
	}
	return algorithm, nil
}

// check reads a new certificate back: it must be for the key and signed by the other.
func check(der []byte, public, signer crypto.PublicKey) error {
	c, err := keygen.ReadCertificate(der)
	if err != nil {
		return fmt.Errorf("the new certificate can't be read back: %w", err)
	}
	if !sameKey(c.PublicKey, public) {
		return errors.New("the new certificate is for another key")
	}
	if err := checkSignature(c, signer); err != nil {
		return fmt.Errorf("the new certificate's signature is wrong: %w", err)
	}
	return nil
}
