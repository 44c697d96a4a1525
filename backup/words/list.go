package words

import (
	"bytes"
	"slices"
	"strings"

	"sigtool/backup"
)

// tokenize cuts a row into runs of digits and runs of letters, and makes small letters of capitals; ? stands for a letter that could
// not be read.
func tokenize(row []byte) (tokens [][]byte) {
	lower(row)
	for _, s := range spans(row) {
		tokens = append(tokens, row[s.From:s.To])
	}
	return tokens
}

func lower(row []byte) {
	for i, c := range row {
		if c >= 'A' && c <= 'Z' {
			row[i] += 'a' - 'A'
		}
	}
}

// spans are where those runs stand.
func spans(row []byte) (list []backup.Place) {
	for start, i := 0, 1; i <= len(row); i++ {
		if i == len(row) || class(row[i]) != class(row[start]) {
			if class(row[start]) != 0 {
				list = append(list, backup.Place{From: start, To: i})
			}
			start = i
		}
	}
	return list
}

// class is 1 for digits, 2 for what words are made of, 0 for all else.
func class(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return 1
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '?', c >= 0x80:
		return 2
	}
	return 0
}

// pair reads number, word, number, word to the end; false for anything else. A word may be lost, and the number of the first at a torn
// edge, where the numbers count up.
func pair(tokens [][]byte) (pairs []typed, ok bool) {
	if len(tokens) == 0 {
		return nil, false
	}
	torn := class(tokens[0][0]) != 1
	if torn {
		tokens = tokens[1:]
	}
	numbers, last, inOrder := 0, 0, true
	for i := 0; i < len(tokens); i++ {
		digits := tokens[i]
		if len(digits) > 2 || class(digits[0]) != 1 {
			return nil, false
		}
		n := decimal(digits)
		inOrder = inOrder && (numbers == 0 || n == last+1)
		numbers, last = numbers+1, n
		if i+1 < len(tokens) && class(tokens[i+1][0]) == 2 {
			i++
			pairs = append(pairs, typed{n, tokens[i]})
		}
	}
	if torn {
		return pairs, inOrder && len(pairs) > 1
	}
	return pairs, len(pairs) == numbers || inOrder && len(pairs) > 0
}

func decimal(digits []byte) (n int) {
	for _, digit := range digits {
		n = 10*n + int(digit-'0')
	}
	return n
}

// lookUp finds a word of the list, or the only one that begins with the four letters or more that were typed.
func lookUp(word []byte) (index int, ok bool) {
	i, exact := find(word)
	if exact || len(word) >= 4 && i < len(list()) && strings.HasPrefix(list()[i], string(word)) {
		return i, true
	}
	return -1, false
}

// find finds a word's place in the list, or where it would stand.
func find(word []byte) (place int, exact bool) {
	return slices.BinarySearchFunc(list(), word, func(entry string, w []byte) int { return bytes.Compare([]byte(entry), w) })
}
