package keygen

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"sync"

	"github.com/sethvargo/go-diceware/diceware"

	"sigtool/internal/bip39"
	"sigtool/internal/secret"
)

const (
	bip39Bits     = 128
	bip39Words    = 12 // 128 bits and 4 of checksum in words of 11 bits
	dicewareWords = 10 // random ones: 129.2 bits
)

// newBIP39 lays the words out itself: go-bip39 works with strings and big numbers that can't be wiped. A test compares the two.
func newBIP39(rand io.Reader) (*secret.Bytes, error) {
	entropy := secret.New(bip39Bits/8 + 1)
	defer entropy.Destroy()
	b := entropy.Bytes()
	if _, err := io.ReadFull(rand, b[:bip39Bits/8]); err != nil {
		return nil, fmt.Errorf("random numbers for the passphrase: %w", err)
	}
	checksum := sha256.Sum256(b[:bip39Bits/8])
	b[bip39Bits/8] = checksum[0] // of which the last word takes 4 bits
	list := bip39.English.Words()
	words := make([]string, bip39Words)
	for i := range words {
		n := 0
		for bit := i * 11; bit < i*11+11; bit++ {
			n = n<<1 | int(b[bit/8]>>(7-bit%8)&1)
		}
		words[i] = list[n]
	}
	return joinWords(words), nil
}

// newDiceware draws from the whole list every time: a word may come twice.
func newDiceware(rand io.Reader) (*secret.Bytes, error) {
	numbers, err := uniform(rand, dicewareList().NumWords(), dicewareWords)
	if err != nil {
		return nil, err
	}
	defer clear(numbers)
	words := make([]string, dicewareWords, dicewareWords+1)
	for i, n := range numbers {
		words[i] = dicewareWord(n)
	}
	random := joinWords(words)
	defer random.Destroy()
	return joinWords(append(words, checkWord(random.Bytes()))), nil
}

// checkWord is computed from the ten words, joined by single spaces: SHA-256 over the text below, its first 8 bytes as a big-endian number
// modulo 7776, counted in the order of the list. A slip passes it once in 7776.
func checkWord(words []byte) string {
	return dicewareWord(int(checkNumber("sigtool/v1/passphrase/diceware\x00", words) % uint64(dicewareList().NumWords())))
}

type numberedList interface {
	diceware.WordList
	diceware.WordListNumWordser
}

// dicewareList is the EFF's large list, 7776 words.
func dicewareList() numberedList { return diceware.WordListEffLarge().(numberedList) }

// dicewareWord is word n of the list, from 0; the list itself counts in rolls of five dice, 11111 to 66666.
func dicewareWord(n int) string {
	rolls, place := 0, 1
	for range dicewareList().Digits() {
		rolls += (n%6 + 1) * place
		n /= 6
		place *= 10
	}
	return dicewareList().WordAt(rolls)
}

var dicewareSet = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for n := range dicewareList().NumWords() {
		set[dicewareWord(n)] = true
	}
	return set
})

// joinWords puts single spaces between the words.
func joinWords[Word string | []byte](words []Word) *secret.Bytes {
	length := len(words) - 1
	for _, word := range words {
		length += len(word)
	}
	s := secret.New(length)
	b := s.Bytes()[:0]
	for i, word := range words {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, word...)
	}
	return s
}

// bip39Form tells whether the words are all of the BIP-39 list and as many as ours, and whether the checksum fits.
func bip39Form(words [][]byte) (form, fits bool) {
	if len(words) != bip39Words {
		return false, false
	}
	packed := secret.New(bip39Bits/8 + 1)
	defer packed.Destroy()
	b := packed.Bytes()
	for i, word := range words {
		n, known := bip39.English.Index(string(word))
		if !known {
			return false, false
		}
		for bit := range 11 {
			at := i*11 + bit
			b[at/8] |= byte(n>>(10-bit)&1) << (7 - at%8)
		}
	}
	checksum := sha256.Sum256(b[:bip39Bits/8])
	return true, b[bip39Bits/8] == checksum[0]&0xf0
}

// dicewareForm does the same for the EFF's list and the check word.
func dicewareForm(words [][]byte) (form, fits bool) {
	if len(words) != dicewareWords+1 {
		return false, false
	}
	for _, word := range words {
		if !dicewareSet()[string(word)] {
			return false, false
		}
	}
	random := joinWords(words[:dicewareWords])
	defer random.Destroy()
	return true, bytes.Equal([]byte(checkWord(random.Bytes())), words[dicewareWords])
}
