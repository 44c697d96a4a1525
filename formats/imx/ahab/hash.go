package ahab

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"errors"
	"fmt"
	"io"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// sum is a hash that is being made.
type sum interface {
	io.Writer
	Sum([]byte) []byte
}

// shake is SHAKE with an output of a fixed length.
type shake struct {
	*sha3.SHAKE
	size int
}

// Sum ends the hash.
func (s shake) Sum(b []byte) []byte {
	out := make([]byte, s.size)
	s.Read(out)
	return append(b, out...)
}

// newSum begins the hash of an image by its number, and says what people call it. Errors: formats.ErrFormat; formats.ErrNoKey for SM3, with which
// others can tell.
func newSum(number int) (string, sum, error) {
	switch number {
	case 0:
		return "sha256", sha256.New(), nil
	case 1:
		return "sha384", sha512.New384(), nil
	case 2:
		return "sha512", sha512.New(), nil
	case 4:
		return "sha3-256", sha3.New256(), nil
	case 5:
		return "sha3-384", sha3.New384(), nil
	case 6:
		return "sha3-512", sha3.New512(), nil
	case 8:
		return "shake128-256", shake{sha3.NewSHAKE128(), 32}, nil
	case 9:
		return "shake256-512", shake{sha3.NewSHAKE256(), 64}, nil
	case 3:
		return "sm3", nil, issue.New("image-hash-kind", formats.ErrNoKey, "its hash is SM3, which is not calculated here").
			Advise("no key helps: sigtool can tell neither that the image is good nor that it is wrong; SHA-256, SHA-384 and SHA-512 it can")
	}
	return fmt.Sprintf("hash %d", number), nil, issue.New("image-hash-kind", formats.ErrFormat, "its hash is of kind %d, which nobody knows", number)
}

// chunk is how much of an image is read at once.
const chunk = 256 << 10

// sumOf is the hash of the image at that offset of the file, or what the memo remembers of it.
func (m image) sumOf(ctx context.Context, src formats.Source, at int64, memo *patch.Memo) ([]byte, error) {
	number := m.hashNumber()
	name, h, err := newSum(number)
	if err != nil {
		return nil, err
	}
	if m.version == 0 && number > 3 {
		return nil, issue.New("image-hash-kind", formats.ErrFormat, "its hash is %s, which containers of version 0 do not have", name)
	}
	if known := memo.Get(name, src, at, m.size); known != nil {
		return known, nil
	}
	buffer := make([]byte, min(chunk, m.size))
	for done := int64(0); done < m.size; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := buffer[:min(int64(len(buffer)), m.size-done)]
		if err := patch.ReadFull(src, part, at+done); err != nil {
			return nil, err
		}
		h.Write(part)
		done += int64(len(part))
	}
	made := h.Sum(nil)
	memo.Put(name, src, at, m.size, made)
	return made, nil
}

// checkHashes holds every image against its hash. kind is what a wrong one is: formats.ErrFormat in signing, formats.ErrMismatch in verifying.
// Errors: formats.ErrNoKey where nothing is wrong and one has a hash that is not calculated here.
func (c *container) checkHashes(ctx context.Context, src formats.Source, memo *patch.Memo, kind error) error {
	var unknown error
	for i, m := range c.images {
		err := c.checkHash(ctx, src, memo, i, m, kind)
		switch {
		case errors.Is(err, formats.ErrNoKey):
			unknown = err
		case err != nil:
			return err
		}
	}
	return unknown
}

// checkHash holds one image against its hash.
func (c *container) checkHash(ctx context.Context, src formats.Source, memo *patch.Memo, i int, m image, kind error) error {
	at := c.at + m.offset
	if len(bytes.Trim(m.hash, "\x00")) == 0 {
		if m.size == 0 {
			return nil // a dummy, of which there is nothing to load
		}
		return issue.New("image-hash", kind, "image %d (%s, 0x%x bytes at 0x%x) has no hash in its container, which a device that is not closed may take (RT118x)", i+1, m.kind(), m.size, at).
			Advise("make the container with the image's hash, and sign that")
	}
	made, err := m.sumOf(ctx, src, at, memo)
	if err != nil {
		return fmt.Errorf("image %d: %w", i+1, err)
	}
	if bytes.Equal(made, m.hash[:len(made)]) {
		return nil
	}
	name, _, _ := newSum(m.hashNumber())
	wrong := issue.New("image-hash", kind, "image %d (%s, 0x%x bytes at 0x%x) has another %s hash than its container says (the firmware would say ELE_BAD_HASH_FAILURE)",
		i+1, m.kind(), m.size, at, name)
	if kind == formats.ErrFormat {
		return wrong.Advise("it changed after its container was made: make the image anew")
	}
	return wrong
}
