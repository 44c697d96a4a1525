package optee

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// sealing is how an image is encrypted: AES-GCM without further data.
type sealing struct {
	class bool // by the key of a class of devices
	nonce [nonceSize]byte
	tag   [tagSize]byte
}

const (
	aesGCM      = 0x40000810 // TEE_ALG_AES_GCM
	nonceSize   = 12
	tagSize     = 16
	sealingSize = 12 + nonceSize + tagSize

	keyDevice = "dev"
	keyClass  = "class-wide"

	maxKeyText = 1024     // bytes of a key file
	maxSealed  = 32 << 20 // bytes of an encrypted image, which AES-GCM takes whole; devices have less memory for it
	ownKeySize = 32       // bytes of OP-TEE's own keys
)

// readSealing reads how an image is encrypted. Errors: formats.ErrFormat.
func readSealing(src formats.Source, at int64) (*sealing, error) {
	b := make([]byte, sealingSize)
	if err := read(src, b, at); err != nil {
		return nil, err
	}
	alg, flags := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
	nonce, tag := binary.LittleEndian.Uint16(b[8:]), binary.LittleEndian.Uint16(b[10:])
	switch {
	case alg != aesGCM:
		return nil, issue.New("encryption", formats.ErrFormat, "encrypted with algorithm 0x%08x, which is not AES-GCM", alg)
	case flags > 1:
		return nil, issue.New("encryption", formats.ErrFormat, "encrypted with flags 0x%x, which are not known", flags)
	case nonce != nonceSize || tag != tagSize:
		return nil, issue.New("encryption", formats.ErrFormat, "encrypted with a nonce of %d bytes and a tag of %d, not %d and %d", nonce, tag, nonceSize, tagSize)
	}
	s := &sealing{class: flags == 1}
	copy(s.nonce[:], b[12:])
	copy(s.tag[:], b[12+nonceSize:])
	return s, nil
}

// bytes are what stands in the file.
func (s *sealing) bytes() []byte {
	var flags uint32
	if s.class {
		flags = 1
	}
	b := binary.LittleEndian.AppendUint32(nil, aesGCM)
	b = binary.LittleEndian.AppendUint32(b, flags)
	b = binary.LittleEndian.AppendUint16(b, nonceSize)
	b = binary.LittleEndian.AppendUint16(b, tagSize)
	return append(append(b, s.nonce[:]...), s.tag[:]...)
}

// String says it for people.
func (s *sealing) String() string {
	if s.class {
		return "AES-GCM, by the key of a class of devices"
	}
	return "AES-GCM, by the device's own key"
}

// aesKey is the key of --enc-key, to be wiped after use; nil without one. A file of hexadecimal digits is taken for those; any other for the key
// itself. Errors: formats.ErrOption.
func aesKey(options formats.Values) ([]byte, error) {
	given := options.Bytes(optionEncKey)
	if given == nil {
		return nil, nil
	}
	text := bytes.TrimSpace(given)
	key := make([]byte, hex.DecodedLen(len(text)))
	if _, err := hex.Decode(key, text); err == nil && isAES(len(key)) {
		return key, nil
	}
	clear(key)
	if isAES(len(given)) {
		return bytes.Clone(given), nil
	}
	return nil, fmt.Errorf("%w: --%s: neither 32, 48 or 64 hexadecimal digits nor 16, 24 or 32 bytes", formats.ErrOption, optionEncKey)
}

func isAES(size int) bool { return size == 16 || size == 24 || size == 32 }

// newGCM makes the cipher of a key of one of AES' sizes.
func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// readImage reads an image that is to be encrypted or decrypted. Errors: formats.ErrFormat.
func readImage(ctx context.Context, src io.ReaderAt, at, size int64) ([]byte, error) {
	if size > maxSealed {
		return nil, issue.New("image-too-large", formats.ErrFormat, "an image of %d bytes, and one that is encrypted may have %d", size, maxSealed)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b := make([]byte, size, size+tagSize)
	return b, patch.ReadFull(src, b, at)
}

// seal encrypts the plain image in its place, which must have room for the tag.
//
// The nonce is HMAC-SHA-256, keyed with a key made of the AES key, of all that is encrypted and said of it. So it is never the same for two images, and
// the same file is made each time: of what waits for a signature made elsewhere, one can ask twice.
func (a *app) seal(key, plain []byte) (encrypted []byte, err error) {
	gcm, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	own := hmac.New(sha256.New, key)
	own.Write([]byte("sigtool optee nonce 1"))
	sum := hmac.New(sha256.New, own.Sum(nil))
	sum.Write(a.head()) // with neither nonce nor tag yet
	sum.Write(plain)
	copy(a.sealed.nonce[:], sum.Sum(nil))
	out := gcm.Seal(plain[:0], a.sealed.nonce[:], plain, nil)
	copy(a.sealed.tag[:], out[len(plain):])
	return out[:len(plain)], nil
}

// open returns the plain image. Errors: formats.ErrFormat for one that is too large; formats.ErrMismatch for another key or a changed image.
func (a *app) open(ctx context.Context, key []byte, src io.ReaderAt) ([]byte, error) {
	b, err := readImage(ctx, src, a.image, a.imageSize)
	if err != nil {
		return nil, err
	}
	gcm, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(b[:0], a.sealed.nonce[:], append(b, a.sealed.tag[:]...), nil)
	if err != nil {
		return nil, issue.New("not-decrypted", formats.ErrMismatch, "the image is not encrypted with the key of --%s, or was changed", optionEncKey)
	}
	return plain, nil
}
