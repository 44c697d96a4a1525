package backup

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"sigtool/internal/pgpwords"
	"sigtool/internal/secret"
)

// Width is the widest line of a sheet, in characters.
const Width = 80

// Sheet is a secret on paper: its parts, for whoever lays them out (pages, PDF, codes to scan), and the plain text made of them.
type Sheet struct {
	Code       string   // the codec's name
	DocumentID string   // names this one sheet: two groups of four characters, the start of a digest of what it holds
	Rehearsal  bool     // the secret is a throw-away one
	Intro      []string // what this paper is, for whoever finds it
	Head       []Field  // what a reader should know, in order
	Guide      []string // how to restore it, with sigtool and without
	Rows       [][]byte // the secret
	Block      int      // after so many rows a gap helps the eye; 0 for none
	PerPage    int      // so many rows on a page; 0 puts all on one
	Share      *Share   // the share that it carries; nil for a whole secret
	Text       []byte   // all of it as UTF-8 text of at most 80 columns, for a printer with a fixed-width font
}

// Field is one statement of a sheet's head. The remark explains the value, stands in brackets behind it, and is no part of it.
type Field struct{ Name, Value, Remark string }

// Destroy wipes the rows and the text.
func (s *Sheet) Destroy() {
	for _, row := range s.Rows {
		secret.Wipe(row)
	}
	secret.Wipe(s.Text)
	s.Rows, s.Text = nil, nil
}

// Title begins every sheet.
const Title = "SIGTOOL PAPER BACKUP"

const (
	rehearsal = "*** REHEARSAL *** The secret on this sheet is a throw-away one. ***"
	nameWidth = 13
)

// Lay writes Text from the other parts.
func (s *Sheet) Lay() {
	size := 8192 // no growing: a buffer left behind by append would hold secrets
	for _, row := range s.Rows {
		size += len(row) + 2
	}
	for _, line := range append(append([]string{}, s.Intro...), s.Guide...) {
		size += len(line) + 1
	}
	b := bytes.NewBuffer(make([]byte, 0, size))
	rule := bytes.Repeat([]byte("="), Width-1)
	fmt.Fprintf(b, "%s\n%s%*s\n", rule, Title, Width-1-len(Title), "code: "+s.Code)
	if s.Rehearsal {
		fmt.Fprintln(b, rehearsal)
	}
	fmt.Fprintf(b, "%s\n", rule)
	writeLines(b, s.Intro)
	for _, f := range s.Head {
		fmt.Fprintf(b, "%-*s %s\n", nameWidth, f.Name, f.Text())
		if f.Name == FieldFingerprint {
			groups, words := Fingerprint(f.Value)
			writeIndented(b, groups, 8)
			writeIndented(b, words, 5)
		}
	}
	b.WriteByte('\n')
	writeLines(b, s.Guide)
	s.writeRows(b)
	if s.Rehearsal {
		fmt.Fprintf(b, "\n%s\n", rehearsal)
	}
	s.Text = b.Bytes()
}

// writeRows writes the pages, each with its footer where there is more than one.
func (s *Sheet) writeRows(b *bytes.Buffer) {
	for page := range s.PageCount() {
		for i, row := range s.PageRows(page) {
			if s.Block > 0 && i > 0 && i%s.Block == 0 {
				b.WriteByte('\n')
			}
			b.Write(row)
			b.WriteByte('\n')
		}
		if s.PageCount() > 1 {
			fmt.Fprintf(b, "\n%s, document %s\n", s.Footer(page), s.DocumentID)
		}
		if page+1 < s.PageCount() {
			b.WriteString("\f\n")
		}
	}
}

func writeLines(b *bytes.Buffer, lines []string) {
	for _, line := range lines {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	if len(lines) > 0 {
		b.WriteByte('\n')
	}
}

// Fingerprint returns a fingerprint in hexadecimal, in groups of four digits, and in the words of the PGP word list, for people who compare
// it with another paper or by telephone. Both are nil where there is none.
func Fingerprint(fingerprint string) (groups, words []string) {
	digest, err := DigestOf(fingerprint)
	if err != nil || digest == nil {
		return nil, nil
	}
	for pair := range slices.Chunk(digest, 2) {
		groups = append(groups, hex.EncodeToString(pair))
	}
	return groups, pgpwords.Of(digest)
}

// writeIndented writes so many words to a line.
func writeIndented(b *bytes.Buffer, words []string, columns int) {
	for line := range slices.Chunk(words, columns) {
		fmt.Fprintf(b, "%*s %s\n", nameWidth, "", strings.Join(line, " "))
	}
}

// Flow breaks a text at its spaces into lines of at most so many characters. No line but the first begins with a digit, as only the
// numbered lines of a code do, unless too many words in a row begin with one.
func Flow(text string, columns int) (lines []string) {
	words := strings.Fields(text)
	for len(words) > 0 {
		n, width := 1, utf8.RuneCountInString(words[0])
		for n < len(words) && width+1+utf8.RuneCountInString(words[n]) <= columns {
			width += 1 + utf8.RuneCountInString(words[n])
			n++
		}
		at := n // where the next line would better begin
		for at > 0 && at < len(words) && isDigit(words[at][0]) {
			at--
		}
		if at > 0 {
			n = at
		}
		lines = append(lines, strings.Join(words[:n], " "))
		words = words[n:]
	}
	return lines
}

// Text is the value with its remark.
func (f Field) Text() string {
	if f.Remark == "" {
		return f.Value
	}
	return f.Value + " (" + f.Remark + ")"
}
