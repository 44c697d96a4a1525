package csf

import "crypto/x509"

// Segment is what stands behind the commands and is pointed at: an SRK table, a certificate, a signature.
//
//	tag (0xd7, 0xd8, …) | length: 2 bytes, big endian, with this header | version || an SRK table's entries, or DER
type Segment struct {
	Tag, Version byte
	Table        bool   // an SRK table: by what points at it, as it has a certificate's tag
	Loose        bool   // no command points at it: CST leaves the SRK's certificate so in fast authentication
	Offset       int    // in the CSF
	Data         []byte // with its header, without padding
}

// End is the offset behind it.
func (s *Segment) End() int { return s.Offset + len(s.Data) }

// Certificate reads the certificate. Errors: *Error.
func (s *Segment) Certificate() (*x509.Certificate, error) {
	return nil, &Error{InvalidCertificate, s.Offset, "not there yet"}
}

// Message reads the CMS message of a signature. Errors: *Error.
func (s *Segment) Message() (*Message, error) {
	return nil, &Error{InvalidSignature, s.Offset, "not there yet"}
}
