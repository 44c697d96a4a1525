package keygen

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"io"

	"sigtool/internal/secret"
)

// Committed is the kernel's part of the randomness, drawn before anybody throws dice, so that a machine that told its digest can't choose
// it afterwards to go with the dice. It is an io.Reader for NewPool, and only there: read n of it is HKDF-Expand (SHA-512, RFC 5869
// §2.3) of the 64 bytes drawn, with the info "sigtool/v1/kernel/n".
type Committed struct {
	opening *secret.Bytes
	reads   int
}

// Commit draws 64 bytes from the kernel's generator, after a health test of 1,024 others. The caller destroys it.
func Commit(kernel io.Reader) (*Committed, error) {
	sample := make([]byte, healthSample)
	defer secret.Wipe(sample)
	if _, err := io.ReadFull(kernel, sample); err != nil {
		return nil, fmt.Errorf("random numbers from the kernel: %w", err)
	}
	if err := CheckKernel(sample); err != nil {
		return nil, err
	}
	c := &Committed{opening: secret.New(kernelBytes)}
	if _, err := io.ReadFull(kernel, c.opening.Bytes()); err != nil {
		c.Destroy()
		return nil, fmt.Errorf("random numbers from the kernel: %w", err)
	}
	return c, nil
}

// Digest is what is told beforehand: the SHA-256 of "sigtool/v1/commitment", a zero byte and the 64 bytes.
func (c *Committed) Digest() [sha256.Size]byte {
	text := secret.New(len(commitment) + kernelBytes)
	defer text.Destroy()
	copy(text.Bytes()[copy(text.Bytes(), commitment):], c.opening.Bytes())
	return sha256.Sum256(text.Bytes())
}

const commitment = infoPrefix + "commitment\x00"

// Opening is the 64 bytes; whoever has them and the throws has every key. It belongs to c.
func (c *Committed) Opening() []byte { return c.opening.Bytes() }

// Read gives what no other read gave.
func (c *Committed) Read(b []byte) (int, error) {
	n := min(len(b), 255*sha512.Size)
	out, err := hkdf.Expand(sha512.New, c.opening.Bytes(), fmt.Sprintf("%skernel/%d", infoPrefix, c.reads), n)
	if err != nil {
		return 0, err
	}
	defer secret.Wipe(out)
	c.reads++
	return copy(b, out), nil
}

// Destroy wipes it.
func (c *Committed) Destroy() { c.opening.Destroy() }

// The health tests of NIST SP 800-90B §4.4 for a source of 8 bits a byte, with a chance of less than one in 2^40 for each to refuse a good one.
const (
	healthSample = 1024
	repeatLimit  = 6   // as many equal bytes after each other
	windowSize   = 512 // bytes of which
	windowLimit  = 25  // so many equal the first
)

// CheckKernel looks at 1,024 bytes of the kernel's generator for what only a broken one gives: a byte again and again, or far too often.
// Passing proves nothing but that it is not broken in this way.
func CheckKernel(sample []byte) error {
	broken := errors.New("the kernel's generator is broken: the same bytes come again and again")
	run := 0
	for i, b := range sample {
		if i > 0 && b != sample[i-1] {
			run = 0
		}
		if run++; run >= repeatLimit {
			return broken
		}
		if window := sample[i:]; i%windowSize == 0 && len(window) >= windowSize && bytes.Count(window[:windowSize], window[:1]) >= windowLimit {
			return broken
		}
	}
	return nil
}
