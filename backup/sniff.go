package backup

import (
	"bytes"
	"strings"
)

// sniffSize is how much of a text Sniff reads, in bytes.
const sniffSize = 64 << 10

// Sniff names the codec whose sheet this text seems to be, "lines", "words", "codex32" or "shares", or "" for none and for words of which
// it can't be told. It reads at most 64 KiB, and says nothing of whether the sheet is whole. A text with the title of a sheet says it
// itself; of what was typed, rows tell that look like rows of the code, whatever stands around them.
func Sniff(text []byte) string {
	clean, err := Clean(text[:min(len(text), sniffSize)])
	if err != nil || bytes.IndexByte(clean, 0) >= 0 {
		return ""
	}
	defer clear(clean)
	head := ReadHead(clean)
	switch head.Code {
	case "lines", "codex32", "words", "shares":
		return head.Code
	}
	rows := bytes.Split(clean, []byte("\n"))
	switch {
	case likeLines(rows):
		return "lines"
	case likeCodex32(rows):
		return "codex32"
	}
	return likeWords(rows)
}

// likeLines wants two rows like 07/19 QPZR…, the total left out or not.
func likeLines(rows [][]byte) bool {
	found := 0
	for _, row := range rows {
		digits, chars := split(row)
		if digits >= 1 && digits <= 6 && chars >= 32 && chars <= 44 && !hasWords(row) {
			found++
		}
	}
	return found >= 2
}

// hasWords tells whether a row has listed words: four numbered ones have as many characters as a line.
func hasWords(row []byte) bool {
	list, _ := tokens(row)
	known := 0
	for _, token := range list {
		if isWord(token) {
			known++
		}
	}
	return known > 1
}

// inFours tells whether a row is groups of four hexadecimal digits alone, as a fingerprint's is.
func inFours(row []byte) bool {
	groups := bytes.Fields(row)
	for _, group := range groups {
		if len(group) != 4 || len(bytes.Trim(group, "0123456789abcdefABCDEF")) > 0 {
			return false
		}
	}
	return len(groups) > 0
}

// split counts the digits that a row begins with, a slash between them or not, and the letters and digits behind them. chars is 0
// where the row has anything that is neither of the two, nor a space or a dash.
func split(row []byte) (digits, chars int) {
	row = bytes.TrimSpace(row)
	i := 0
	for ; i < len(row) && (isDigit(row[i]) || row[i] == '/'); i++ {
		if row[i] != '/' {
			digits++
		}
	}
	capitals, small := 0, 0
	for _, c := range row[i:] {
		switch {
		case c >= 'a' && c <= 'z':
			small++
		case c >= 'A' && c <= 'Z':
			capitals++
		}
		switch {
		case isDigit(c), isLetter(c), c == '?':
			chars++
		case c != ' ' && c != '-' && c != '.' && c != ':':
			return digits, 0
		}
	}
	if min(capitals, small) > 3 {
		return digits, 0 // prose, or base64: a person types one case, and misreads few letters
	}
	return digits, chars
}

// likeCodex32 wants two rows of the three, 2/3 and groups of four, or one that begins with MS1 as well; or what begins so without a
// number, and as many characters in all as two rows.
func likeCodex32(rows [][]byte) bool {
	chars, begun, numbered := 0, false, 0
	for _, row := range rows {
		row, _, _ = bytes.Cut(row, []byte("#"))
		row = bytes.TrimSpace(row)
		rest, ofThree := cutOfThree(row)
		if !ofThree {
			rest = bytes.TrimLeft(row, "0123456789/.:) ")
		}
		_, n := split(rest)
		if begins := beginsMS1(rest) && n >= 20; begins {
			begun = true
		} else if inFours(row) {
			continue // of a fingerprint
		}
		if begun {
			chars += n
		}
		if ofThree && n >= 12 && n <= 32 {
			numbered++
		}
	}
	return numbered >= 2 || begun && (numbered > 0 || chars >= 44)
}

// cutOfThree cuts off 1/3, 2/3 or 3/3, with what is taken for a 1 or a slash.
func cutOfThree(row []byte) (rest []byte, ok bool) {
	if len(row) < 4 || bytes.IndexByte([]byte("123IiLl|?"), row[0]) < 0 {
		return row, false
	}
	rest = bytes.TrimLeft(row[1:], " ")
	if len(rest) < 3 || rest[0] != '/' {
		return row, false
	}
	rest = bytes.TrimLeft(rest[1:], " ")
	if len(rest) < 2 || rest[0] != '3' && rest[0] != '?' || rest[1] != ' ' && rest[1] != ':' {
		return row, false
	}
	return rest[1:], true
}

// beginsMS1 knows the first characters of a string, MS1 and what follows, and what they are misread as: N for M, 5 for S, L or I for 1.
func beginsMS1(row []byte) bool {
	row = bytes.TrimLeft(row, " :")
	if len(row) < 4 {
		return false
	}
	for i, like := range []string{"MNWmnw?", "S58s?", "1ILil|7?"} {
		if strings.IndexByte(like, row[i]) < 0 {
			return false
		}
	}
	return true
}
