package codex32

import (
	"bytes"
	"fmt"
	"strings"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// entry is what a person has typed so far: strings of three rows, or glued together in one row, each with the statements of the
// head that were typed before it.
type entry struct {
	rows []typedRow
	text []byte
	last []byte // what Back gave
}

type typedRow struct {
	kind rowKind
	text []byte
}

type rowKind int

const (
	aRow rowKind = iota
	aString
	aField
)

// Entry begins a sheet that a person types: the rows of one string after the other, until they are enough. A statement of the head
// (Document and the like) may stand before the first row of a string.
func (Codec) Entry() backup.Entry { return &entry{} }

// done splits the rows into the strings that are whole and the one that is not.
func (e *entry) done() (whole [][]typedRow, rest []typedRow) {
	from, count := 0, 0
	for i, r := range e.rows {
		switch r.kind {
		case aRow:
			count++
		case aString:
			count = rowCount
		}
		if count == rowCount {
			whole = append(whole, e.rows[from:i+1])
			from, count = i+1, 0
		}
	}
	return whole, e.rows[from:]
}

// next is the number of the row that is wanted, from 1.
func (e *entry) next() int {
	_, rest := e.done()
	n := 1
	for _, r := range rest {
		if r.kind == aRow {
			n++
		}
	}
	return n
}

// beginning is what was typed at the start of string i, from 0: MS1, the threshold, the identifier and the index, as far as that goes.
func (e *entry) beginning(i int) string {
	whole, rest := e.done()
	for _, r := range append(whole, rest)[i] {
		if r.kind != aField {
			_, chars, _ := scan(r.text)
			defer secret.Wipe(chars)
			return string(chars[:min(len(chars), len(prefix)+headerLen)])
		}
	}
	return ""
}

// need is how many strings restore, by the first one; 0 while that is not known.
func (e *entry) need() int {
	header := e.beginning(0)
	switch {
	case len(header) <= len(prefix):
		return 0
	case header[len(prefix)] == '0' || header[len(prefix)] == 'O', strings.HasSuffix(header[len(prefix):], "S") && len(header) == len(prefix)+headerLen:
		return 1
	case header[len(prefix)] >= '2' && header[len(prefix)] <= '9':
		return int(header[len(prefix)] - '0')
	}
	return 0
}

// Ask names the row that is wanted: "row 2 of 3", "share 2 of 3 needed, row 1 of 3".
func (e *entry) Ask() string {
	whole, _ := e.done()
	need := e.need()
	if len(whole) > 0 && len(whole) >= max(need, 1) {
		return ""
	}
	row := fmt.Sprintf("row %d of %d", e.next(), rowCount)
	if need > 1 {
		return fmt.Sprintf("share %d of %d needed, %s", len(whole)+1, need, row)
	}
	return row
}

// Look marks characters that no string has, and completes how a string begins.
func (e *entry) Look(line []byte) (wrong []backup.Place, rest string) {
	if isField(line) || maybeField(line) {
		return nil, ""
	}
	_, chars, at := scan(line)
	defer secret.Wipe(chars)
	next := e.next()
	for i, c := range chars {
		if !allowed(c) || next == 1 && i < len(prefix) && !prefixed(c, i) || i >= width(next) && (next > 1 || len(chars) > stringLen || i >= stringLen) {
			wrong = append(wrong, backup.Place{From: at[i], To: at[i] + 1})
		}
	}
	if len(line) == 0 || line[len(line)-1] == ' ' || next != 1 || len(chars) == 0 || len(wrong) > 0 {
		return wrong, ""
	}
	begin := e.begins()
	if len(chars) < len(begin) && strings.HasPrefix(begin, string(chars)) {
		end := min(len(begin), (len(chars)+groupLen-1)/groupLen*groupLen)
		return nil, begin[len(chars):end]
	}
	return nil, ""
}

// begins is how the next string has to begin.
func (e *entry) begins() string {
	if whole, _ := e.done(); len(whole) > 0 {
		if first := e.beginning(0); len(first) == len(prefix)+headerLen {
			return first[:len(first)-1]
		}
	}
	return prefix
}

// Take takes a row that checks by itself, and the last of a string if the string does.
func (e *entry) Take(line []byte, insist bool) error {
	if isField(line) {
		e.rows = append(e.rows, typedRow{aField, bytes.Clone(line)})
		return nil
	}
	r := typedRow{aRow, bytes.Clone(line)}
	_, chars, _ := scan(line)
	if n := len(chars); e.next() == 1 && n > rowLen+groupLen && n <= stringLen+groupLen {
		r.kind = aString
	}
	secret.Wipe(chars)
	slip := e.checkRow(line, r.kind)
	if slip == nil && (r.kind == aString || e.next() == rowCount) {
		slip = e.checkString(r)
	}
	if slip != nil && !insist {
		secret.Wipe(r.text)
		return slip
	}
	e.rows = append(e.rows, r)
	return nil
}

// Back takes the last row back.
func (e *entry) Back() []byte {
	secret.Wipe(e.last)
	if e.last = nil; len(e.rows) == 0 {
		return nil
	}
	end := len(e.rows) - 1
	e.last, e.rows = e.rows[end].text, e.rows[:end]
	return e.last
}

// Destroy wipes what was typed.
func (e *entry) Destroy() {
	for _, r := range e.rows {
		secret.Wipe(r.text)
	}
	secret.Wipe(e.text)
	secret.Wipe(e.last)
	*e = entry{}
}
