package words

import (
	"bytes"

	"sigtool/backup"
	"sigtool/internal/secret"
	"sigtool/internal/wordlist"
)

// found is what stands in a text. Its words are pieces of the text.
type found struct {
	words    []wordlist.Pair
	extra    []wordlist.Pair  // words under numbers that no sheet has
	lines    int              // how many check lines there are
	check    []wordlist.Pair  // the words of those that have four, with numbers from 25
	odd      int              // how many words one had that has not four
	numbered bool             // the 24 have their numbers
	plain    []wordlist.Token // words and numbers of the rows that are no statements, in order
}

// readText finds the words and the head. A row counts that has words with numbers, as List.Pairs says, or is a check line; where there
// is no such row and no printed head, all words count that are no statement. The head is read of the other rows: its values are strings.
func readText(clean []byte) (f found, head backup.Head) {
	others := make([]byte, 0, len(clean))
	defer secret.Wipe(others[:cap(others)])
	for line := range bytes.Lines(clean) {
		row, _, _ := bytes.Cut(line, []byte("#"))
		if backup.Stated(line) {
			others = append(others, line...)
			continue
		}
		tokens := wordlist.Tokens(row)
		if len(backup.ReadHead(line).Fields) == 0 {
			f.plain = append(f.plain, tokens...)
		}
		if pairs, ok := list.Pairs(tokens); ok {
			f.take(pairs)
		} else if isCheck(tokens) {
			f.takeCheck(tokens[1:])
		} else {
			others = append(others, line...)
		}
	}
	head = backup.ReadHead(others)
	if f.numbered = len(f.words)+len(f.extra) > 0; !f.numbered && !head.Printed {
		f.takePlain()
	}
	return f, head
}

func (f *found) take(pairs []wordlist.Pair) {
	for _, p := range pairs {
		if p.Number >= 1 && p.Number <= count {
			f.words = append(f.words, p)
		} else if _, ok := list.Lookup(p.Word); ok {
			f.extra = append(f.extra, p)
		}
	}
}

func (f *found) takeCheck(words []wordlist.Token) {
	f.lines++
	if len(words) != checks {
		f.odd = len(words)
		return
	}
	for i, word := range words {
		f.check = append(f.check, wordlist.Pair{Number: count + 1 + i, Word: word.Text})
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
	case n > count && n <= 1+total && isName(f.plain[count]):
		words = f.plain[:count]
		f.takeCheck(f.plain[count+1:])
	}
	for i, word := range words {
		f.words = append(f.words, wordlist.Pair{Number: i + 1, Word: word.Text})
	}
}

func isName(t wordlist.Token) bool { return bytes.EqualFold(t.Text, []byte(checkName)) }

// isCheck knows a check line by its name and the words behind it; the name may have a slip, if the words have none.
func isCheck(tokens []wordlist.Token) bool {
	if len(tokens) < 2 || len(tokens) > 1+2*checks {
		return false
	}
	known := 0
	for _, token := range tokens[1:] {
		if token.IsNumber() {
			return false
		}
		if _, ok := list.Lookup(token.Text); ok {
			known++
		}
	}
	return isName(tokens[0]) && known > 0 || len(tokens) == 1+checks && known == checks && wordlist.OneSlip(tokens[0].Text, checkName)
}
