// Package lineage reads, checks, makes and extends the record by which an app's signing key was rotated (proof of rotation).
package lineage

import (
	"crypto"
	"crypto/x509"
	"errors"

	"sigtool/formats/apk/alg"
)

// Lineage is a chain of signing certificates, oldest first, each vouched for by the one before it. All of its signatures were checked.
type Lineage struct{ Nodes []Node }

// Node is one signer of the chain.
type Node struct {
	Cert      *x509.Certificate // as lenient readers take it; Cert.Raw is the encoded certificate
	Flags     uint32            // what the app still trusts this signer with
	ParentAlg alg.ID            // signature algorithm that the signer before used; 0 for the first
	Alg       alg.ID            // signature algorithm with which this signer vouches for the next; 0 for the last
	Signature []byte            // by the signer before it; empty for the first
}

// Flags of a node.
const (
	InstalledData uint32 = 1
	SharedUID     uint32 = 2
	Permission    uint32 = 4
	Rollback      uint32 = 8
	Auth          uint32 = 16
	DefaultFlags         = InstalledData | SharedUID | Permission | Auth
)

// Signer is a key with its certificate.
type Signer struct {
	Key  crypto.Signer
	Cert *x509.Certificate
}

// Magic is how a lineage file begins, little endian.
const Magic = 0x3eff39d1

// ParseFile reads a lineage file. Errors: formats.ErrFormat, formats.ErrMismatch.
func ParseFile(data []byte) (*Lineage, error) { return nil, errors.ErrUnsupported }

// ParseAttribute reads the value of a proof-of-rotation attribute. Errors are issues: V3_SIG_MALFORMED_LINEAGE, V3_SIG_POR_DID_NOT_VERIFY.
func ParseAttribute(value []byte) (*Lineage, error) { return nil, errors.ErrUnsupported }

// File writes the lineage as a file.
func (l *Lineage) File() []byte { return nil }

// Attribute writes the lineage as the value of a proof-of-rotation attribute.
func (l *Lineage) Attribute() []byte { return nil }

// Extend has the last signer of l (nil: a new lineage that starts with it) vouch for next.
func Extend(l *Lineage, last, next Signer) (*Lineage, error) { return nil, errors.ErrUnsupported }

// Find returns the place of a certificate in the lineage, or -1.
func (l *Lineage) Find(cert *x509.Certificate) int { return -1 }

// Sub returns the lineage up to and with a node.
func (l *Lineage) Sub(last int) *Lineage { return nil }
