package srk

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"errors"
	"math/bits"
	"strconv"
	"strings"

	"sigtool/internal/issue"
)

// ErrReadBack says that what was read back is not what fuses hold.
var ErrReadBack = errors.New("not what fuses hold")

func unread(format string, args ...any) *issue.Error {
	return issue.New("srk-readback", ErrReadBack, format, args...)
}

// MaxReadBack bounds what fuses are read back from, in bytes.
const MaxReadBack = 64 << 10

// ReadBack reads what fuses hold, in one of these forms:
//
//   - what U-Boot's fuse read and fuse sense print, of one bank or more, with anything around it;
//   - words in hexadecimal, with or without 0x and a name ("SRK HASH[0] = 0x67633032"), in the order of the hash;
//   - the hash's bytes in hexadecimal, in one piece;
//   - the bytes of a fuse file of srktool, of either format.
//
// The words are those of soc.Words. Errors: ErrReadBack.
func ReadBack(data []byte, soc SoC) ([]uint32, error) {
	size := soc.Hash.Size()
	switch {
	case len(data) > MaxReadBack:
		return nil, unread("more than %d bytes are no fuses", MaxReadBack)
	case strings.Contains(string(data), "Word 0x"): // text, with whatever a terminal was sent
		return readUBoot(string(data), soc)
	case isText(data):
		return readHex(string(data), soc)
	case len(data) == size:
		return soc.Words(data)
	case len(data) == 4*size:
		hash := make([]byte, size)
		for i := range hash {
			hash[i] = data[4*i+3]
		}
		if bytes.Equal(Fuses8(hash), data) {
			return soc.Words(hash)
		}
	}
	return nil, unread("%d bytes are neither text nor a hash of %d bytes", len(data), size)
}

func isText(data []byte) bool {
	for _, b := range data {
		if b != '\n' && b != '\r' && b != '\t' && (b < ' ' || b > '~') {
			return false
		}
	}
	return len(data) > 0
}

// readUBoot reads what U-Boot prints:
//
//	Reading bank 3:
//
//	Word 0x00000000: 67633032 12f89705 e1129ede c4e6c5a0
//	Word 0x00000004: 4bf14125 a37fc0f1 21a66202 2c621697
func readUBoot(text string, soc SoC) ([]uint32, error) {
	held, order, err := printed(text)
	if err != nil {
		return nil, err
	}
	if soc.Fuses[0].Bank == noBank {
		if len(order) != len(soc.Fuses) {
			return nil, unread("%d words; the hash has %d, and which they are depends on the processor", len(order), len(soc.Fuses))
		}
		return order, nil
	}
	words := make([]uint32, len(soc.Fuses))
	for i, f := range soc.Fuses {
		value, ok := held[f]
		if !ok {
			return nil, unread("%s is not in the text; %s has the hash from %s to %s", f, soc.Title, soc.Fuses[0], soc.Fuses[len(soc.Fuses)-1])
		}
		words[i] = value
	}
	return words, nil
}

// printed is the words that U-Boot printed: by their places, and in their order.
func printed(text string) (held map[Fuse]uint32, order []uint32, err error) {
	held = map[Fuse]uint32{}
	bank := noBank
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if fields := strings.Fields(line); len(fields) == 3 && (fields[0] == "Reading" || fields[0] == "Sensing") && fields[1] == "bank" {
			if bank, err = strconv.Atoi(strings.TrimSuffix(fields[2], ":")); err != nil || bank < 0 {
				return nil, nil, unread("%q names no bank", line)
			}
			continue
		}
		place, values, found := strings.Cut(line, ":")
		number, isWord := strings.CutPrefix(place, "Word 0x")
		if !found || !isWord {
			continue
		}
		word, err := strconv.ParseUint(number, 16, 16)
		if err != nil || bank == noBank {
			return nil, nil, unread("%q is of no bank that the text names (\"Reading bank 3:\"), or of no word", line)
		}
		for i, value := range strings.Fields(values) {
			n, err := strconv.ParseUint(value, 16, 32)
			if err != nil {
				return nil, nil, unread("bank %d word %d: %q is no value", bank, int(word)+i, value)
			}
			held[Fuse{bank, int(word) + i}] = uint32(n)
			order = append(order, uint32(n))
		}
	}
	return held, order, nil
}

// readHex reads words in hexadecimal, or one piece of bytes.
func readHex(text string, soc SoC) ([]uint32, error) {
	var words []uint32
	for line := range strings.Lines(text) {
		if _, value, found := strings.Cut(line, "="); found {
			line = value
		}
		for _, field := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r\n,", r) }) {
			field = strings.TrimPrefix(strings.TrimPrefix(field, "0x"), "0X")
			if hash, err := hex.DecodeString(field); err == nil && len(hash) == soc.Hash.Size() && words == nil {
				return soc.Words(hash)
			}
			n, err := strconv.ParseUint(field, 16, soc.Bits)
			if err != nil {
				return nil, unread("%.40q is no word of %d bits in hexadecimal", field, soc.Bits)
			}
			words = append(words, uint32(n))
		}
	}
	if len(words) != len(soc.Fuses) {
		return nil, unread("%d words; the hash has %d", len(words), len(soc.Fuses))
	}
	return words, nil
}

// Burnt is how fuses that were read back compare with a hash, word by word.
type Burnt struct {
	Want, Have []uint32
	Differ     []int // which differ, as indexes
	once       bool
}

// Compare compares what fuses hold with the hash that they should hold. Errors: ErrTable for a hash of another length than the family's,
// ErrReadBack for another number of words.
func (s SoC) Compare(hash []byte, have []uint32) (Burnt, error) {
	want, err := s.Words(hash)
	if err != nil {
		return Burnt{}, err
	}
	if len(have) != len(want) {
		return Burnt{}, unread("%d words; the hash has %d", len(have), len(want))
	}
	b := Burnt{Want: want, Have: have, once: s.Once}
	for i := range want {
		if want[i] != have[i] {
			b.Differ = append(b.Differ, i)
		}
	}
	return b, nil
}

// Blank tells whether not one fuse is burnt.
func (b Burnt) Blank() bool {
	for _, w := range b.Have {
		if w != 0 {
			return false
		}
	}
	return true
}

// Lost are the words, as indexes, that can never become right: a fuse is burnt in them that should not be, or anything in a word that can
// be burnt once.
func (b Burnt) Lost() (lost []int) {
	for _, i := range b.Differ {
		if b.Have[i]&^b.Want[i] != 0 || b.once && b.Have[i] != 0 {
			lost = append(lost, i)
		}
	}
	return lost
}

// Swapped tells whether each word has the right bytes in the other order, as when they were read off a dump of the file in big-endian words.
func (b Burnt) Swapped() bool {
	for i, w := range b.Want {
		if bits.ReverseBytes32(w) != b.Have[i] {
			return false
		}
	}
	return len(b.Differ) > 0
}

// Plain stands for a processor that nobody named: words of 32 bits, of no bank, for a hash by h.
func Plain(h crypto.Hash) SoC {
	return SoC{Title: "a processor that was not named", Hash: h, Bits: 32, Fuses: row(noBank, 0, h.Size()/4)}
}
