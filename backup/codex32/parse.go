package codex32

import (
	"bytes"
	"errors"

	"sigtool/backup"
	"sigtool/internal/fivebit"
	"sigtool/internal/secret"
)

// word is the data part of a sound codex32 string, as five-bit numbers:
//
//	threshold  1  '0', or '2' to '9': how many shares restore
//	identifier 4  the same on all shares of a set
//	index      1  's' for the secret itself, another for a share
//	payload       the secret or a share of it, the highest bit first, then at most 4 bits of padding
//	checksum   13, or 15 of a payload of 75 characters and more
type word []byte

const (
	prefix      = "MS1"
	headerLen   = 6
	secretIndex = 16 // 's'
	minPayload  = 26 // characters of 16 bytes
	maxPayload  = 103
)

// checksumOf returns the code of a data part that long, or none.
func checksumOf(dataLen int) *checksum {
	switch {
	case dataLen <= short.maxData:
		return &short
	case dataLen >= minLong && dataLen <= long.maxData:
		return &long
	}
	return nil
}

// parse reads a string as BIP-93 wants it: prefix and all, capitals or small letters and not both.
func parse(text []byte) (word, error) {
	if !bytes.Equal(bytes.ToUpper(text), text) && !bytes.Equal(bytes.ToLower(text), text) {
		return nil, errors.New("capitals and small letters are mixed")
	}
	if len(text) < len(prefix) || !bytes.EqualFold(text[:len(prefix)], []byte(prefix)) {
		return nil, errors.New("a codex32 string begins with MS1")
	}
	w := make(word, 0, len(text))
	for _, c := range text[len(prefix):] {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		w = append(w, symbolOf(c))
	}
	if err := w.check(); err != nil {
		secret.Wipe(w)
		return nil, err
	}
	return w, nil
}

// check tells what is wrong with a data part.
func (w word) check() error {
	if err := w.checkForm(); err != nil {
		return err
	}
	if bytes.IndexByte(w, unknown) >= 0 {
		return errors.New("characters that are not of the alphabet")
	}
	if !isZero(checksumOf(len(w)).gap(w)) {
		return errors.New("the checksum does not fit")
	}
	return nil
}

// checkForm looks at the length and the header.
func (w word) checkForm() error {
	c := checksumOf(len(w))
	if c == nil || len(w) < headerLen+minPayload+c.len() {
		return errors.New("no codex32 string has this length")
	}
	if payload := len(w.payload()); payload > maxPayload || payload*symbolBits%8 > 4 {
		return errors.New("the payload of no whole number of bytes has this length")
	}
	switch digit := letter(w[0]); {
	case w[0] == unknown, digit != '0' && (digit < '2' || digit > '9'):
		return errors.New("the threshold is not 0 or 2 to 9")
	case digit == '0' && w.index() != secretIndex:
		return errors.New("a share whose threshold is 0")
	}
	return nil
}

// threshold is how many shares restore; 0 for a string that was never shared.
func (w word) threshold() int     { return int(letter(w[0]) - '0') }
func (w word) identifier() string { return string(w.letters(1, 5)) }
func (w word) index() byte        { return w[5] }
func (w word) payload() []byte    { return w[headerLen : len(w)-checksumOf(len(w)).len()] }

// letters are the characters of a part, in capitals.
func (w word) letters(from, to int) []byte {
	text := make([]byte, 0, to-from)
	for _, symbol := range w[from:to] {
		text = append(text, letter(symbol))
	}
	return text
}

// text is the whole string, in capitals.
func (w word) text() []byte {
	letters := w.letters(0, len(w))
	defer secret.Wipe(letters)
	return append(append(make([]byte, 0, len(prefix)+len(w)), prefix...), letters...)
}

// bytes are those of the payload, without the padding.
func (w word) bytes() []byte {
	return fivebit.AppendOctets(make([]byte, 0, len(w.payload())*symbolBits/8), w.payload())
}

// newWord is the sound data part of a header and a payload.
func newWord(threshold int, identifier string, index byte, payload []byte) word {
	w := make(word, 0, dataLen)
	w = append(w, symbolOf(byte('0'+threshold)))
	for i := range len(identifier) {
		w = append(w, symbolOf(identifier[i]))
	}
	w = append(append(w, index), payload...)
	c := checksumOf(len(w) + short.len())
	w = append(w, make([]byte, c.len())...)
	c.seal(w)
	return w
}

// symbolsOf are the five-bit numbers of a seed.
func symbolsOf(seed []byte) []byte { return fivebit.Append(make([]byte, 0, payloadLen), seed) }

// What a string of a seed of 32 bytes has.
const (
	payloadLen = (backup.SeedSize*8 + symbolBits - 1) / symbolBits // 52
	dataLen    = headerLen + payloadLen + 13                       // 71
	stringLen  = len(prefix) + dataLen                             // 74
)
