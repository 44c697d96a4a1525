package optee

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// header is what every signed piece begins with (struct shdr, core/include/signed_hdr.h). Numbers are little-endian.
//
//	0   4    magic "HSTO"
//	4   4    what follows: see kind
//	8   4    size of the image
//	12  4    algorithm of the signature
//	16  2    size of the hash, 32
//	18  2    size of the signature, that of the RSA key
//	20  32   SHA-256 of bytes 0-19 here and of all that follows the signature, up to the end of the image; of an encrypted image, its plain text
//	52  n    the signature of that hash
type header struct {
	at        int64 // where it stands in the file
	kind      kind
	imageSize int64
	alg       algorithm
	fixed     [fixedSize]byte
	hash      [sha256.Size]byte
	sig       []byte
}

const (
	magic     = "HSTO"
	fixedSize = 20
)

// kind is what follows a header.
type kind uint32

const (
	kindLegacy    kind = 0 // the image at once, with neither UUID nor version
	kindPlain     kind = 1 // "bootstrap": UUID and version, then the image
	kindEncrypted kind = 2 // the same with how it is encrypted in between
	kindSubkey    kind = 3 // another public key
)

// body is where what follows the signature begins.
func (h *header) body() int64 { return h.at + fixedSize + sha256.Size + int64(len(h.sig)) }

// newHeader is a header that is not signed yet.
func newHeader(k kind, imageSize int64, alg algorithm, sigSize int) header {
	h := header{kind: k, imageSize: imageSize, alg: alg}
	b := append(h.fixed[:0], magic...)
	for _, n := range []uint32{uint32(k), uint32(imageSize), uint32(alg)} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	b = binary.LittleEndian.AppendUint16(b, sha256.Size)
	binary.LittleEndian.AppendUint16(b, uint16(sigSize))
	return h
}

// bytes are the header and its signature as they stand in a file.
func (h *header) bytes() []byte {
	return append(append(append([]byte(nil), h.fixed[:]...), h.hash[:]...), h.sig...)
}

// looksSigned tells whether a file begins as signed trusted applications and subkeys do.
func looksSigned(src io.ReaderAt) bool {
	b := make([]byte, len(magic))
	return patch.ReadFull(src, b, 0) == nil && string(b) == magic
}

// readHeader reads the header at at. Errors: formats.ErrFormat.
func readHeader(src formats.Source, at int64) (*header, error) {
	h := &header{at: at}
	if err := read(src, h.fixed[:], at); err != nil {
		return nil, err
	}
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(h.fixed[at:]) }
	hashSize, sigSize := binary.LittleEndian.Uint16(h.fixed[16:]), int(binary.LittleEndian.Uint16(h.fixed[18:]))
	h.kind, h.imageSize, h.alg = kind(u32(4)), int64(u32(8)), algorithm(u32(12))
	switch {
	case !bytes.HasPrefix(h.fixed[:], []byte(magic)):
		return nil, issue.New("magic", formats.ErrFormat, "no signed header at byte %d, where one must begin", at)
	case h.kind == kindLegacy:
		return nil, issue.New("legacy-ta", formats.ErrFormat, "a trusted application of the first kind, which says neither its UUID nor its version").
			Advise("sign its ELF file anew")
	case h.kind > kindSubkey:
		return nil, issue.New("image-type", formats.ErrFormat, "the header at byte %d is of type %d, which OP-TEE does not know", at, h.kind)
	case !h.alg.known():
		return nil, issue.New("algorithm", formats.ErrFormat, "signed with algorithm %s, which is neither RSA-PSS nor PKCS#1 v1.5 with SHA-256", h.alg)
	case hashSize != sha256.Size:
		return nil, issue.New("hash-size", formats.ErrFormat, "a hash of %d bytes, and SHA-256 has %d", hashSize, sha256.Size)
	case !fits(sigSize * 8):
		return nil, issue.New("signature-size", formats.ErrFormat, "a signature of %d bytes, which is none of an RSA key of 2048, 3072 or 4096 bits", sigSize)
	}
	h.sig = make([]byte, sigSize)
	if err := read(src, h.hash[:], at+fixedSize); err != nil {
		return nil, err
	}
	return h, read(src, h.sig, at+fixedSize+sha256.Size)
}

// read fills b from the file, which must reach that far. Errors: formats.ErrFormat.
func read(src formats.Source, b []byte, at int64) error {
	if at > src.Size() || int64(len(b)) > src.Size()-at {
		return issue.New("cut-off", formats.ErrFormat, "the file ends at byte %d, within what must be there up to byte %d", src.Size(), at+int64(len(b))).
			Advise("fetch or make it again")
	}
	return patch.ReadFull(src, b, at)
}
