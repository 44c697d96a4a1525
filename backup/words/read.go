package words

import (
	"bytes"

	"sigtool/backup"
)

// typed is one word as it stands in the text; it is a piece of the text, in small letters.
type typed struct {
	number int // from 1; the check line's go on behind the 24
	word   []byte
}

// found is what stands in a text.
type found struct {
	words    []typed
	extra    []typed  // words under numbers that no sheet has
	lines    int      // how many check lines there are
	check    []typed  // the words of those that have four
	odd      int      // how many words one had that has not four
	numbered bool     // the 24 have their numbers
	plain    [][]byte // all words and numbers of the text in order
}

// readText finds the words and the head. low is the clean text once more, to be made small letters of, which found points into. A row
// counts that is nothing but numbers each followed by a word, or a check line; where there is no such row and no printed head, all
// words count. A check line is taken out of the text before the head is read: the head's values are strings.
func readText(clean, low []byte) (f found, head backup.Head) {
	at := 0
	for row := range bytes.Lines(low) {
		whole := clean[at : at+len(row)]
		at += len(row)
		row, _, _ = bytes.Cut(row, []byte("#"))
		tokens := tokenize(row)
		f.plain = append(f.plain, tokens...)
		if pairs, ok := pair(tokens); ok {
			f.take(pairs)
		} else if isCheck(tokens) {
			f.takeCheck(tokens[1:])
			copy(whole, bytes.Repeat([]byte(" "), len(whole)-1))
		}
	}
	head = backup.ReadHead(clean)
	if f.numbered = len(f.words)+len(f.extra) > 0; !f.numbered && !head.Printed && len(head.Fields) == 0 {
		f.takePlain()
	}
	return f, head
}

func (f *found) take(pairs []typed) {
	for _, t := range pairs {
		if t.number >= 1 && t.number <= count {
			f.words = append(f.words, t)
		} else if _, ok := lookUp(t.word); ok {
			f.extra = append(f.extra, t)
		}
	}
}

func (f *found) takeCheck(words [][]byte) {
	f.lines++
	if len(words) != checks {
		f.odd = len(words)
		return
	}
	for i, word := range words {
		f.check = append(f.check, typed{count + 1 + i, word})
	}
}

// takePlain counts off words without numbers: 24 of them, then the check line, with its name or without.
func (f *found) takePlain() {
	words := f.plain
	f.lines, f.check, f.odd = 0, nil, 0
	switch n := len(words); {
	case n == total:
		words = f.plain[:count]
		f.takeCheck(f.plain[count:])
	case n > count && n <= 1+total && string(f.plain[count]) == checkName:
		words = f.plain[:count]
		f.takeCheck(f.plain[count+1:])
	}
	for i, word := range words {
		f.words = append(f.words, typed{i + 1, word})
	}
}

// isCheck knows a check line by its name and the words behind it; the name may have a slip, if the words have none.
func isCheck(tokens [][]byte) bool {
	if len(tokens) < 2 || len(tokens) > 1+2*checks {
		return false
	}
	known := 0
	for _, token := range tokens[1:] {
		if token[0] <= '9' && token[0] >= '0' {
			return false
		}
		if _, ok := lookUp(token); ok {
			known++
		}
	}
	exact := string(tokens[0]) == checkName
	return exact && known > 0 || len(tokens) == 1+checks && known == checks && oneSlip(tokens[0], checkName)
}
