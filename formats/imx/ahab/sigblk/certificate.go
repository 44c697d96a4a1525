package sigblk

import (
	"crypto"
	"io"
)

// Permissions of a certificate, of OEM's keys.
const (
	PermitContainer = 0x01 // to sign containers
	PermitDebug     = 0x02 // to open debug ports
)

// Certificate says that an SRK lets another key, the subordinate key (SGK), act for it.
type Certificate struct {
	Version     byte // 0, or 2, which has the next three
	Permissions byte
	Data        []byte // 12 bytes for debug authentication
	Fuse        byte   // fuse version
	UUID        []byte // 16 bytes; zero is any device
	Keys        []CertKey
	Signatures  []Signature // by the SRK of each table
	Raw         []byte
	signed      int
}

// CertKey is a key that a certificate is for.
type CertKey struct {
	Record
	Data *KeyData // version 2
}

// Grant is what a certificate is to say.
type Grant struct {
	Version     byte // 0 or 2, as of the container
	Permissions byte
	Data        []byte    // version 2: up to 12 bytes
	Fuse        byte      // version 2
	UUID        []byte    // version 2: 16 bytes, or nil for any device
	Subjects    []Subject // one; two for hybrid containers
}

// Subject is a key to be certified, and the SRK that does it.
type Subject struct {
	Key  crypto.PublicKey
	SRK  crypto.Signer
	Hash crypto.Hash // what both sign with: that of the SRK's record
	PSS  bool        // RSA: both sign by RSA-PSS
}

// Certify makes a certificate. Errors: formats.ErrKey for keys that AHAB does not know, formats.ErrOption for a Grant that does not fit, those of the SRK's key.
func Certify(random io.Reader, g Grant) ([]byte, error) { return certify(random, g) }

// ParseCertificate reads the certificate that data is, all of it. Errors: formats.ErrFormat, named.
func ParseCertificate(data []byte) (*Certificate, error) { return parseCertificate(data) }
