// Package sigblock reads and writes the APK Signing Block and the signatures of schemes v2, v3 and v3.1 in it: what a single scheme can tell,
// it judges as apksig does and by the same names.
package sigblock

import (
	"crypto"
	"crypto/x509"

	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lineage"
	"sigtool/internal/issue"
)

// Ids of what may stand in the block.
const (
	V2             uint32 = 0x7109871a
	V3             uint32 = 0xf05368c0
	V31            uint32 = 0x1b93ad61
	StampV1        uint32 = 0x2b09189e
	StampV2        uint32 = 0x6dff800d
	Padding        uint32 = 0x42726577
	DependencyInfo uint32 = 0x504b4453
	Frosting       uint32 = 0x2146444e
)

// Attributes that signers sign besides digests and certificates.
const (
	attrSchemes     uint32 = 0xbeeff00d // v2: a scheme that the APK is signed by as well
	attrLineage     uint32 = 0x3ba06f8c // v3, v3.1: proof of rotation
	attrRotation    uint32 = 0x559f8b02 // v3: the first platform that v3.1 is for
	attrDevelopment uint32 = 0xc2a6b3ba // v3.1: for a platform that is still in development
)

// Block is a signing block that was found.
type Block struct {
	Offset, Size int64
	Pairs        []Pair // in their order, up to the first that is damaged; Value is read for the first of each id of signatures and stamps only
}

// Pair is an id with its value.
type Pair struct {
	ID    uint32
	Value []byte
}

// Value returns the value of the first pair of that id, and whether there is one.
func (b *Block) Value(id uint32) ([]byte, bool) {
	for _, p := range b.Pairs {
		if p.ID == id {
			return p.Value, true
		}
	}
	return nil, false
}

// Scheme is 2, 3 or 31.
type Scheme int

// String is what people call the scheme: "v3.1".
func (s Scheme) String() string {
	switch s {
	case 2:
		return "v2"
	case 3:
		return "v3"
	}
	return "v3.1"
}

// Signer is one signer of a scheme, as it was read.
type Signer struct {
	Scheme         Scheme
	Alg            alg.ID              // of the strongest signature that this SDK range can check; those that weaker platforms check were checked as well
	Certs          []*x509.Certificate // as lenient readers take them; Cert.Raw is as encoded; the first is the signer's
	Key            crypto.PublicKey
	Digests        map[content.Algorithm][]byte // the content digests that must be checked
	Named          map[content.Algorithm][]byte // all of known kinds, checked or not: what a source stamp is over
	MinSDK         int                          // v3 and v3.1; else 0
	MaxSDK         int
	Lineage        *lineage.Lineage // nil: none
	Schemes        []uint32         // v2: what 0xbeeff00d lists, known or not
	RotationMinSDK int              // v3: what 0x559f8b02 says; 0: not there
	DevRelease     bool             // it is for a development release (0xc2a6b3ba), which is for v3.1 alone
	Err            error            // an issue, wrapping formats.ErrMismatch: the first of what is wrong
	Warnings       []error          // issues
}

// fail notes what is wrong with a signer, unless something was noted before.
func (s *Signer) fail(err error) {
	if s.Err == nil {
		s.Err = err
	}
}

// warn notes what is odd about a signer.
func (s *Signer) warn(id, format string, args ...any) {
	s.Warnings = append(s.Warnings, issue.New(id, nil, s.Scheme.String()+": "+format, args...))
}
