package keygen

import (
	"bytes"
	"crypto/x509"
	"slices"
)

// RehearsalMark stands before every PEM block that a rehearsal of a ceremony makes. Readers of PEM pass over it (RFC 7468 §5.2).
const RehearsalMark = "REHEARSAL: made in a rehearsal of a key ceremony, never to be used.\n"

// RehearsalUnit is the organizational unit (OU) of every certificate that a rehearsal makes.
const RehearsalUnit = "REHEARSAL"

// IsRehearsal tells whether a key or certificate file says that a rehearsal made it. A file of which only the DER was kept does not.
func IsRehearsal(data []byte) bool {
	mark := bytes.TrimSuffix([]byte(RehearsalMark), []byte("\n"))
	for line := range bytes.Lines(data) {
		if bytes.Equal(bytes.TrimSpace(line), mark) {
			return true
		}
	}
	return false
}

// IsRehearsalCertificate tells whether a rehearsal made a certificate, or the one that issued it.
func IsRehearsalCertificate(certificate *x509.Certificate) bool {
	return slices.Contains(certificate.Subject.OrganizationalUnit, RehearsalUnit) || slices.Contains(certificate.Issuer.OrganizationalUnit, RehearsalUnit)
}
