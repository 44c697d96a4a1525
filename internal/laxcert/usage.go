package laxcert

import (
	"crypto/x509"
	"encoding/asn1"
	"slices"

	"sigtool/internal/ber"
)

var oidKeyUsage = asn1.ObjectIdentifier{2, 5, 29, 15} // RFC 5280 §4.2.1.3

// keyUsage reads a BIT STRING, whose first bit is the highest of its first octet (RFC 5280 §4.2.1.3).
func keyUsage(value []byte) (x509.KeyUsage, error) {
	bits := ber.Over(value).Take(ber.BitString).Content
	if len(bits) == 0 {
		return 0, ber.ErrDamaged
	}
	usage := x509.KeyUsage(0)
	for i := range 9 {
		if at := 1 + i/8; at < len(bits) && bits[at]>>(7-i%8)&1 == 1 {
			usage |= 1 << i
		}
	}
	return usage, nil
}

// Signs tells whether a certificate that says what its key is for says that it is for signatures. One that names no use at all is not.
func Signs(cert *x509.Certificate) bool {
	const signatures = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	for _, extension := range cert.Extensions {
		if extension.Id.Equal(oidKeyUsage) {
			return cert.KeyUsage&signatures != 0
		}
	}
	return true
}

// standard are the extensions 2.5.29.N that every reader knows.
var standard = []int{14, 15, 16, 17, 18, 19, 30, 31, 32, 33, 35, 36, 37, 46, 54}

func isStandard(oid asn1.ObjectIdentifier) bool {
	return len(oid) == 4 && oid[:3].Equal(asn1.ObjectIdentifier{2, 5, 29}) && slices.Contains(standard, oid[3])
}

// alsoJava are further ones that Java knows: authority and subject information access (RFC 5280 §4.2.2) and Netscape's certificate type.
var alsoJava = []asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 1, 1}, {1, 3, 6, 1, 5, 5, 7, 1, 11}, {2, 16, 840, 1, 113730, 1, 1}}

// Unsupported tells whether a certificate has a critical extension that Java does not know (X509Certificate.hasUnsupportedCriticalExtension). Go's list,
// UnhandledCriticalExtensions, is longer: it has those that Go does not heed.
func Unsupported(cert *x509.Certificate) bool {
	for _, extension := range cert.Extensions {
		if extension.Critical && !isStandard(extension.Id) && !slices.ContainsFunc(alsoJava, extension.Id.Equal) {
			return true
		}
	}
	return false
}
