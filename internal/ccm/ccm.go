// Package ccm is AES in counter mode with CBC-MAC (RFC 3610, NIST SP 800-38C), which the standard library lacks: what was changed does not open.
package ccm

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"

	"sigtool/internal/secret"
)

// ErrOpen means that the key, the nonce or the additional data are others than those it was sealed with, or that a byte was changed.
var ErrOpen = errors.New("ccm: does not open: another key, or damaged")

// maxData bounds additional data and, where the nonce leaves room for more, what is sealed, in bytes; both are small wherever CCM is used here.
const maxData = 1 << 30

// ccm is a cipher.AEAD.
type ccm struct {
	block      cipher.Block
	nonce, tag int // bytes
}

// New returns AES-CCM for a key of 16, 24 or 32 bytes, nonces of 7 to 13 bytes and tags of 4, 6, ... 16 bytes. A nonce of n bytes leaves 15-n for
// the length: with 13, what is sealed has at most 65,535 bytes. Seal panics where the nonce has another length or the text is longer, as those of
// the standard library do. A nonce is never used twice with a key.
func New(key []byte, nonce, tag int) (cipher.AEAD, error) {
	if nonce < 7 || nonce > 13 {
		return nil, fmt.Errorf("ccm: a nonce has 7 to 13 bytes, not %d", nonce)
	}
	if tag < 4 || tag > 16 || tag%2 != 0 {
		return nil, fmt.Errorf("ccm: a tag has 4, 6, 8, 10, 12, 14 or 16 bytes, not %d", tag)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("ccm: an AES key has 16, 24 or 32 bytes, not %d", len(key))
	}
	return &ccm{block: block, nonce: nonce, tag: tag}, nil
}

func (c *ccm) NonceSize() int { return c.nonce }
func (c *ccm) Overhead() int  { return c.tag }

// longest is the most bytes that can be sealed.
func (c *ccm) longest() int {
	if size := 15 - c.nonce; size < 4 {
		return 1<<(8*size) - 1
	}
	return maxData
}

// Seal appends the sealed text and its tag to dst.
func (c *ccm) Seal(dst, nonce, plain, extra []byte) []byte {
	if len(nonce) != c.nonce || len(plain) > c.longest() || len(extra) > maxData {
		panic("ccm: a nonce of another length, or too much to seal")
	}
	tag := c.mac(nonce, plain, extra)
	text := make([]byte, len(plain), len(plain)+c.tag)
	c.crypt(nonce, tag, text, plain)
	return append(dst, append(text, tag[:c.tag]...)...)
}

// Open appends to dst what was sealed. Error: ErrOpen; then nothing of the text is left in memory.
func (c *ccm) Open(dst, nonce, sealed, extra []byte) ([]byte, error) {
	size := len(sealed) - c.tag
	if len(nonce) != c.nonce || size < 0 || size > c.longest() || len(extra) > maxData {
		return nil, ErrOpen
	}
	tag := make([]byte, aes.BlockSize)
	copy(tag, sealed[size:])
	plain := make([]byte, size)
	c.crypt(nonce, tag, plain, sealed[:size])
	if subtle.ConstantTimeCompare(c.mac(nonce, plain, extra)[:c.tag], tag[:c.tag]) != 1 {
		secret.Wipe(plain)
		return nil, ErrOpen
	}
	if len(dst) == 0 {
		return plain, nil
	}
	defer secret.Wipe(plain)
	return append(dst, plain...), nil
}

// crypt turns text into its counterpart by the counters from 1 on, and the tag by the counter 0 (RFC 3610 §2.3).
//
//	A_i: 0     flags: 15-n-1
//	     1     nonce, n bytes
//	     n+1   i, big-endian, 15-n bytes
func (c *ccm) crypt(nonce, tag, to, from []byte) {
	counter := make([]byte, aes.BlockSize)
	counter[0] = byte(14 - c.nonce)
	copy(counter[1:], nonce)
	stream := cipher.NewCTR(c.block, counter)
	stream.XORKeyStream(tag, tag)
	stream.XORKeyStream(to, from)
}

// mac is the CBC-MAC of what is sealed (RFC 3610 §2.2), 16 bytes.
//
//	B_0: 0     flags: 0x40 with additional data | (tag-2)/2 << 3 | 15-n-1
//	     1     nonce, n bytes
//	     n+1   length of the text, big-endian, 15-n bytes
//	then the length of the additional data in 2 bytes, or from 0xff00 on 0xfffe and 4 bytes, with the data; then the text; both padded with zeros
func (c *ccm) mac(nonce, plain, extra []byte) []byte {
	sum := make([]byte, aes.BlockSize)
	binary.BigEndian.PutUint64(sum[8:], uint64(len(plain)))
	sum[0] = byte((c.tag-2)/2<<3 | (14 - c.nonce))
	copy(sum[1:], nonce) // over the zeros in front of the length
	if len(extra) > 0 {
		sum[0] |= 0x40
	}
	c.block.Encrypt(sum, sum)
	if n := len(extra); n > 0 {
		head := make([]byte, 0, 6)
		if n < 0xff00 {
			head = binary.BigEndian.AppendUint16(head, uint16(n))
		} else {
			head = binary.BigEndian.AppendUint32(append(head, 0xff, 0xfe), uint32(n))
		}
		c.chain(sum, head, extra)
	}
	c.chain(sum, nil, plain)
	return sum
}

// chain takes head and data, as one text padded with zeros, into the sum.
func (c *ccm) chain(sum, head, data []byte) {
	at := 0
	for _, part := range [][]byte{head, data} {
		for len(part) > 0 {
			n := subtle.XORBytes(sum[at:], sum[at:], part)
			part = part[n:]
			if at += n; at == len(sum) {
				c.block.Encrypt(sum, sum)
				at = 0
			}
		}
	}
	if at > 0 {
		c.block.Encrypt(sum, sum)
	}
}
