// Package jarsig signs and verifies JAR files as Android and F-Droid do (APK Signature Scheme v1): a manifest of digests, and PKCS #7 over it.
package jarsig

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"

	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// Signer is who signs.
type Signer struct {
	Name  string // of its files: META-INF/NAME.SF; at most 8 of A-Z 0-9 _ -
	Key   crypto.Signer
	Chain []*x509.Certificate
	Hash  crypto.Hash // SHA-1 or SHA-256: of its .SF, and what it signs with
}

// Request is what to sign with.
type Request struct {
	Signers      []Signer
	ManifestHash crypto.Hash // SHA-1 or SHA-256
	Schemes      []int       // of the APK's other signatures, for X-Android-APK-Signed; none for a plain JAR
	Memo         *patch.Memo
}

// File is an entry to add to the archive.
type File struct {
	Name string
	Data []byte
}

// Sign makes the signature files of an archive, whose own signature files (IsSignatureFile) count as not there, in the order in which apksigner appends them.
func Sign(ctx context.Context, src patch.Source, a *zipdir.Archive, r Request) ([]File, error) {
	return nil, errors.ErrUnsupported
}

// IsSignatureFile tells whether an entry is of a signature: META-INF/MANIFEST.MF, META-INF/*.SF, .RSA, .DSA, .EC, SIG-*, in whatever case.
func IsSignatureFile(name string) bool { return false }

// DefaultHash is what apksigner signs with by such a key for platforms from minSDK on.
func DefaultHash(pub crypto.PublicKey, minSDK int) (crypto.Hash, error) {
	return 0, errors.ErrUnsupported
}

// Policy is how platforms of these SDK versions verify.
type Policy struct {
	MinSDK, MaxSDK int
	Found          map[int]bool // schemes of the APK Signing Block that are there: 2, 3, 31
	Supported      map[int]bool // schemes that the SDK range knows: stripping of these is noticed
	Memo           *patch.Memo
}

// Result is what a verifier found. Errors and Warnings are issues, named as apksig names them; errors wrap sigalg.ErrMismatch.
type Result struct {
	Signers  []Signed
	Errors   []error
	Warnings []error
	Manifest []byte // SHA-256 of META-INF/MANIFEST.MF; nil: there is none
}

// Signed is one signer.
type Signed struct {
	Name     string // META-INF/CERT.RSA
	Alg      string // as formats.Signature has it: "rsa-pkcs1-sha256", "dsa-sha1"
	Cert     *x509.Certificate
	Chain    []*x509.Certificate
	Errors   []error // issues
	Warnings []error
}

// Verify verifies. The error is about the archive (zipdir.ErrFormat) or reading it.
func Verify(ctx context.Context, src patch.Source, a *zipdir.Archive, p Policy) (*Result, error) {
	return nil, errors.ErrUnsupported
}
