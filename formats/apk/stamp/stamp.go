// Package stamp checks the source stamp, by which a store or build service says that an APK went through it.
package stamp

import (
	"crypto/x509"
	"errors"
	"time"

	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lineage"
)

// Stamp is a source stamp and what came of checking it.
type Stamp struct {
	Alg     string // as formats.Signature has it
	Cert    *x509.Certificate
	Time    time.Time        // zero where the stamp has none
	Lineage *lineage.Lineage // nil where the stamp has none
	Err     error            // an issue; nil: it is good
}

// Input is what a stamp is checked against.
type Input struct {
	CertHash []byte // content of the ZIP entry stamp-cert-sha256; nil: there is none
	V1, V2   []byte // values of the blocks 0x2b09189e and 0x6dff800d; nil: not there
	// Digests are the content digests that the APK's verified signatures have, by scheme: 1, 2, 3 (3.1 counts as 3). For 1 it is the SHA-256 of META-INF/MANIFEST.MF.
	Digests        map[int]map[content.Algorithm][]byte
	MinSDK, MaxSDK int
}

// Check checks a stamp; nil when the APK has neither entry nor block.
func Check(in Input) *Stamp { return &Stamp{Err: errors.ErrUnsupported} }
