package sigblock

import (
	"bytes"
	"crypto/x509"
	"errors"

	"sigtool/formats/apk/lp"
	"sigtool/internal/laxcert"
)

// certificates reads the certificates, and tells whether the first is one for the public key. The error says that the list can't be taken apart.
func (r *reading) certificates(s *Signer, list lp.Bytes, spki []byte) (bool, error) {
	for len(list) > 0 {
		var der lp.Bytes
		if !list.Prefixed(&der) {
			return false, errShort
		}
		if len(s.Certs) == maxEntries {
			return false, errMany
		}
		cert, err := laxcert.Parse(der)
		if err == nil && !bytes.Equal(cert.Raw, der) {
			err = errors.New("there is something behind it")
		}
		if err != nil {
			s.fail(r.issue("SIG_MALFORMED_CERTIFICATE", "certificate %d: %v", len(s.Certs)+1, err))
			return false, nil
		}
		s.Certs = append(s.Certs, cert)
	}
	switch {
	case len(s.Certs) == 0:
		s.fail(r.issue("SIG_NO_CERTIFICATES", "the signer has no certificate"))
	case !isKeyOf(spki, s.Certs[0]):
		s.fail(r.issue("SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD", "the certificate is for another key than the one that signed"))
	default:
		return true, nil
	}
	return false, nil
}

// isKeyOf tells whether spki is the certificate's public key: byte for byte as the certificate has it, or as the key is encoded properly, for
// certificates that have it otherwise, such as with a negative modulus.
func isKeyOf(spki []byte, cert *x509.Certificate) bool {
	if bytes.Equal(spki, cert.RawSubjectPublicKeyInfo) {
		return true
	}
	proper, err := x509.MarshalPKIXPublicKey(cert.PublicKey)
	return err == nil && bytes.Equal(spki, proper)
}
