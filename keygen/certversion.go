package keygen

import (
	"bytes"
	"crypto/x509"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// parseX509 is x509.ParseCertificate that also takes certificates of version 4, which there is not (RFC 5280 §4.1.2.1 knows v1 to v3, coded
// 0 to 2). NXP's code signing tool 4 writes that number into all that it makes, for it takes the 3 of "v3" as it is; what follows is v3.
// OpenSSL and boot ROMs don't look at it. Raw and RawTBSCertificate are as they stand in the file, for these are signed; Version is 3, for
// whoever checks what a certificate of version 3 has to say, as the standard library does of issuers, has to check it of these too.
func parseX509(der []byte) (*x509.Certificate, error) {
	at, is4 := version4(der)
	if !is4 {
		return x509.ParseCertificate(der)
	}
	as3 := bytes.Clone(der)
	as3[at] = 2
	cert, err := x509.ParseCertificate(as3)
	if err != nil {
		return nil, err
	}
	before := bytes.Index(as3, cert.RawTBSCertificate) // it holds itself nowhere else
	cert.Raw, cert.RawTBSCertificate = der, der[before:before+len(cert.RawTBSCertificate)]
	return cert, nil
}

// version4 finds the byte of the number of a certificate's version, if that is 3:
//
//	SEQUENCE { SEQUENCE { [0] { INTEGER version }, … }, … }
func version4(der []byte) (at int, is bool) {
	var cert, tbs, version cryptobyte.String
	input := cryptobyte.String(der)
	if !input.ReadASN1(&cert, cbasn1.SEQUENCE) || !cert.ReadASN1(&tbs, cbasn1.SEQUENCE) {
		return 0, false
	}
	end := len(der) - len(input) - len(cert) - len(tbs) // where what the TBSCertificate holds begins
	if !tbs.ReadASN1(&version, cbasn1.Tag(0).Constructed().ContextSpecific()) || !bytes.Equal(version, []byte{2, 1, 3}) {
		return 0, false
	}
	return end + 4, true
}
