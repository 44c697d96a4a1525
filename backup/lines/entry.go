package lines

import (
	"cmp"
	"fmt"
	"slices"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// entry is a sheet that a person types, in any order of lines. What is known of it (the number of lines, the document's number) is
// worked out anew from the rows each time: they are few, and a row can be taken back.
type entry struct {
	rows   []entered
	prefer int // the line to ask for first: the one that was given back
	text   []byte
	last   []byte // what Back gave
}

// entered is what was taken: a line, a line left out (without characters), or a statement of the head or below a page (number 0).
type entered struct {
	raw      []byte // as it was typed
	line     typed
	insisted bool // it did not check, and stands there on the paper
}

// Entry begins a sheet that a person types.
func (Codec) Entry() backup.Entry { return &entry{} }

// Ask names the line after the last one, or one that does not fit the others.
func (e *entry) Ask() string {
	total := e.total()
	n, again := e.wanted()
	switch {
	case n == 0:
		return ""
	case total == 0:
		return fmt.Sprintf("line %02d: begin with its number and the number of lines, %02d/NN", n, n)
	}
	ask := fmt.Sprintf("%s of %d (page %d)", name(n, total), total, pagingBy(e.reading(0).footers, total).page(n))
	if again {
		ask += " again: it does not fit the others"
	}
	return ask
}

// name is a line as it is called: line 07, line 007 where there are a hundred.
func name(n, total int) string {
	return fmt.Sprintf("line %0*d", len(fmt.Sprintf("%02d", total)), n)
}

// reading is what Decode will read. The lines of number leftOut are not in it. It has the characters of the rows, and is not to be wiped.
func (e *entry) reading(leftOut int) *reading {
	t := &reading{}
	var statements []byte
	for _, r := range e.rows {
		if r.line.number == 0 {
			statements = append(append(statements, r.raw...), '\n')
		} else if r.line.number != leftOut {
			t.all = append(t.all, r.line)
		}
	}
	t.head, t.footers = backup.ReadHead(statements), readFooters(statements)
	return t
}

// total is the number of lines that most rows state; 0 if none does.
func (e *entry) total() int {
	if stated := e.reading(0).statedTotals(); len(stated) > 0 {
		return stated[0]
	}
	return 0
}

// keys are the document's numbers that the most rows speak for, one if they agree. The lines of number leftOut have no vote.
func (e *entry) keys(total, leftOut int) []ballot {
	if total == 0 {
		return nil
	}
	ballots := e.reading(leftOut).elect([]int{total})
	for i, b := range ballots {
		if b.votes < ballots[0].votes {
			return ballots[:i]
		}
	}
	return ballots
}

// wanted is the number of the line to type next; 0 if there is none. again says that it was typed before.
func (e *entry) wanted() (n int, again bool) {
	total := e.total()
	there, settled := map[int]bool{}, map[int]bool{}
	keys := e.keys(total, 0)
	agreed := len(keys) == 1 && keys[0].votes > 1
	last := 0
	for _, r := range e.rows {
		if n := r.line.number; n > 0 {
			there[n], last = true, n
			settled[n] = settled[n] || r.insisted || !agreed || fits(r.line, keys)
		}
	}
	if e.prefer > 0 && !there[e.prefer] {
		return e.prefer, false
	}
	if total == 0 {
		return last + 1, false
	}
	for n := 1; n <= total; n++ {
		if there[n] && !settled[n] {
			return n, true
		}
	}
	for i := range total {
		if n := (last+i)%total + 1; !there[n] {
			return n, false
		}
	}
	return 0, false
}

func fits(l typed, keys []ballot) bool {
	for _, k := range keys {
		if values := l.resolve(k.key); values != nil {
			secret.Wipe(values)
			return true
		}
	}
	return false
}

// Take takes a line with its number or without it, a statement of the head, or what stands below a page.
func (e *entry) Take(typed []byte, insist bool) error {
	if len(e.rows) == maxTyped {
		return &backup.Slip{At: whole(typed), Why: "too many lines for one sheet"}
	}
	r, slip := e.read(typed)
	if slip != nil && (!insist || r.raw == nil) {
		r.wipe()
		return slip
	}
	r.insisted = slip != nil
	if n := r.line.number; n > 0 && slip == nil { // the right one takes the place of the others
		e.rows = slices.DeleteFunc(e.rows, func(old entered) bool {
			same := old.line.number == n
			if same {
				r.line.total = cmp.Or(r.line.total, old.line.total) // it may be the only one that says so
				old.wipe()
			}
			return same
		})
	}
	e.rows, e.prefer = append(e.rows, r), 0
	return nil
}

// Back gives back the last row.
func (e *entry) Back() []byte {
	secret.Wipe(e.last)
	if e.last = nil; len(e.rows) == 0 {
		return nil
	}
	end := len(e.rows) - 1
	row := e.rows[end]
	e.rows, e.prefer, e.last = e.rows[:end], row.line.number, row.raw
	secret.Wipe(row.line.chars)
	return e.last
}
