package shares

import (
	"errors"
	"fmt"
)

// set is what all shares of one secret say alike.
type set struct {
	id         uint16 // 15 bits
	extendable bool
	exponent   int // of the iterations, 0 to 15
	groupNeed  int // 1 to 16
	groupOf    int // 1 to 16
	size       int // of the secret, in bytes
}

// name is how a sheet and a message call a set.
func (s set) name() string { return fmt.Sprintf("%04X", s.id) }

// share is one mnemonic of SLIP-39. Numbers count from 0, as in the code.
type share struct {
	set
	group  int
	member int
	need   int // members that restore the group, 1 to 16
	value  []byte
}

const (
	headWords = 4 // identifier to member threshold
	minSize   = 16
	minWords  = headWords + (8*minSize+wordBits-1)/wordBits + sumWords
)

func extendable(words []uint16) bool { return words[1]>>4&1 == 1 }

// pack writes a share as words.
func (s *share) pack() []uint16 {
	words := make([]uint16, headWords+(8*len(s.value)+wordBits-1)/wordBits+sumWords)
	first := uint32(s.id)<<5 | uint32(s.exponent)
	if s.extendable {
		first |= 1 << 4
	}
	second := uint32(s.group)<<16 | uint32(s.groupNeed-1)<<12 | uint32(s.groupOf-1)<<8 | uint32(s.member)<<4 | uint32(s.need-1)
	words[0], words[1] = uint16(first>>wordBits), uint16(first&wordMask)
	words[2], words[3] = uint16(second>>wordBits), uint16(second&wordMask)
	body := words[headWords : len(words)-sumWords]
	for i := range 8 * len(s.value) {
		bit := uint16(s.value[i/8]>>(7-i%8)) & 1
		at := len(body)*wordBits - 8*len(s.value) + i
		body[at/wordBits] |= bit << (wordBits - 1 - at%wordBits)
	}
	addSum(s.extendable, words)
	return words
}

// unpackHead reads the first four words of a share, which say what it is a share of.
func unpackHead(words []uint16) *share {
	first := uint32(words[0])<<wordBits | uint32(words[1])
	second := uint32(words[2])<<wordBits | uint32(words[3])
	nibble := func(shift int) int { return int(second >> shift & 15) }
	s := &share{group: nibble(16), member: nibble(4), need: nibble(0) + 1}
	s.id, s.extendable, s.exponent = uint16(first>>5), extendable(words), int(first&15)
	s.groupNeed, s.groupOf = nibble(12)+1, nibble(8)+1
	return s
}

// unpack reads the words of a share.
func unpack(words []uint16) (*share, error) {
	if len(words) < minWords {
		return nil, fmt.Errorf("%d words are too few for a share", len(words))
	}
	body := words[headWords : len(words)-sumWords]
	padding := len(body) * wordBits % 16
	size := (len(body)*wordBits - padding) / 8
	switch {
	case padding > 8:
		return nil, fmt.Errorf("no share has %d words", len(words))
	case !fits(words):
		return nil, errors.New("the checksum does not fit the words")
	case body[0]>>(wordBits-padding) != 0:
		return nil, errors.New("the bits before the share's value are not zero")
	}
	s := unpackHead(words)
	if s.groupNeed > s.groupOf {
		return nil, fmt.Errorf("%d groups are needed of %d", s.groupNeed, s.groupOf)
	}
	s.size, s.value = size, make([]byte, size)
	for i := range 8 * size {
		at := padding + i
		s.value[i/8] |= byte(body[at/wordBits]>>(wordBits-1-at%wordBits)&1) << (7 - i%8)
	}
	return s, nil
}
