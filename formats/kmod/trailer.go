package kmod

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"sigtool/formats"
)

// A signed module (kernel/module/signing.c, include/linux/module_signature.h):
//
//	+---------------------------+ 0
//	| ELF file                  |   what is signed; it may itself end in a trailer
//	+---------------------------+ payload
//	| CMS SignedData, DER       |   sigLen bytes
//	+---------------------------+ size - 40
//	| algo        1 byte,  0    |
//	| hash        1 byte,  0    |
//	| id type     1 byte,  2    |   PKCS #7
//	| signer len  1 byte,  0    |
//	| key id len  1 byte,  0    |
//	| padding     3 bytes, 0    |
//	| sigLen      4 bytes       |   big endian
//	+---------------------------+ size - 28
//	| "~Module signature appended~\n"
//	+---------------------------+ size
const (
	magic       = "~Module signature appended~\n"
	structSize  = 12
	trailerSize = structSize + len(magic)
	idPKCS7     = 2
)

// trailer is what stands behind a signed module.
type trailer struct {
	payload int64 // bytes before the signature: what is signed
	sigLen  int64
	fields  [8]byte // of the struct, before sigLen
}

// readTrailer reads the trailer at the end of the first size bytes; nil means that there is none.
// The error is a trailer that claims a longer signature than there are bytes.
func readTrailer(src io.ReaderAt, size int64) (*trailer, error) {
	var b [trailerSize]byte
	if size < int64(len(b)) || !readFull(src, b[:], size-int64(len(b))) || string(b[structSize:]) != magic {
		return nil, nil
	}
	t := &trailer{sigLen: int64(binary.BigEndian.Uint32(b[8:]))}
	copy(t.fields[:], b[:])
	t.payload = size - int64(len(b)) - t.sigLen
	if t.payload < 0 {
		return nil, fmt.Errorf("a signature of %d bytes is announced in a file of %d", t.sigLen, size)
	}
	return t, nil
}

// appendTrailer puts a signature and its trailer together.
func appendTrailer(signature []byte) ([]byte, error) {
	if len(signature) > math.MaxInt32 {
		return nil, errors.New("the signature is too long")
	}
	b := make([]byte, 0, len(signature)+trailerSize)
	b = append(b, signature...)
	b = append(b, 0, 0, idPKCS7, 0, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint32(b, uint32(len(signature)))
	return append(b, magic...), nil
}

// maxSignatures is how many appended signatures are looked behind. Nobody signs that often, and each empty one has only 40 bytes.
const maxSignatures = 64

// payloadSize is how many bytes of the first size are left when every signature appended to them is cut off, and how many that were.
// The error is ErrFormat.
func payloadSize(src io.ReaderAt, size int64) (left int64, signatures int, err error) {
	for {
		t, err := readTrailer(src, size)
		switch {
		case err != nil:
			return size, signatures, fmt.Errorf("%w: a damaged signature is appended: %v", formats.ErrFormat, err)
		case t == nil:
			return size, signatures, nil
		case signatures == maxSignatures:
			return size, signatures, fmt.Errorf("%w: more than %d signatures are appended", formats.ErrFormat, maxSignatures)
		}
		size = t.payload
		signatures++
	}
}

// maxStray is how many bytes behind a signature are looked over for its magic.
const maxStray = 4 << 10

// stray tells how many bytes stand behind the magic of a signature, at the end of the first size bytes, that is none for a kernel because of them; 0: there is none.
func stray(src io.ReaderAt, size int64) int64 {
	tail := make([]byte, min(size, maxStray+int64(len(magic))))
	if !readFull(src, tail, size-int64(len(tail))) {
		return 0
	}
	at := bytes.LastIndex(tail, []byte(magic))
	if at < 0 {
		return 0
	}
	behind := int64(len(tail) - at - len(magic))
	if t, err := readTrailer(src, size-behind); err != nil || t == nil || t.check() != nil {
		return 0 // text that looks like it
	}
	return behind
}
