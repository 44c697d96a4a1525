// Package stamp checks the source stamp, by which a store or build service says that an APK went through it: a stamp without error was signed by the
// key that the APK's entry stamp-cert-sha256 names, over the content digests of all of the APK's other signatures.
//
// A stamp vouches for nothing that Android installs by, and whoever re-signs an APK can leave it out or put his own in its place. apksig warns of a bad
// one and accepts the APK; so its Err is no reason to refuse one, unless somebody asked for the stamp.
package stamp

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"time"

	"sigtool/formats"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lineage"
	"sigtool/formats/apk/lp"
	"sigtool/internal/issue"
	"sigtool/internal/laxcert"
)

// Stamp is a source stamp and what came of checking it.
type Stamp struct {
	Alg     string            // as formats.Signature has it; empty until a signature was right
	Cert    *x509.Certificate // nil where none could be read
	Time    time.Time         // zero where the stamp has none
	Lineage *lineage.Lineage  // earlier keys of the stamp, and this one; nil where the stamp has none
	Err     error             // an issue, wrapping formats.ErrUnsigned where there is no signature, else formats.ErrMismatch; nil: it is good
	Notes   []error           // issues that do not spoil it: what is not known
}

// Input is what a stamp is checked against.
type Input struct {
	CertHash []byte // content of the ZIP entry stamp-cert-sha256; nil: there is none
	Want     []byte // SHA-256 of the certificate that the stamp is to have; nil: any
	V1, V2   []byte // values of the blocks 0x2b09189e and 0x6dff800d; nil: not there. With both the second counts
	// Digests are all content digests that the APK's verified signatures name, by scheme: 1, 2, 3. Those of 3.1 are in no stamp, and do not belong here;
	// for 1 it is the SHA-256 of META-INF/MANIFEST.MF. The stamp must be over each scheme that is here, so it has those that apksig looks at for the SDK
	// range: 3, if the range goes to 28; 2, if it begins before 28 or there is no 3; 1, if it begins before 24 or there is no other.
	Digests        map[int]map[content.Algorithm][]byte
	MinSDK, MaxSDK int
}

// Android knows source stamps from here on, so what older platforms can check does not matter.
const firstSDK = 30

// Check checks a stamp; nil when the APK has neither entry nor block.
func Check(in Input) *Stamp {
	if in.CertHash == nil && in.V1 == nil && in.V2 == nil {
		return nil
	}
	s := &Stamp{}
	switch {
	case in.CertHash == nil:
		s.Err = wrong("SIGNATURE_BLOCK_WITHOUT_CERT_DIGEST", "there is a source stamp, but no entry stamp-cert-sha256 that says whose")
	case in.Want != nil && !bytes.Equal(in.Want, in.CertHash):
		s.Err = wrong("EXPECTED_DIGEST_MISMATCH", "the source stamp is of the certificate %x, not %x", in.CertHash, in.Want)
	case in.V1 == nil && in.V2 == nil:
		s.Err = issue.New("SOURCE_STAMP_SIG_MISSING", formats.ErrUnsigned, "the entry stamp-cert-sha256 says that there is a source stamp, but there is none")
	default:
		s.Err = s.check(in)
	}
	return s
}

// check reads the block.
//
//	v1: u32 length | u32 length | certificate | signatures
//	v2: u32 length | u32 length | certificate | schemes, see checkSchemes | attributes, see checkAttributes
func (s *Stamp) check(in Input) error {
	block := lp.Bytes(in.V2)
	if in.V2 == nil {
		block = in.V1
	}
	var data, der lp.Bytes
	if !block.Prefixed(&data) || !data.Prefixed(&der) {
		return malformed()
	}
	cert, err := laxcert.Parse(der)
	if err != nil {
		return wrong("MALFORMED_CERTIFICATE", "the source stamp's certificate can't be read: %v", err)
	}
	s.Cert = cert
	if hash := sha256.Sum256(der); !bytes.Equal(hash[:], in.CertHash) {
		return wrong("CERTIFICATE_MISMATCH_BETWEEN_SIGNATURE_BLOCK_AND_APK", "the source stamp has the certificate %x, and the entry stamp-cert-sha256 names %x", hash, in.CertHash)
	}
	v := &verifier{stamp: s, minSDK: max(in.MinSDK, firstSDK), maxSDK: max(in.MaxSDK, firstSDK)}
	if in.V2 == nil {
		return v.checkFirst(data, in.Digests)
	}
	if err := v.checkSchemes(&data, in.Digests); err != nil || len(data) == 0 {
		return err
	}
	return v.checkAttributes(data)
}

// wrong is an issue under apksig's name for it.
func wrong(id, format string, args ...any) error {
	return issue.New("SOURCE_STAMP_"+id, formats.ErrMismatch, format, args...)
}

func malformed() error {
	return wrong("MALFORMED_SIGNATURE", "the source stamp is damaged: lengths that do not fit")
}

// maxNotes is how many notes are kept: they are for people.
const maxNotes = 8

func (s *Stamp) note(id, format string, args ...any) {
	if len(s.Notes) < maxNotes {
		s.Notes = append(s.Notes, issue.New("SOURCE_STAMP_"+id, nil, format, args...))
	}
}
