package keygen

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"

	"sigtool/internal/secret"
)

// base58Alphabet is Bitcoin's: digits and letters without 0, O, I and l, which look like others.
const base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

const (
	groupSize   = 4
	base58Chars = 24 // random ones: 140.6 bits
	groups      = base58Chars/groupSize + 1
)

func newBase58(rand io.Reader) (*secret.Bytes, error) {
	numbers, err := uniform(rand, len(base58Alphabet), base58Chars)
	if err != nil {
		return nil, err
	}
	defer clear(numbers)
	chars := secret.New(base58Chars)
	defer chars.Destroy()
	for i, n := range numbers {
		chars.Bytes()[i] = base58Alphabet[n]
	}
	check := checkGroup(chars.Bytes())
	s := secret.New(groups*(groupSize+1) - 1)
	b := s.Bytes()[:0]
	for i := 0; i < base58Chars; i += groupSize {
		b = append(append(b, chars.Bytes()[i:i+groupSize]...), '-')
	}
	_ = append(b, check[:]...)
	return s, nil
}

// checkGroup is computed from the 24 characters: SHA-256 over the text below, its first 8 bytes as a big-endian number modulo 58^4, in
// base 58, most significant character first. A slip passes it once in 11 million.
func checkGroup(chars []byte) (group [groupSize]byte) {
	n := checkNumber("sigtool/v1/passphrase/base58\x00", chars)
	for i := groupSize - 1; i >= 0; i-- {
		group[i] = base58Alphabet[n%uint64(len(base58Alphabet))]
		n /= uint64(len(base58Alphabet))
	}
	return group
}

func checkNumber(domain string, rest []byte) uint64 {
	h := sha256.New()
	h.Write([]byte(domain))
	h.Write(rest)
	return binary.BigEndian.Uint64(h.Sum(nil))
}

// splitGroups finds the groups of what was typed, be they separated by "-" or by white space. They are slices of typed.
func splitGroups(typed []byte) [][]byte {
	return bytes.FieldsFunc(typed, func(r rune) bool {
		return r == '-' || r == ' ' || r == '\t' || r == '\r' || r == '\n'
	})
}

// base58Form tells whether parts look like a base58 passphrase of ours, and whether the check group fits.
func base58Form(parts [][]byte) (form, fits bool) {
	if len(parts) != groups {
		return false, false
	}
	chars := secret.New(base58Chars)
	defer chars.Destroy()
	for i, part := range parts {
		if len(part) != groupSize {
			return false, false
		}
		for _, c := range part {
			if bytes.IndexByte([]byte(base58Alphabet), c) < 0 {
				return false, false
			}
		}
		copy(chars.Bytes()[min(i*groupSize, base58Chars):], part)
	}
	check := checkGroup(chars.Bytes())
	return true, bytes.Equal(check[:], parts[groups-1])
}
