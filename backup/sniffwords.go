package backup

import "bytes"

const (
	wordsCount = 24 // BIP-39 makes so many of 32 bytes
	fewest     = 10 // numbered words of either list
	fewestBare = 16 // words without numbers
)

// tally is what counting words has found.
type tally struct {
	places    map[int]bool // their numbers, 1 to 33
	words     int
	bip, slip int  // of which list they are
	check     bool // a row with the name check and words behind it
	rows      int  // rows that have words
	other     int  // rows that are nothing known
}

// likeWords tells words of BIP-39 from shares of SLIP-39, with numbers or, where there are none, in rows of words: by the lists, then by the
// check line that only the former have, and by the words from 25 on that only the latter have.
func likeWords(rows [][]byte) string {
	numbered, bare := tally{places: map[int]bool{}}, tally{}
	for _, row := range rows {
		row, _, _ = bytes.Cut(row, []byte("#"))
		row = bytes.TrimSpace(row)
		if len(row) == 0 || readFields(row, false) != nil || inFours(row) {
			continue
		}
		list, _ := tokens(row)
		if !numbered.number(list) {
			bare.take(list)
		}
	}
	if numbered.words >= fewest {
		if 2*max(numbered.bip, numbered.slip) < numbered.words {
			return ""
		}
		numbered.check = bare.check
		return numbered.which()
	}
	if bare.words < fewestBare || 4*max(bare.bip, bare.slip) < 3*bare.words || bare.other > bare.rows+6 {
		return ""
	}
	return bare.whichBare()
}

// number counts the words of a row that stand behind a number, if the row has little else.
func (t *tally) number(list [][]byte) bool {
	var pairs []int
	sound := 0
	for i := 0; i+1 < len(list); i++ {
		n, word := numberOf(list[i]), list[i+1]
		if isDigit(list[i][0]) {
			sound++
		}
		if n > 0 && n <= 33 && !isDigit(word[0]) && (len(word) > 1 || word[0] == '?') {
			i++
			sound++
			pairs = append(pairs, i)
		}
	}
	if len(pairs) == 0 || 4*sound < 3*len(list) {
		return false
	}
	for _, i := range pairs {
		t.places[numberOf(list[i-1])] = true
		t.count(list[i])
	}
	return true
}

func (t *tally) count(word []byte) {
	t.words++
	bip, slip := listed(word)
	if bip {
		t.bip++
	}
	if slip {
		t.slip++
	}
}

// take counts a row of words without numbers, of which three in four must be listed, or unread.
func (t *tally) take(list [][]byte) {
	known := 0
	for i, token := range list {
		if isDigit(token[0]) {
			t.other++
			return
		}
		if token[0] == '?' || isWord(token) {
			known++
		}
		t.check = t.check || i == 0 && len(list) > 2 && len(list) < 7 && bytes.EqualFold(token, []byte("check")) && isBIP39(list[1:])
	}
	if 4*known < 3*len(list) || len(list) == 0 {
		t.other++
		return
	}
	t.rows++
	for _, token := range list {
		t.count(token)
	}
}

// isBIP39 wants half of the words to be of that list.
func isBIP39(list [][]byte) bool {
	var t tally
	for _, word := range list {
		t.count(word)
	}
	return 2*t.bip >= len(list)
}

// which decides for words with numbers. Of the words of one list a third or half are of the other too, so that the lists nearly always tell.
func (t *tally) which() string {
	above, whole := 0, true
	for n := range t.places {
		if n > wordsCount {
			above++
		}
	}
	for n := range wordsCount {
		whole = whole && t.places[n+1]
	}
	switch many := above > 2; {
	case t.clear():
		return t.byList()
	case many && !t.check:
		return "shares"
	case t.check && !many, whole && !many:
		return "words"
	}
	return t.byList()
}

// whichBare decides for words without.
func (t *tally) whichBare() string {
	switch n := t.words; {
	case t.clear():
		return t.byList()
	case t.check, n >= 22 && n <= 29:
		return "words"
	case n >= 19 && n <= 21 || n >= 31:
		return "shares"
	}
	return t.byList()
}

// clear tells whether the lists leave no doubt.
func (t *tally) clear() bool { return t.bip > t.slip+3 || t.slip > t.bip+3 }

func (t *tally) byList() string {
	switch {
	case t.bip > t.slip:
		return "words"
	case t.slip > t.bip:
		return "shares"
	}
	return ""
}
