package swupdate

import (
	"crypto/x509"
	"fmt"
	"slices"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/laxcert"
)

// The purposes of a CMS signer's certificate that swupdate knows, by the words of its flag --cert-purpose. Without the flag it is the first.
const (
	purposeEmail = "emailProtection"
	purposeCode  = "codeSigning"
	purposeAny   = "any" // either of them
)

// fits tells whether swupdate takes the certificate for that purpose (crypto/swupdate_cms_verify_openssl.c, and OpenSSL's smimesign): for
// e-mail also one that names no purpose, for code signing only one that names it. A purpose of any kind is no purpose to OpenSSL.
func fits(cert *x509.Certificate, purpose string) bool {
	if !laxcert.Signs(cert) {
		return false
	}
	if purpose == purposeCode {
		return slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageCodeSigning)
	}
	named := len(cert.ExtKeyUsage)+len(cert.UnknownExtKeyUsage) > 0
	return !named || slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageEmailProtection)
}

// checkPurpose refuses a certificate that swupdate would refuse, whatever CA it is by. The kind of the error is the caller's.
func checkPurpose(cert *x509.Certificate, options formats.Values, kind error) error {
	purpose := options.String(optionPurpose, purposeAny)
	switch {
	case !laxcert.Signs(cert):
		return issue.New("wrong-purpose", kind, "the certificate of %s is not for signatures (key usage): swupdate would refuse it", cert.Subject)
	case purpose != purposeAny && !fits(cert, purpose):
		return issue.New("wrong-purpose", kind, "the certificate of %s is not for %s (extended key usage): swupdate would refuse it", cert.Subject, purpose).
			Advise("sign with a certificate that is for it, or name the purpose that the devices' swupdate is started with")
	case !fits(cert, purposeEmail) && !fits(cert, purposeCode):
		return issue.New("wrong-purpose", kind, "the certificate of %s is neither for %s nor for %s (extended key usage): swupdate would refuse it",
			cert.Subject, purposeEmail, purposeCode)
	}
	return nil
}

// purposeNotes says what a device needs to take the certificate.
func purposeNotes(cert *x509.Certificate) []string {
	if fits(cert, purposeEmail) {
		return nil
	}
	return []string{fmt.Sprintf("swupdate takes this certificate only with --cert-purpose %s", purposeCode)}
}
