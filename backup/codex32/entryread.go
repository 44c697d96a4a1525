package codex32

import (
	"bytes"
	"fmt"
	"strings"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// scan returns the characters of a typed row behind its number, in capitals, and where in the row each stands.
func scan(line []byte) (number int, chars []byte, at []int) {
	number, start := stripNumber(line)
	chars = make([]byte, 0, len(line))
	for i := start; i < len(line); i++ {
		c := line[i]
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != ' ' && c != '-' {
			chars, at = append(chars, c), append(at, i)
		}
	}
	return number, chars, at
}

// stripNumber reads "2/3" or "2." at the beginning; start is where the rest is.
func stripNumber(line []byte) (number, start int) {
	i := 0
	for i < len(line) && line[i] == ' ' {
		i++
	}
	if i+1 >= len(line) || digit(line[i:i+1]) == 0 {
		return 0, i
	}
	switch line[i+1] {
	case '/':
		return digit(line[i : i+1]), min(i+3, len(line))
	case '.', ')', ':', ' ':
		return digit(line[i : i+1]), i + 2
	}
	return 0, i
}

// allowed is true for the alphabet, what looks like one of it, and ?.
func allowed(c byte) bool { return c == '?' || symbolOf(likely(c)) != unknown }

// prefixed tells whether a character may be the i-th of MS1.
func prefixed(c byte, i int) bool {
	return c == prefix[i] || c == '?' || i == 2 && strings.IndexByte("IL", c) >= 0
}

func width(row int) int { return min(rowLen, stringLen-(row-1)*rowLen) }

// isField tells whether a line is a statement of the head.
func isField(line []byte) bool {
	h := backup.ReadHead(line)
	return len(h.Fields) > 0
}

// maybeField tells whether a line may become the statement that proves what is typed.
func maybeField(line []byte) bool {
	name := []byte(backup.FieldDocument)
	n := min(len(line), len(name))
	return n > 0 && bytes.EqualFold(line[:n], name[:n])
}

// checkRow judges a row by itself.
func (e *entry) checkRow(line []byte, kind rowKind) *backup.Slip {
	number, chars, at := scan(line)
	defer secret.Wipe(chars)
	all, next := backup.Place{To: len(line)}, e.next()
	if wrong, _ := e.Look(line); len(wrong) > 0 && len(chars) <= stringLen && (kind == aString || len(chars) <= width(next)) {
		return &backup.Slip{At: wrong[0], Why: "this character can't stand here: strings have the digits but 1, and the letters but B, I and O"}
	}
	want := width(next)
	if kind == aString {
		want = stringLen
	}
	switch {
	case number != 0 && number != next:
		return &backup.Slip{At: all, Why: fmt.Sprintf("this is row %d, row %d is wanted", number, next)}
	case len(chars) != want:
		return e.oddRow(line, len(chars), want)
	case next == 1:
		return e.checkHeader(chars, at)
	}
	return nil
}

// oddRow points at the first group that has not its size.
func (e *entry) oddRow(line []byte, n, want int) *backup.Slip {
	slip := &backup.Slip{At: backup.Place{To: len(line)}, Why: fmt.Sprintf("%d characters, not %d", n, want)}
	_, start := stripNumber(line)
	for i, group := start, 0; i < len(line); group++ {
		for i < len(line) && (line[i] == ' ' || line[i] == '-') {
			i++
		}
		from := i
		for i < len(line) && line[i] != ' ' && line[i] != '-' {
			i++
		}
		if size := i - from; size > 0 && size <= groupLen+2 && size != min(groupLen, max(0, want-group*groupLen)) {
			slip.At = backup.Place{From: from, To: i}
			break
		}
	}
	return slip
}

// checkHeader judges how a string begins.
func (e *entry) checkHeader(chars []byte, at []int) *backup.Slip {
	header := string(chars[:len(prefix)+headerLen])
	threshold, index := len(prefix), len(prefix)+headerLen-1
	place := func(from, to int) backup.Place { return backup.Place{From: at[from], To: at[to] + 1} }
	if c := header[threshold]; c != '?' && c != '0' && c != 'O' && (c < '2' || c > '9') {
		return &backup.Slip{At: place(threshold, threshold), Why: "behind MS1 stands a digit: 0, or how many shares restore"}
	}
	whole, _ := e.done()
	for i := range whole {
		switch first := e.beginning(i); {
		case strings.ContainsAny(first+header, "?OIB") || len(first) != len(header):
		case first[:index] != header[:index]:
			return &backup.Slip{At: place(threshold, index-1), Why: "this share is of another set than the first one"}
		case first[index] == header[index]:
			return &backup.Slip{At: place(index, index), Why: "this share was typed already"}
		}
	}
	return nil
}

// checkString judges a string that the last row r makes whole, and points at what its checksum would put right.
func (e *entry) checkString(r typedRow) *backup.Slip {
	_, rest := e.done()
	text := textOf(append(rest[:len(rest):len(rest)], r))
	defer secret.Wipe(text)
	all := backup.Place{To: len(r.text)}
	pieces := readPieces(text)
	if len(pieces) != 1 {
		return &backup.Slip{At: all, Why: "the rows are no string"}
	}
	p := pieces[0]
	defer p.destroy()
	if len(p.missing()) > 0 {
		return &backup.Slip{At: all, Why: "rows of the string are missing"}
	}
	c := p.choose(new(int))
	defer c.destroy()
	if c.best == nil {
		faults, _ := p.faults(c)
		return &backup.Slip{At: all, Why: faults[0].Why}
	}
	defer secret.Wipe(c.best.word)
	var slip *backup.Slip
	for _, fix := range c.best.corrections(p) {
		if fix.Group > 0 && looksAlike([]byte(fix.Was), []byte(fix.Is)) {
			continue
		}
		hint := fmt.Sprintf("row %d group %d may be %s", fix.Line, fix.Group, fix.Is)
		if slip == nil {
			why := fmt.Sprintf("row %d group %d is probably wrong", fix.Line, fix.Group)
			slip = &backup.Slip{At: e.placeOf(r, fix), Why: why, Hint: hint}
		} else {
			slip.Hint += ", " + hint
		}
	}
	return slip
}

// placeOf finds a correction in the row that was typed last; the whole row stands for a place in one before.
func (e *entry) placeOf(r typedRow, fix backup.Correction) backup.Place {
	_, chars, at := scan(r.text)
	defer secret.Wipe(chars)
	from := (fix.Group - 1) * groupLen
	if r.kind == aString {
		from += (fix.Line - 1) * rowLen
	} else if fix.Line != rowCount {
		return backup.Place{To: len(r.text)}
	}
	to := min(from+groupLen, len(at))
	if fix.Group == 0 || from < 0 || from >= to {
		return backup.Place{To: len(r.text)}
	}
	return backup.Place{From: at[from], To: at[to-1] + 1}
}
