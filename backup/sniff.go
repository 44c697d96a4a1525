package backup

import "bytes"

// sniffSize is how much of a text Sniff reads, in bytes.
const sniffSize = 64 << 10

// shapes are the codecs by what their text looks like without a head, as a person types it.
var shapes = []struct {
	name string
	fits func(rows [][]byte) bool
}{
	{"lines", likeLines},
	{"codex32", likeCodex32},
	{"words", func(rows [][]byte) bool { n := countWords(rows); return n >= 22 && n <= 29 }},
	{"shares", func(rows [][]byte) bool { n := countWords(rows); return n >= 19 && n <= 21 || n >= 31 }},
}

// Sniff names the codec whose sheet this text seems to be, "lines", "words", "codex32" or "shares", or "" for none. It reads at most 64 KiB, and says
// nothing of whether the sheet is whole.
func Sniff(text []byte) string {
	clean, err := Clean(text[:min(len(text), sniffSize)])
	if err != nil || bytes.IndexByte(clean, 0) >= 0 {
		return ""
	}
	defer clear(clean)
	head := ReadHead(clean)
	rows := bytes.Split(clean, []byte("\n"))
	for _, shape := range shapes {
		if head.Printed && head.Code == shape.name || !head.Printed && shape.fits(rows) {
			return shape.name
		}
	}
	return ""
}

// likeLines wants two rows like 07/19 QPZR…, the total left out or not.
func likeLines(rows [][]byte) bool {
	found := 0
	for _, row := range rows {
		digits, chars := split(row)
		if digits >= 1 && digits <= 6 && chars >= 32 && chars <= 44 {
			found++
		}
	}
	return found >= 2
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
	for _, c := range row[i:] {
		switch {
		case isDigit(c), isLetter(c), c == '?':
			chars++
		case c != ' ' && c != '-' && c != '.' && c != ':':
			return digits, 0
		}
	}
	return digits, chars
}

// likeCodex32 wants a row that begins with MS1, behind a number or not, and as many characters in all as the shortest string.
func likeCodex32(rows [][]byte) bool {
	chars, begun := 0, false
	for _, row := range rows {
		row = bytes.TrimLeft(bytes.TrimSpace(row), "0123456789/.:) ")
		begun = begun || len(row) > 3 && bytes.EqualFold(row[:3], []byte("ms1"))
		if begun {
			_, n := split(row)
			chars += n
		}
	}
	return begun && chars >= 44
}

// countWords counts words of three to eight letters, numbered or not, of a text that has nothing else but statements of a head; 0 for any
// other. BIP-39 makes 24 of 32 bytes, and four to check them; SLIP-39 makes 33, and 20 of 16.
func countWords(rows [][]byte) int {
	found := 0
	for _, row := range rows {
		row, _, _ = bytes.Cut(row, []byte("#"))
		row = bytes.TrimSpace(row)
		if field, ok := readField(row); ok && field.Name != FieldCheck {
			continue
		}
		if len(row) >= 5 && bytes.EqualFold(row[:5], []byte("check")) {
			row = row[5:]
		}
		for _, word := range bytes.FieldsFunc(row, func(c rune) bool { return c < 0x80 && !isLetter(byte(c)) && c != '?' }) {
			if len(word) < 3 || len(word) > 8 || !isLetter(word[0]) {
				return 0
			}
			found++
		}
	}
	return found
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
