package apk

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"

	"sigtool/formats"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/sigblock"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// content compares the digests that were signed with those of the content, all computed in one pass.
func (c *checking) content(ctx context.Context) error {
	var want []content.Algorithm
	wanted := map[content.Algorithm]bool{}
	for _, signers := range [][]sigblock.Signer{c.v31, c.v3, c.v2} {
		for _, s := range signers {
			for a := range s.Digests {
				if !wanted[a] {
					wanted[a], want = true, append(want, a)
				}
			}
		}
	}
	if len(want) == 0 {
		return nil
	}
	end, err := c.endRecord()
	if err != nil {
		return err
	}
	sections := content.Sections{Source: c.src, Entries: c.block.Offset, Directory: c.zip.Directory, End: c.zip.End, EndRecord: end}
	got, err := content.Digest(ctx, sections, want, c.idsigData != nil, c.keys.Memo)
	if err != nil && !errors.Is(err, formats.ErrMismatch) {
		return damaged(err)
	}
	for _, signers := range [][]sigblock.Signer{c.v31, c.v3, c.v2} {
		for i := range signers {
			signers[i].Err = errors.Join(signers[i].Err, compare(&signers[i], got))
		}
	}
	return nil
}

// compare holds a signer's digests to those of the content.
func compare(s *sigblock.Signer, got map[content.Algorithm][]byte) error {
	for a, digest := range s.Digests {
		if !bytes.Equal(digest, got[a]) {
			id := "V3_SIG_APK_DIGEST_DID_NOT_VERIFY"
			if s.Scheme == 2 {
				id = "V2_SIG_APK_DIGEST_DID_NOT_VERIFY"
			}
			return issue.New(id, formats.ErrMismatch, "the content was changed after it was signed by scheme %s", s.Scheme)
		}
	}
	return nil
}

// endRecord reads the end of central directory record, with the offset of the signing block in place of the directory's: what is digested.
func (c *checking) endRecord() ([]byte, error) {
	end := make([]byte, c.zip.Size-c.zip.End)
	if err := patch.ReadFull(c.src, end, c.zip.End); err != nil {
		return nil, err
	}
	binary.LittleEndian.PutUint32(end[16:], uint32(c.block.Offset))
	return end, nil
}
