package csf

import (
	"crypto/x509"
	"fmt"

	"sigtool/internal/cms"
	"sigtool/keygen"
)

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

// Name says what it is, for people.
func (s *Segment) Name() string {
	switch {
	case s.Table:
		return "SRK table"
	case s.Tag == TagCertificate:
		return "certificate"
	case s.Tag == TagSignature:
		return "signature"
	case s.Tag == TagMAC:
		return "authentication code"
	}
	return "wrapped key"
}

// Certificate reads the certificate. Errors: *Error.
func (s *Segment) Certificate() (*x509.Certificate, error) {
	if s.Tag != TagCertificate || s.Table {
		return nil, &Error{InvalidCertificate, s.Offset, fmt.Sprintf("what stands at %#x is no certificate", s.Offset)}
	}
	if err := s.version(InvalidCertificate); err != nil {
		return nil, err
	}
	cert, err := keygen.ReadCertificate(s.Data[headerLength:])
	if err != nil {
		return nil, &Error{InvalidCertificate, s.Offset, fmt.Sprintf("the certificate at %#x: %v", s.Offset, err)}
	}
	return cert, nil
}

// Message reads the CMS message of a signature. Errors: *Error.
func (s *Segment) Message() (*Message, error) {
	if s.Tag != TagSignature {
		return nil, &Error{InvalidSignature, s.Offset, fmt.Sprintf("what stands at %#x is no signature", s.Offset)}
	}
	if err := s.version(InvalidSignature); err != nil {
		return nil, err
	}
	data, err := cms.Parse(s.Data[headerLength:])
	if err != nil {
		return nil, &Error{InvalidSignature, s.Offset, fmt.Sprintf("the signature at %#x: %v", s.Offset, err)}
	}
	if len(data.Signers) != 1 || !data.Detached {
		return nil, &Error{InvalidSignature, s.Offset, fmt.Sprintf("the signature at %#x has %d signers, or holds what it signs", s.Offset, len(data.Signers))}
	}
	signer := &data.Signers[0]
	if err := signer.Supported(); err != nil {
		return nil, &Error{UnsupportedAlgorithm, s.Offset, fmt.Sprintf("the signature at %#x: %v", s.Offset, err)}
	}
	return &Message{Signer: signer, Time: signer.SigningTime(), offset: s.Offset}, nil
}

// version holds a segment to HABv4's versions.
func (s *Segment) version(reason Reason) error {
	if s.Version>>4 == 4 {
		return nil
	}
	return &Error{reason, s.Offset, fmt.Sprintf("the %s at %#x has the version %#02x, which is not HABv4's", s.Name(), s.Offset, s.Version)}
}

// Stray is the offset of the first byte that is neither zero nor a part of a command or segment, -1 for none.
func (c *CSF) Stray() int {
	at := c.Size
	for _, s := range c.Segments {
		for ; at < s.Offset; at++ {
			if c.Raw[at] != 0 {
				return at
			}
		}
		at = max(at, s.End())
	}
	return -1
}
