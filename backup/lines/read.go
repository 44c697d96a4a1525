package lines

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// unreadable stands for a character that a person could not read, or that no reading of the alphabet can be.
const unreadable = '?'

// typed is one numbered line as it stands in the text.
type typed struct {
	number, total int    // total is 0 where it was left out
	chars         []byte // capitals, digits and unreadable, without spaces
	groups        []int  // how many characters stood together
	at            int    // where in the row they begin
	parted        bool   // something parts the number from them
}

const (
	maxTyped  = 1024 // numbered lines in a text; a sheet has at most 217
	maxChars  = 64   // of a line; what is longer is wrong anyway
	fewChars  = 36   // without a total, a numbered line of fewer or more characters is taken for prose,
	manyChars = 44   //
	maxAlike  = 6    // and so is one with more characters of no alphabet

	separators = " /:.,;)|-\n" // behind a number
)

// readLines finds the numbered lines of a cleaned text.
//
//	7/19  QPZR Y9X8 GF2T VDW0  S3JN 54KH CE6M UA7L   QPZR Y9X8      as printed, zeros before the number or not
//	7 qpzry9x8gf2tvdw0-s3jn54khce6mua7l qpzry9x8                    as some people type
func readLines(clean []byte) ([]typed, error) {
	var all []typed
	for row := range bytes.Lines(clean) {
		row, _, _ = bytes.Cut(row, []byte("#"))
		if line, ok := readLine(row); ok {
			if all = append(all, line); len(all) > maxTyped {
				wipe(all)
				return nil, errors.New("too many numbered lines for one sheet")
			}
		}
	}
	return all, nil
}

func wipe(all []typed) {
	for i := range all {
		secret.Wipe(all[i].chars)
	}
}

func readLine(row []byte) (typed, bool) {
	line, slash, ok := parseLine(row)
	if !ok || !(slash && len(line.chars) > 0 || line.plausible()) {
		secret.Wipe(line.chars)
		return typed{}, false
	}
	return line, true
}

// parseLine reads a row that begins with a number; slash tells that a slash stands behind it. What it is, is for others to judge.
func parseLine(whole []byte) (line typed, slash, ok bool) {
	row := bytes.TrimLeft(whole, " >|*-")
	number, rest := leadingNumber(row)
	if number < 0 {
		return typed{}, false, false
	}
	parted := len(rest) > 0 && bytes.IndexByte([]byte(separators), rest[0]) >= 0
	if !parted {
		number, rest = glued(row) // 7qpzry9x8…
		if number < 0 {
			return typed{}, false, false
		}
	}
	line = typed{number: number, parted: parted}
	rest = bytes.TrimLeft(rest, " ")
	slash = len(rest) > 0 && rest[0] == '/'
	if slash {
		line.total, rest = leadingTotal(rest[1:])
	}
	line.at = len(whole) - len(rest)
	line.readChars(rest)
	return line, slash, true
}

func (l typed) plausible() bool {
	alike := 0
	for _, c := range l.chars {
		if backup.LookAlikes(c) != "" {
			alike++
		}
	}
	return len(l.chars) >= fewChars && len(l.chars) <= manyChars && alike <= maxAlike
}

// leadingNumber reads up to three digits, slips for digits among them. It is -1 where there is no number.
func leadingNumber(b []byte) (n int, rest []byte) {
	digits, i := 0, 0
	for ; i < len(b) && i < 3; i++ {
		d := bytes.IndexByte([]byte("0123456789OoIiLl"), b[i])
		if d < 0 {
			break
		}
		if d < 10 {
			digits++
		} else {
			d = []int{0, 1, 1}[(d-10)/2]
		}
		n = 10*n + d
	}
	if digits == 0 {
		return -1, b
	}
	return n, b[i:]
}

// leadingTotal reads the number behind the slash.
func leadingTotal(b []byte) (total int, rest []byte) {
	b = bytes.TrimLeft(b, " ")
	total, rest = leadingNumber(b)
	if total < 0 || len(rest) > 0 && bytes.IndexByte([]byte(separators), rest[0]) < 0 {
		total, rest = glued(b)
	}
	return max(total, 0), rest
}

// glued reads a number that nothing parts from the characters behind it, which may be digits too: the number is what is more
// than a whole line. It is -1 where that makes no sense.
func glued(b []byte) (n int, rest []byte) {
	var all typed
	all.readChars(b)
	defer secret.Wipe(all.chars)
	if extra := len(all.chars) - lineChars; extra >= 1 && extra <= 3 {
		if n, rest := leadingNumber(b[:extra]); n >= 0 && len(rest) == 0 {
			return n, b[extra:]
		}
	}
	return -1, b
}

// readChars takes the characters of a line, and ignores how they are grouped and parted.
func (l *typed) readChars(b []byte) {
	l.chars = make([]byte, 0, maxChars)
	group := 0
	for len(b) > 0 {
		c, n := utf8.DecodeRune(b)
		b = b[n:]
		switch {
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == unreadable:
		case c < utf8.RuneSelf && c != '_':
			l.endGroup(&group)
			continue
		default:
			c = unreadable
		}
		if group++; len(l.chars) < maxChars {
			l.chars = append(l.chars, byte(c))
		}
	}
	l.endGroup(&group)
}

func (l *typed) endGroup(group *int) {
	if *group > 0 {
		l.groups = append(l.groups, *group)
	}
	*group = 0
}
