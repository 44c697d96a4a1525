package swupdate

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/sigalg"
)

// signer is a key that has been checked, and how it signs.
type signer struct {
	formats.Request
	scheme string
	cert   *x509.Certificate // of a CMS signature
}

// newSigner refuses keys and certificates whose signatures swupdate could not check.
func newSigner(req formats.Request) (*signer, error) {
	s := &signer{Request: req, scheme: req.Options.String(optionScheme, schemePKCS1)}
	if err := checkKey(req.Key.Public(), s.scheme); err != nil {
		return nil, err
	}
	if req.Options.String(optionPurpose, purposeAny) != purposeAny && s.scheme != schemeCMS {
		return nil, fmt.Errorf("%w: --%s is for --%s %s: no other signature has a certificate", formats.ErrOption, optionPurpose, optionScheme, schemeCMS)
	}
	if s.scheme != schemeCMS {
		return s, nil
	}
	var err error
	if s.cert, err = req.Certificate(); err != nil {
		return nil, err
	}
	return s, checkPurpose(s.cert, req.Options, formats.ErrKey)
}

// checkKey refuses a key whose signatures a swupdate for that scheme can't check.
func checkKey(pub crypto.PublicKey, scheme string) error {
	if _, ec := pub.(*ecdsa.PublicKey); ec && scheme == schemePSS {
		return fmt.Errorf("%w: RSA-PSS needs an RSA key", formats.ErrKey)
	}
	if !checkable(pub, scheme) {
		return fmt.Errorf("%w: swupdate is not known to check signatures by %s in this scheme", formats.ErrKey, sigalg.Name(pub, crypto.SHA256))
	}
	return nil
}

// checkable tells whether a swupdate for that scheme is known to check what keys of this kind sign.
func checkable(pub crypto.PublicKey, scheme string) bool {
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		return true
	case *ecdsa.PublicKey:
		curves := []string{"P-256", "P-384"}
		if scheme == schemeCMS {
			curves = append(curves, "P-521")
		}
		return scheme != schemePSS && slices.Contains(curves, pub.Curve.Params().Name)
	}
	return false
}

// sign signs a description: as `openssl dgst -sha256 -sign` does, or as `openssl cms -sign -outform DER -nosmimecap -binary`.
func (s *signer) sign(text []byte) ([]byte, error) {
	sum := sha256.Sum256(text)
	switch s.scheme {
	case schemePSS:
		return sigalg.SignPSS(s.Rand, s.Key, crypto.SHA256, sum[:])
	case schemeCMS:
		return cms.SignDigest(s.Key, s.cert, sum[:], cms.Options{Hash: crypto.SHA256, Attributes: true, Time: s.Time, Embed: s.Chain})
	}
	return sigalg.Sign(s.Key, crypto.SHA256, sum[:])
}

// notes are what a person should know of the key and the scheme.
func (s *signer) notes() []string {
	if s.scheme == schemeCMS {
		notes := purposeNotes(s.cert)
		if len(s.Chain) > 1 {
			notes = append(notes, "swupdate 2022.12, which is Debian 12's, does not look for CAs in the signature: give it each of them with -k")
		}
		return notes
	}
	if _, ok := s.Key.Public().(*ecdsa.PublicKey); ok {
		return []string{"swupdate's provider opensslRSA checks ECDSA too, but its manual does not say so: try it on a device first"}
	}
	return nil
}

// warnings are what is wrong with the certificate at this time.
func (s *signer) warnings() []string {
	if s.cert == nil || !s.Time.Before(s.cert.NotBefore) && !s.Time.After(s.cert.NotAfter) {
		return nil
	}
	return []string{fmt.Sprintf("the certificate is valid from %s to %s only: swupdate refuses it at other times",
		s.cert.NotBefore.Format(time.DateOnly), s.cert.NotAfter.Format(time.DateOnly))}
}
