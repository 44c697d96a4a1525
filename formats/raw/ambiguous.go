package raw

import (
	"bytes"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// digestAttribute is the DER of the object identifier messageDigest (RFC 5652 §11.2), which every set of signed attributes holds.
var digestAttribute = []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04}

// sealMessage is how what a ceremony's transcript is sealed with begins; see ceremony/transcript.
var sealMessage = []byte("sigtool ceremony transcript, format ")

// unambiguous refuses a file whose signature could pass for one of something else: the signed attributes of a CMS message, over which
// a signature without attributes is the same as one with them (RFC 5652 §5.4; the attack is known for S/MIME), and the seal of a
// transcript. Nobody signs such a file by chance.
func unambiguous(src formats.Source) error {
	head := make([]byte, min(src.Size(), 4096))
	if err := patch.ReadFull(src, head, 0); err != nil {
		return err
	}
	switch {
	case len(head) > 0 && head[0] == 0x31 && bytes.Contains(head, digestAttribute):
		return fmt.Errorf("%w: it is the signed attributes of a CMS message, whose signature would pass for this file's", formats.ErrFormat)
	case bytes.HasPrefix(head, sealMessage):
		return fmt.Errorf("%w: it is what a ceremony's transcript is sealed with, whose signature would pass for this file's", formats.ErrFormat)
	}
	return nil
}
