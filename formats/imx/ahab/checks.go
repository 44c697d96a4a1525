package ahab

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/internal/issue"
)

// checks verifies the signatures of the block, and says whose they are. The key returned is the SRK's of the first table. The error is the
// first mismatch there is, or else the first signature that can't be told.
func (c *container) checks(b *sigblk.Block, s *formats.Signature) (srk crypto.PublicKey, failed error) {
	s.Properties = append(s.Properties, formats.Property{Name: "srk index", Value: fmt.Sprint(c.index())}, formats.Property{Name: "revokes", Value: revokes(c.revoked())})
	for i, t := range b.Tables {
		s.Properties = append(s.Properties, fuseProperties(i, t)...)
	}
	for _, check := range b.Verify(c.raw[:b.Covered(c.block)], c.index()) {
		s.Notes = append(s.Notes, check.Notes...)
		if check.Err != nil && (failed == nil || errors.Is(check.Err, formats.ErrMismatch) && !errors.Is(failed, formats.ErrMismatch)) {
			failed = check.Err // a mismatch; else that nobody can tell, as of Dilithium
		}
		switch {
		case check.Over != "container":
		case check.Table == 0:
			s.Key, s.Alg, srk = check.Key, check.Alg, check.SRK
			if check.CA && !b.Subordinate() && c.set() == setOEM {
				s.Notes = append(s.Notes, warnCA)
			}
		default:
			s.Properties = append(s.Properties, formats.Property{Name: "second signature", Value: check.Alg})
		}
	}
	if errors.Is(failed, formats.ErrNoKey) && c.set() == setOEM && mixed(b) {
		failed = issue.New("bad-srk-table", formats.ErrMismatch, "the keys of its SRK table are of different kinds, which no tool makes")
	}
	if b.Subordinate() {
		s.Notes = append(s.Notes, warnSGK)
		s.Signer = fmt.Sprintf("a subordinate key under SRK %d", c.index())
	} else {
		s.Signer = fmt.Sprintf("SRK %d", c.index())
	}
	s.Notes = append(s.Notes, c.blobNotes(b)...)
	return srk, failed
}

// blobNotes are what to say of the wrapped key of encrypted images. NXP's own have none: their key is in the processor.
func (c *container) blobNotes(b *sigblk.Block) []string {
	encrypted := slices.IndexFunc(c.images, func(m image) bool { return m.size > 0 && m.encrypted() })
	switch {
	case b.Blob != nil && bytes.Count(b.Blob, []byte{0xca}) == len(b.Blob):
		return []string{"where the wrapped key of its encrypted images belongs stands CST's filler (CA): the device's own is still to be put there"}
	case b.Blob != nil:
		return []string{"the wrapped key of its encrypted images is not covered: the device puts its own there"}
	case encrypted >= 0 && c.set() == setOEM:
		return []string{fmt.Sprintf("image %d is encrypted, and there is neither a wrapped key nor room for one: no device can decrypt it", encrypted+1)}
	}
	return nil
}

// mixed tells whether a table has keys of different kinds: CST's are all of one, so an algorithm that nobody knows is a byte that changed.
func mixed(b *sigblk.Block) bool {
	for _, t := range b.Tables {
		for _, r := range t.Records {
			if !bytes.Equal(r.Raw[3:6], t.Records[0].Raw[3:6]) { // algorithm, hash, size
				return true
			}
		}
	}
	return false
}

// fuseProperties are the hashes of an SRK table as fuses hold it.
func fuseProperties(i int, t sigblk.Table) []formats.Property {
	name := "srk hash"
	if i > 0 {
		name = "second srk hash"
	}
	return []formats.Property{
		{Name: name + " (sha256)", Value: fmt.Sprintf("%x", t.Fuses(crypto.SHA256))},
		{Name: name + " (sha512)", Value: fmt.Sprintf("%x", t.Fuses(crypto.SHA512))},
	}
}

// revokes names the keys of a revocation mask.
func revokes(mask int) string {
	var names []string
	for i := range 4 {
		if mask>>i&1 == 1 {
			names = append(names, fmt.Sprintf("SRK %d", i))
		}
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ", ")
}
