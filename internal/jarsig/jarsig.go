// Package jarsig signs and verifies JAR files as Android and F-Droid do (APK Signature Scheme v1): a manifest of digests, and PKCS #7 over it.
//
// A verdict is the one of Google's apksig for the same range of Android versions, and an issue has the name that it has there. What Sign writes
// is what apksigner writes, byte for byte, but for Created-By.
package jarsig

import (
	"crypto"
	"crypto/x509"
	"errors"

	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// What a caller must tell apart, beside sigalg.ErrMismatch and zipdir.ErrFormat.
var (
	ErrKey      = errors.New("key not fit for a jar signature") // no reader of such signatures can check one by this key
	ErrUnsigned = errors.New("no jar signature")                // there is nothing to verify
)

// What a signature may hold at most.
const (
	maxManifest = 64 << 20  // bytes of MANIFEST.MF, and of an .SF file; 65535 entries of names not too long take 10 MB. See also limit
	maxSection  = 192 << 10 // bytes of a section: a name has 65535 at most
	maxBlock    = 1 << 20   // bytes of a .RSA, .DSA or .EC file
	maxSigners  = 10        // apksig: MAX_APK_SIGNERS
)

const manifestName = "META-INF/MANIFEST.MF"

// Signer is who signs.
type Signer struct {
	Name  string // of its files: META-INF/NAME.SF; at most 8 of A-Z 0-9 _ -
	Key   crypto.Signer
	Chain []*x509.Certificate // the first is the key's
	Hash  crypto.Hash         // SHA-1 or SHA-256: what it signs with
}

// Request is what to sign with.
type Request struct {
	Signers      []Signer
	ManifestHash crypto.Hash            // SHA-1 or SHA-256: of entries and of the manifest; apksigner takes the strongest of its signers' hashes
	Schemes      []int                  // of the APK's other signatures, for X-Android-APK-Signed; none for a plain JAR
	Without      func(name string) bool // further entries that count as not there, such as an old stamp's; nil: none
	Memo         *patch.Memo
}

// File is an entry to add to the archive.
type File struct {
	Name string
	Data []byte
}

// Policy is how platforms of these SDK versions verify.
type Policy struct {
	MinSDK, MaxSDK int
	Found          map[int]bool // schemes of the APK Signing Block that are there: 2, 3, 31
	Supported      map[int]bool // schemes that the SDK range knows: stripping of these is noticed
	Memo           *patch.Memo
}

// Result is what a verifier found. Errors and Warnings are issues, named as apksig names them; errors wrap sigalg.ErrMismatch, or ErrUnsigned.
type Result struct {
	Signers  []Signed // those that count, or those with errors
	Ignored  []Signed // whose signature is good, and whom Android ignores for what is wrong with their .SF file; other readers may not
	Errors   []error
	Warnings []error
	Manifest []byte // SHA-256 of META-INF/MANIFEST.MF; nil: there is none
}

// Signed is one signer.
type Signed struct {
	Name     string      // META-INF/CERT.RSA
	Infos    int         // signers in its PKCS #7 block; readers that are not Android's may look at them all
	Alg      string      // as formats.Signature has it: "rsa-pkcs1-sha256", "dsa-sha1"
	Weakest  crypto.Hash // that the verdict rests on: of the signature, the manifest or an entry; for a file in which nothing is wrong
	Cert     *x509.Certificate
	Chain    []*x509.Certificate // Cert, its issuer, and so on, as far as the file has them
	Errors   []error             // issues
	Warnings []error
}

// limit is how many bytes a manifest, or an .SF file, of an archive may have: what its entries can need, so that a small file makes little work.
func limit(a *zipdir.Archive) int64 {
	const each, main = 1 << 10, 256 << 10 // digests by many algorithms; and a main section
	need := int64(main)
	for i := range a.Entries {
		need += each + 2*int64(len(a.Entries[i].Name))
	}
	return min(need, maxManifest)
}
