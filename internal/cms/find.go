package cms

import (
	"crypto"
	"crypto/x509"
	"fmt"

	"sigtool/internal/sigalg"
)

// Find looks for the key that made this signature over content with that digest, among certificates and public keys; the
// certificate is nil when it was a public key. A certificate is held to its name: a signature by its key in another name
// does not match, also when the same key is given without a name. A public key that did not make the signature may be
// another's than the signer's, or the content may have changed, which can't be told apart.
//
// Errors: sigalg.ErrMismatch, also for an algorithm that is not known; sigalg.ErrNoKey when none of them is named or can be it.
func (s *SignerInfo) Find(digest []byte, certs []*x509.Certificate, pubs []crypto.PublicKey) (crypto.PublicKey, *x509.Certificate, error) {
	if err := s.Supported(); err != nil {
		return nil, nil, fmt.Errorf("%w: %v", sigalg.ErrMismatch, err)
	}
	var named *x509.Certificate
	var misnamed crypto.PublicKey
	for _, cert := range certs {
		err := s.Verify(cert.PublicKey, digest)
		switch {
		case err == nil && s.Names(cert):
			return cert.PublicKey, cert, nil
		case err == nil:
			misnamed = cert.PublicKey
		case s.Names(cert):
			named = cert
		}
	}
	tried := false
	for _, pub := range pubs {
		if s.Verify(pub, digest) == nil && misnamed == nil {
			return pub, nil, nil
		}
		tried = tried || s.Fits(pub)
	}
	switch {
	case misnamed != nil:
		return nil, nil, fmt.Errorf("%w: it is by the key given, but in another name than its certificate's: %s", sigalg.ErrMismatch, s)
	case named != nil && sigalg.Bounded(named.PublicKey) != nil:
		return nil, named, fmt.Errorf("%w: its certificate has %v", sigalg.ErrMismatch, sigalg.Bounded(named.PublicKey))
	case named != nil:
		return nil, named, fmt.Errorf("%w: the content or the signature was changed after it was signed", sigalg.ErrMismatch)
	case tried:
		return nil, nil, fmt.Errorf("%w with the key given: another key signed, or the content was changed afterwards", sigalg.ErrMismatch)
	}
	return nil, nil, fmt.Errorf("%w: %s", sigalg.ErrNoKey, s)
}
