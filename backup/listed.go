package backup

import (
	"bytes"

	"sigtool/internal/bip39"
	"sigtool/internal/slip39"
	"sigtool/internal/wordlist"
)

// listed tells which of the lists a word is of, whole or by its first four letters or more.
func listed(word []byte) (ofBIP39, ofSLIP39 bool) {
	_, ofBIP39 = bip39.English.Lookup(word)
	_, ofSLIP39 = slip39.English.Lookup(word)
	return ofBIP39, ofSLIP39
}

func isWord[T string | []byte](word T) bool {
	bip, slip := listed([]byte(word))
	return bip || slip
}

func tokens(row []byte) (list [][]byte, dirty bool) {
	for _, t := range wordlist.Tokens(row) {
		list = append(list, t.Text)
	}
	return list, bytes.ContainsAny(row, "/+=()<>[]{}$&|;\"'\\*")
}

// countsUp tells whether there are two numbered words one after the other, as in a row of a code.
func countsUp(value []byte) bool {
	list, _ := tokens(value)
	for i := 0; i+3 < len(list); i++ {
		if n := numberOf(list[i]); n > 0 && numberOf(list[i+2]) == n+1 && !isDigit(list[i+1][0]) && !isDigit(list[i+3][0]) {
			return true
		}
	}
	return false
}

// numberOf is the number of a word, 1 to 99; 0 for what is none.
func numberOf(token []byte) (n int) {
	if len(token) > 2 || !isNumber(token) {
		return 0
	}
	for _, c := range token {
		n = 10*n + int(c-'0')
	}
	return n
}

// likeCode tells whether a value may be words of a code, with numbers or without: all of them are listed, or half of them and nothing
// says otherwise, as a capital would.
func likeCode(value []byte) bool {
	list, dirty := tokens(value)
	words, known, capitals := 0, 0, 0
	for _, token := range list {
		if isDigit(token[0]) {
			dirty = dirty || numberOf(token) == 0
			continue
		}
		words++
		if isWord(token) {
			known++
		}
		if bytes.ContainsAny(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") && !bytes.Equal(token, bytes.ToUpper(token)) {
			capitals++
		}
	}
	return !dirty && words > 0 && (known == words || 2*known >= words && capitals == 0)
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
