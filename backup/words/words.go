// Package words writes a 32-byte seed as 24 words of BIP-39's English list: any BIP-39 tool brings it back, and this one refuses
// whatever does not prove to be the same words in the same order.
//
// The words are those of BIP-39 for 256 bits of entropy: the seed, then the first 8 bits of its SHA-256, cut into 24 numbers of 11
// bits. They are printed with their numbers, 1 to 24, four to a row. The document's number on the sheet is the first 40 bits of that
// same SHA-256, printed as backup.FormatID does, so that its first 8 bits are BIP-39's own checksum, and with the head at hand
// a wrong word is not missed once in 256 times but once in 2^40.
//
// The words alone carry nothing but the seed: label, algorithm, derivation and fingerprint come back from the head, if it is there,
// and nothing proves them before the key is made again and its fingerprint compared.
//
// Reading takes a whole sheet, rows of numbered words in any order, or 24 words without numbers in order. Four letters do for a word,
// as in BIP-39. A word that is not of the list is refused, with the words it may be; so is a list whose checksum does not fit.
// BIP-39 cannot tell which word is wrong. With the document's number, one wrong word or two swapped ones are found, named
// and suggested, and still refused: a person who looks at the paper decides.
package words

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"sigtool/backup"
	"sigtool/internal/bip39"
	"sigtool/internal/secret"
)

// Name is what people type.
const Name = "words"

const (
	count    = 24 // words on a sheet
	wordBits = 11
	columns  = 4
)

// list is BIP-39's English list, in order of the alphabet.
func list() []string { return bip39.Words() }

// Codec is the codec "words".
type Codec struct{}

// Name is "words".
func (Codec) Name() string { return Name }

// Takes is true for seeds.
func (Codec) Takes(k backup.Kind) bool { return k == backup.KindSeed }

// Encode returns the sheet of a seed. It fails for any other kind, and for a payload or meta data that paper can't carry
// (backup's Valid).
func (c Codec) Encode(p backup.Payload, m backup.Meta, split backup.Split) ([]*backup.Sheet, error) {
	if len(split.Groups) > 0 {
		return nil, backup.ErrNoShares
	}
	if err := errors.Join(p.Valid(), m.Valid()); err != nil {
		return nil, err
	}
	if !c.Takes(p.Kind) {
		return nil, fmt.Errorf("words carry a seed of %d bytes, not a secret of kind %s", backup.SeedSize, p.Kind)
	}
	id := number(p.Secret.Bytes())
	words := pack(p.Secret.Bytes())
	defer secret.Wipe(words[:])
	sheet := &backup.Sheet{
		Code: Name, DocumentID: backup.FormatID(id), Rehearsal: m.Rehearsal,
		Intro: backup.Intro(p.Kind), Head: head(p, m, id), Guide: guide(p),
	}
	for first := 0; first < count; first += columns {
		row := make([]byte, 0, backup.Width)
		for i := first; i < first+columns; i++ {
			row = fmt.Appendf(row, "  %02d %-8s      ", i+1, list()[words.word(i)])
		}
		for i := len(row); i > 0 && row[i-1] == ' '; i-- {
			row = row[:i-1]
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	sheet.Lay()
	return []*backup.Sheet{sheet}, nil
}

func head(p backup.Payload, m backup.Meta, id uint64) []backup.Field {
	return backup.NewHead(p, m, backup.Field{Name: backup.FieldDocument, Value: backup.FormatID(id), Remark: "the start of the SHA-256 of the 32 bytes: a check"})
}

// number is the document's number of a seed.
func number(seed []byte) uint64 {
	sum := sha256.Sum256(seed)
	return binary.BigEndian.Uint64(sum[:]) >> 24
}

// packed is a seed and its checksum: 24 places in the list, of 11 bits each.
type packed [backup.SeedSize + 1]byte

func pack(seed []byte) (p packed) {
	copy(p[:], seed)
	p[backup.SeedSize] = byte(number(seed) >> 32)
	return p
}

// bits returns the three bytes that hold word i, and how far its bits are from the right end of them.
func (p *packed) bits(i int) (b []byte, shift int) {
	start := min(i*wordBits/8, len(p)-3)
	return p[start : start+3], 24 - (i*wordBits - 8*start) - wordBits
}

func (p *packed) word(i int) uint16 {
	b, shift := p.bits(i)
	return uint16((uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])) >> shift & (1<<wordBits - 1))
}

func (p *packed) setWord(i int, index uint16) {
	b, shift := p.bits(i)
	v := uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
	v = v&^((1<<wordBits-1)<<shift) | uint32(index)<<shift
	b[0], b[1], b[2] = byte(v>>16), byte(v>>8), byte(v)
}

func (p *packed) seed() []byte { return p[:backup.SeedSize] }

// fits tells whether the checksum is the seed's.
func (p *packed) fits() bool { return p[backup.SeedSize] == byte(number(p.seed())>>32) }

// proves tells whether the document's number is the seed's, and with its first 8 bits the checksum.
func (p *packed) proves(id uint64) bool {
	return p[backup.SeedSize] == byte(id>>32) && number(p.seed()) == id
}

func guide(p backup.Payload) []string {
	g := backup.Wrap("TO RESTORE IT, type the words below into a file, words.txt, with the numbers before them. " +
		"The first four letters of a word are enough. The words alone do not say which key they make: " +
		"type Algorithm, Derivation and Document from above into the file too, or all from Label on. With the program sigtool:")
	g = append(g, "  sigtool backup verify words.txt", "  sigtool backup restore -o key.pem words.txt", "")
	g = append(g, backup.Wrap("WITHOUT SIGTOOL: the words are BIP-39's English ones, for 256 bits. Any tool for BIP-39 turns them into "+
		"their entropy, 32 bytes (not the \"seed\" that a wallet makes of them). Or look each word up in BIP-39's list of 2048 words: "+
		"its place, from 0, is 11 bits; all of them are 264 bits, the 32 bytes and 8 bits of checksum. "+
		"Write the 64 hexadecimal digits of the 32 bytes into a file, seed.hex.")...)
	return append(append(g, ""), backup.SeedGuide(p, "cat seed.hex")...)
}
