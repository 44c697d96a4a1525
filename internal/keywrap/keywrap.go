// Package keywrap wraps keys by AES with padding, as RFC 5649 says (NIST SP 800-38F calls it KWP, OpenSSL id-aes256-wrap-pad): what was
// wrapped under another key, or changed on its way, does not unwrap.
package keywrap

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"

	"sigtool/internal/secret"
)

// MaxData is the longest data that is wrapped or unwrapped, in bytes: a private key has less, RSA-16384 in PKCS#8 some 9 KiB.
const MaxData = 64 << 10

// ErrUnwrap means that the data was not wrapped under this key, or was changed since. It does not say which: RFC 5649 §3 has one error.
var ErrUnwrap = errors.New("the wrapped key does not open: another key wrapped it, or it is damaged")

const half = aes.BlockSize / 2 // bytes of a semiblock, the unit of RFC 3394

var magic = []byte{0xa6, 0x59, 0x59, 0xa6} // begins the alternative initial value (AIV), RFC 5649 §3

// WrapPadded wraps data of 1 to MaxData bytes under a key of 16, 24 or 32 bytes. The result has len(data) rounded up to a multiple of 8, and
// 8 more. What is wrapped (RFC 5649 §3):
//
//	 0        4        8                      8+len
//	+--------+--------+----------------------+------------+
//	| a65959a6 length |        data          | zeros: 0-7 |
//	+--------+--------+----------------------+------------+
//	 \__ AIV, 8 ____/  \__ n semiblocks of 8 bytes ______/
//
// One semiblock of data makes one block of AES with the AIV; more go through the six rounds of RFC 3394 §2.2.1, the AIV as A.
func WrapPadded(kek, data []byte) ([]byte, error) {
	block, err := cipherOf(kek)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 || len(data) > MaxData {
		return nil, fmt.Errorf("key wrap takes 1 to %d bytes, not %d", MaxData, len(data))
	}
	out := make([]byte, half+(len(data)+half-1)/half*half)
	copy(out, magic)
	binary.BigEndian.PutUint32(out[4:], uint32(len(data)))
	copy(out[half:], data)
	if len(out) == aes.BlockSize {
		block.Encrypt(out, out)
		return out, nil
	}
	var b [aes.BlockSize]byte // A || R[i]
	defer secret.Wipe(b[:])
	copy(b[:half], out)
	count := uint64(0)
	for range 6 {
		for i := half; i < len(out); i += half {
			count++
			copy(b[half:], out[i:i+half])
			block.Encrypt(b[:], b[:])
			addCount(&b, count)
			copy(out[i:], b[half:])
		}
	}
	copy(out, b[:half])
	return out, nil
}

// UnwrapPadded returns what WrapPadded wrapped; the caller wipes it. The comparisons take the same time wherever they fail.
// Errors: ErrUnwrap; a key of another length.
func UnwrapPadded(kek, wrapped []byte) ([]byte, error) {
	block, err := cipherOf(kek)
	if err != nil {
		return nil, err
	}
	if len(wrapped) < aes.BlockSize || len(wrapped)%half != 0 || len(wrapped) > half+MaxData {
		return nil, ErrUnwrap
	}
	out := make([]byte, len(wrapped))
	copy(out, wrapped)
	if len(out) == aes.BlockSize {
		block.Decrypt(out, out)
	} else {
		unwrap(block, out)
	}
	n, ok := checkAIV(out)
	if !ok {
		secret.Wipe(out)
		return nil, ErrUnwrap
	}
	return out[half : half+n : half+n], nil
}

// unwrap undoes the six rounds in place (RFC 3394 §2.2.2).
func unwrap(block cipher.Block, out []byte) {
	var b [aes.BlockSize]byte
	defer secret.Wipe(b[:])
	copy(b[:half], out)
	count := uint64(6 * (len(out)/half - 1))
	for range 6 {
		for i := len(out) - half; i > 0; i -= half {
			copy(b[half:], out[i:i+half])
			addCount(&b, count)
			block.Decrypt(b[:], b[:])
			copy(out[i:], b[half:])
			count--
		}
	}
	copy(out, b[:half])
}

// addCount adds the number of the step to A by XOR.
func addCount(b *[aes.BlockSize]byte, count uint64) {
	binary.BigEndian.PutUint64(b[:half], binary.BigEndian.Uint64(b[:half])^count)
}

// checkAIV checks the three things of RFC 5649 §3, in a time that depends on the length of what was wrapped alone: the magic number, a
// length that leaves fewer than 8 bytes over, and that these are zero. It returns the length.
func checkAIV(out []byte) (n int, ok bool) {
	room := len(out) - half
	length := binary.BigEndian.Uint32(out[4:])
	n = int(length & (1<<20 - 1)) // small enough to calculate with, whatever it says: room is at most MaxData
	good := subtle.ConstantTimeCompare(out[:4], magic)
	good &= subtle.ConstantTimeEq(int32(length), int32(n))
	good &= subtle.ConstantTimeLessOrEq(room-half+1, n) & subtle.ConstantTimeLessOrEq(n, room)
	padding := byte(0)
	for i := room - half + 1; i < room; i++ { // the last 7 bytes; those at n and behind it count
		behind := byte(subtle.ConstantTimeLessOrEq(n, i))
		padding |= out[half+i] & -behind
	}
	good &= subtle.ConstantTimeByteEq(padding, 0)
	return n, good == 1
}

func cipherOf(kek []byte) (cipher.Block, error) {
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, fmt.Errorf("key wrap takes a key of 16, 24 or 32 bytes, not %d", len(kek))
	}
	return block, nil
}
