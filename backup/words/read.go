package words

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"sigtool/backup"
)

// typed is one word as it stands in the text; it is a piece of the text, in small letters.
type typed struct {
	number int // from 1; 0 for none
	word   []byte
}

// unknown marks a place whose word is missing or not of the list.
const unknown = -1

// readWords finds the words of a cleaned text, which it makes small letters of. A row counts that is nothing but numbers each followed
// by a word; where there is no such row and no printed head, all that is letters counts.
func readWords(clean []byte, head backup.Head) (all []typed, numbered bool) {
	var rows, plain []typed
	for row := range bytes.Lines(clean) {
		row, _, _ = bytes.Cut(row, []byte("#"))
		tokens := tokenize(row)
		if pairs, ok := pair(tokens); ok {
			rows = append(rows, pairs...)
		} else if !head.Printed && len(head.Fields) == 0 {
			for _, token := range tokens {
				plain = append(plain, typed{0, token})
			}
		}
	}
	if len(rows) > 0 {
		return rows, true
	}
	for i := range plain {
		plain[i].number = i + 1
	}
	return plain, false
}

// tokenize cuts a row into runs of digits and runs of letters; ? stands for a letter that could not be read.
func tokenize(row []byte) (tokens [][]byte) {
	class := func(c byte) int {
		switch {
		case c >= '0' && c <= '9':
			return 1
		case c >= 'a' && c <= 'z', c == '?', c >= 0x80:
			return 2
		}
		return 0
	}
	for i, c := range row {
		if c >= 'A' && c <= 'Z' {
			row[i] += 'a' - 'A'
		}
	}
	for start, i := 0, 1; i <= len(row); i++ {
		if i == len(row) || class(row[i]) != class(row[start]) {
			if class(row[start]) != 0 {
				tokens = append(tokens, row[start:i])
			}
			start = i
		}
	}
	return tokens
}

// pair reads number, word, number, word to the end; false for anything else.
func pair(tokens [][]byte) (pairs []typed, ok bool) {
	if len(tokens) == 0 || len(tokens)%2 != 0 {
		return nil, false
	}
	for i := 0; i < len(tokens); i += 2 {
		number, word := tokens[i], tokens[i+1]
		if len(number) > 2 || number[0] > '9' || word[0] <= '9' && word[0] != '?' {
			return nil, false
		}
		n := 0
		for _, digit := range number {
			n = 10*n + int(digit-'0')
		}
		pairs = append(pairs, typed{n, word})
	}
	return pairs, true
}

// lookUp finds a word of the list, or the only one that begins with the four letters or more that were typed.
func lookUp(word []byte) (index int, ok bool) {
	i, exact := slices.BinarySearchFunc(list(), word, func(entry string, w []byte) int { return bytes.Compare([]byte(entry), w) })
	if exact || len(word) >= 4 && i < len(list()) && strings.HasPrefix(list()[i], string(word)) {
		return i, true
	}
	return unknown, false
}

// place puts the words in order, and lists what is missing, twice there, or not of the list. open is the place, from 0, of the
// only word that is not known, or unknown.
func place(all []typed) (words packed, faults []backup.Fault, open int) {
	open = unknown
	for n := range count {
		index, fault := choose(all, n+1)
		if fault.Why == "" {
			words.setWord(n, uint16(index))
			continue
		}
		if faults = append(faults, fault); len(faults) == 1 {
			open = n
		} else {
			open = unknown
		}
	}
	for _, t := range all {
		if _, ok := lookUp(t.word); ok && (t.number < 1 || t.number > count) {
			faults = append(faults, backup.Fault{Page: 1, Line: t.number, Why: fmt.Sprintf("there are %d words, not more", count)})
		}
	}
	return words, faults, open
}

// choose finds the word that was typed under a number. Where there are several, those that are of the list must be the same.
func choose(all []typed, number int) (index int, fault backup.Fault) {
	index, fault = unknown, backup.Fault{Page: 1, Line: number, Why: "missing"}
	for _, t := range all {
		if t.number != number {
			continue
		}
		i, ok := lookUp(t.word)
		switch {
		case !ok && index == unknown:
			fault.Why, fault.Hint = "not a word of the list", suggest(t.word)
		case ok && index == unknown:
			index, fault.Why, fault.Hint = i, "", ""
		case ok && i != index:
			fault.Why, fault.Hint = "there twice, with different words", list()[i]+" or "+list()[index]
		}
	}
	return index, fault
}
