package wordlist

// Token is a run of digits or a run of letters in a row. ? stands for a letter that could not be read.
type Token struct {
	Text     []byte // a piece of the row
	From, To int    // where in the row
}

// Tokens cuts a row into its runs.
func Tokens(row []byte) (all []Token) {
	for start, i := 0, 1; i <= len(row); i++ {
		if i == len(row) || class(row[i]) != class(row[start]) {
			if class(row[start]) != 0 {
				all = append(all, Token{row[start:i], start, i})
			}
			start = i
		}
	}
	return all
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

// IsNumber tells digits from letters.
func (t Token) IsNumber() bool { return class(t.Text[0]) == 1 }

// Number is what one or two digits say, -1 for more: sheets have no such numbers.
func (t Token) Number() (n int) {
	if len(t.Text) > 2 {
		return -1
	}
	for _, digit := range t.Text {
		n = 10*n + int(digit-'0')
	}
	return n
}

// Pair is a word with the number before it. The word is a piece of the row.
type Pair struct {
	Number int
	Word   []byte
}

// Pairs returns the numbers of a row with the words behind them, and whether it is such a row: one of pairs alone; or of numbers that
// count up, with a word lost here and there; or one that has two pairs with words of the list, whatever else, and begins with a number
// or counts up, which the statements of a head do not.
func (l *List) Pairs(tokens []Token) (pairs []Pair, ok bool) {
	numbers, known, last, inOrder := 0, 0, 0, true
	for i, t := range tokens {
		if !t.IsNumber() || t.Number() < 0 {
			continue
		}
		n := t.Number()
		inOrder = inOrder && (numbers == 0 || n == last+1)
		numbers, last = numbers+1, n
		if i+1 < len(tokens) && !tokens[i+1].IsNumber() {
			word := tokens[i+1].Text
			pairs = append(pairs, Pair{n, word})
			if _, is := l.Lookup(word); is {
				known++
			}
		}
	}
	if len(pairs) == 0 {
		return nil, false
	}
	clean := len(tokens) == numbers+len(pairs) && (len(pairs) == numbers || inOrder)
	return pairs, clean || known >= 2 && (inOrder || tokens[0].IsNumber())
}
