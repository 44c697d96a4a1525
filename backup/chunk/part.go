package chunk

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/klauspost/reedsolomon"

	"sigtool/backup"
	"sigtool/internal/fivebit"
	"sigtool/internal/secret"
)

const (
	magic     = "ST1"
	idChars   = 8
	checkBits = 40
)

// header is what a code says of its part. All but the number is the same for the parts of one printing.
type header struct {
	letter byte   // of the codec
	id     string // without the dash
	number int    // from 1
	n, k   int
	size   int // of what was cut, in bytes
	digest string
}

// bytes of each part.
func (h header) part() int { return (h.size + h.k - 1) / h.k }

func (h header) write(part []byte) string {
	s := fmt.Sprintf("%s/%c/%s/%d/%d/%d/%d/%s/%s/", magic, h.letter, h.id, h.number, h.n, h.k, h.size, h.digest, characters(part))
	return s + digest([]byte(s))
}

// ErrNoCode says that the text of a QR code is none of ours.
var ErrNoCode = errors.New("not a code of a paper backup")

// read takes the text of a code apart and checks all that one code can show.
func read(text []byte) (h header, part []byte, err error) {
	if !bytes.HasPrefix(text, []byte(magic+"/")) {
		return h, nil, ErrNoCode
	}
	if len(text) > maxChars {
		return h, nil, errors.New("a code of a paper backup has too many characters")
	}
	body := text[:max(0, len(text)-idChars)]
	if !bytes.HasSuffix(body, []byte("/")) || digest(body) != string(text[len(body):]) {
		return h, nil, errors.New("the check of a code does not fit")
	}
	f := bytes.Split(body[:len(body)-1], []byte("/"))
	if len(f) != 9 || len(f[1]) != 1 || len(f[7]) != idChars {
		return h, nil, errors.New("a code has not the statements that it should have")
	}
	h = header{letter: f[1][0], id: string(f[2]), digest: string(f[7])}
	for i, n := range []*int{&h.number, &h.n, &h.k, &h.size} {
		number := string(f[3+i])
		if *n, err = strconv.Atoi(number); err != nil || strconv.Itoa(*n) != number {
			return h, nil, errors.New("a code states a number that is none")
		}
	}
	if !h.possible() {
		return h, nil, errors.New("the statements of a code contradict each other")
	}
	part = octets(f[8], h.part())
	if part == nil {
		return h, nil, errors.New("the data of a code has another length than it says")
	}
	return h, part, nil
}

func (h header) possible() bool {
	if _, ok := backup.ParseID(h.id); !ok || len(h.id) != idChars || strings.ToUpper(h.id) != h.id {
		return false
	}
	return h.lettered() && h.k >= 1 && h.n <= maxParts && h.n == h.k+parityOf(h.k) && h.number >= 1 && h.number <= h.n &&
		h.size >= 1 && h.size <= h.k*partBytes && h.k == (h.size+partBytes-1)/partBytes
}

func (h header) lettered() bool { return h.letter >= 'A' && h.letter <= 'Z' }

// digest is the first 40 bits of a SHA-256 in eight characters.
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return characters(sum[:checkBits/8])
}

// characters writes bytes, five bits to a character.
func characters(data []byte) string {
	chars := fivebit.Append(make([]byte, 0, fivesOf(len(data))), data)
	defer secret.Wipe(chars)
	for i, v := range chars {
		chars[i] = backup.Alphabet[v]
	}
	return string(chars)
}

// octets reads what characters writes; nil if it is not n bytes, written in just that way.
func octets(chars []byte, n int) []byte {
	if len(chars) != fivesOf(n) {
		return nil
	}
	fives := make([]byte, len(chars))
	defer secret.Wipe(fives)
	for i, c := range chars {
		v := strings.IndexByte(backup.Alphabet, c)
		if v < 0 {
			return nil
		}
		fives[i] = byte(v)
	}
	data := fivebit.AppendOctets(make([]byte, 0, n), fives)
	again := fivebit.Append(make([]byte, 0, len(fives)), data)
	defer secret.Wipe(again)
	if !bytes.Equal(again, fives) { // bits are left over that are not zero
		secret.Wipe(data)
		return nil
	}
	return data
}

// fivesOf is how many five-bit numbers so many bytes make.
func fivesOf(octets int) int { return (octets*8 + 4) / 5 }

// encode cuts data into k parts and adds the parity parts.
func encode(data []byte, k, n int) ([][]byte, error) {
	size := (len(data) + k - 1) / k
	parts := make([][]byte, n)
	for i := range parts {
		parts[i] = make([]byte, size)
		if at := i * size; at < len(data) && i < k {
			copy(parts[i], data[at:])
		}
	}
	rs, err := coder(k, n)
	if err != nil {
		return nil, err
	}
	return parts, rs.Encode(parts)
}

func coder(k, n int) (reedsolomon.Encoder, error) {
	return reedsolomon.New(k, n-k, reedsolomon.WithMaxGoroutines(1), reedsolomon.WithInversionCache(false))
}

func wipe(parts [][]byte) {
	for _, p := range parts {
		secret.Wipe(p)
	}
}
