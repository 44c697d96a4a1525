package jarsig

import (
	"crypto"
	"fmt"
	"strings"

	"sigtool/internal/cms"
)

// What tests need beside what is exported.
var (
	SignAs    = sign // with another Created-By
	SignBlock = signBlock
)

// SectionDigest is the hash of a manifest's section of that name, as an .SF file has it.
func SectionDigest(h crypto.Hash, manifest, name string) string {
	for s, rest, found := cut([]byte(manifest)); found; s, rest, found = cut(rest) {
		if s.name == name {
			return encode(sum(h, s.raw))
		}
	}
	return ""
}

// Levels are the SDK versions that know a signer's algorithms: "{0 8} {21 2147483647}".
func Levels(info *cms.SignerInfo) string { return strings.Trim(fmt.Sprint(known(info)), "[]") }

// Verified tells whether nothing is wrong: there is a signer, and no error, neither of the archive nor of a signer.
func (r *Result) Verified() bool {
	for _, s := range r.Signers {
		if len(s.Errors) > 0 {
			return false
		}
	}
	return len(r.Errors) == 0 && len(r.Signers) > 0
}
