package chunk

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"strings"

	"sigtool/backup"
	"sigtool/internal/secret"
)

const (
	maxChars  = 400 // of a code
	maxParts  = 99  // of a document
	partBytes = 220 // 352 characters, and 48 for the longest statements around them
	rehearsal = "*** REHEARSAL ***"
)

// Split returns the texts of the codes of one sheet, in order: 2 to 99, of at most 400 characters each. Error: a sheet without a document's
// number or whose codec's name begins with no letter, or one that is too long: more than 79 parts of 220 bytes when compressed.
func Split(s *backup.Sheet) ([]string, error) {
	h := header{id: strings.ReplaceAll(s.DocumentID, "-", ""), letter: letterOf(s.Code)}
	if _, ok := backup.ParseID(h.id); !ok || !h.lettered() {
		return nil, fmt.Errorf("a sheet of %q with the number %q has no codes to scan", s.Code, s.DocumentID)
	}
	text := machineText(s)
	defer secret.Wipe(text)
	packed, err := deflate(text)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(packed)
	h.size = len(packed)
	h.k = (h.size + partBytes - 1) / partBytes
	h.n = h.k + parityOf(h.k)
	if h.n > maxParts || len(text) > backup.MaxTextSize {
		return nil, errors.New("the sheet is too long for codes to scan")
	}
	h.digest = digest(packed)
	parts, err := encode(packed, h.k, h.n)
	if err != nil {
		return nil, err
	}
	defer wipe(parts)
	texts := make([]string, h.n)
	for i, part := range parts {
		h.number = i + 1
		texts[i] = h.write(part)
	}
	return texts, nil
}

// letterOf is what stands for a codec: the first letter of its name, as a capital.
func letterOf(code string) byte {
	if code == "" {
		return 0
	}
	return strings.ToUpper(code)[0]
}

// parityOf is the least m that is a fifth of k+m, rounded up.
func parityOf(k int) int {
	m := 1
	for 5*m < k+m {
		m++
	}
	return m
}

// machineText is the sheet without what only people need. Its size is known beforehand, so that no buffer with secrets is left behind.
func machineText(s *backup.Sheet) []byte {
	size := len(backup.Title) + len(s.Code) + len(rehearsal) + 16
	for _, f := range s.Head {
		size += len(f.Name) + len(f.Value) + 3
	}
	for _, row := range s.Rows {
		size += len(row) + 1
	}
	b := bytes.NewBuffer(make([]byte, 0, size))
	fmt.Fprintf(b, "%s code: %s\n", backup.Title, s.Code)
	if s.Rehearsal {
		b.WriteString(rehearsal + "\n")
	}
	for _, f := range s.Head {
		fmt.Fprintf(b, "%s: %s\n", f.Name, f.Value)
	}
	for _, row := range s.Rows {
		squeeze(b, row)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// squeeze writes a row with single spaces. A row without small letters is a number and groups of characters: only the first space is left.
func squeeze(b *bytes.Buffer, row []byte) {
	spaces, closed := 0, !bytes.ContainsAny(row, "abcdefghijklmnopqrstuvwxyz")
	for i, c := range row {
		if c != ' ' {
			b.WriteByte(c)
		} else if i > 0 && row[i-1] != ' ' && (spaces == 0 || !closed) {
			b.WriteByte(' ')
			spaces++
		}
	}
}

func deflate(text []byte) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(len(text) + 1024) // more than DEFLATE ever needs for it
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
