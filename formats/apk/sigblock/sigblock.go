// Package sigblock reads and writes the APK Signing Block and the signatures of schemes v2, v3 and v3.1 in it.
package sigblock

import (
	"crypto"
	"crypto/x509"
	"errors"

	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lineage"
	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
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

// Block is a signing block that was found.
type Block struct {
	Offset, Size int64
	Pairs        []Pair // in their order; Value is read for ids of the list above but Padding alone
}

// Pair is an id with its value.
type Pair struct {
	ID    uint32
	Value []byte
}

// Find looks for the block before the central directory: nil when there is none. Errors are issues.
func Find(src patch.Source, a *zipdir.Archive) (*Block, error) { return nil, errors.ErrUnsupported }

// Value returns the value of the first pair of that id, and whether there is one.
func (b *Block) Value(id uint32) ([]byte, bool) { return nil, false }

// Build makes a block of these pairs, padded to a multiple of 4096 bytes as apksigner does.
func Build(pairs []Pair) []byte { return nil }

// Scheme is 2, 3 or 31.
type Scheme int

// Signer is one signer of a scheme, as it was read.
type Signer struct {
	Scheme         Scheme
	Alg            alg.ID              // of the strongest signature that this SDK range can check, which is the one that was checked
	Certs          []*x509.Certificate // as lenient readers take them; Cert.Raw is as encoded; the first is the signer's
	Key            crypto.PublicKey
	Digests        map[content.Algorithm][]byte // the content digests that must be checked
	MinSDK         int                          // v3 and v3.1; else 0
	MaxSDK         int
	Lineage        *lineage.Lineage // nil: none
	V3Signed       bool             // v2: it says that there is a v3 signature too (0xbeeff00d is 3)
	Schemes        []uint32         // v2: what 0xbeeff00d lists
	RotationMinSDK int              // v3: what 0x559f8b02 says; 0: not there
	DevRelease     bool             // v3.1: it is for a development release (0xc2a6b3ba)
	Err            error            // an issue, wrapping formats.ErrMismatch or formats.ErrFormat
	Warnings       []error          // issues
}

// Signers reads and checks the value of a V2, V3 or V31 pair as platforms of these SDK versions do: everything but the content digests and what
// concerns more than one scheme. The error is an issue about the whole of it; each signer has its own too.
func Signers(scheme Scheme, value []byte, minSDK, maxSDK int) ([]Signer, error) {
	return nil, errors.ErrUnsupported
}

// Making is a signer to be written.
type Making struct {
	Key            crypto.Signer
	Chain          []*x509.Certificate
	Algs           []alg.ID // see alg.ForKey
	Digests        map[content.Algorithm][]byte
	MinSDK, MaxSDK int              // v3 and v3.1
	Lineage        *lineage.Lineage // v3 and v3.1
	V3Too          bool             // v2: there is a v3 signature as well
	RotationMinSDK int              // v3: what v3.1 signs from; 0: no v3.1
}

// Make writes the value of a pair: its signers, each signed.
func Make(scheme Scheme, signers []Making) ([]byte, error) { return nil, errors.ErrUnsupported }
