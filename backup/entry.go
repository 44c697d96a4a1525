package backup

// Entry checks a sheet while a person types it, row by row. It keeps what was typed until Destroy.
type Entry interface {
	// Ask names the row that is wanted next, "line 07 of 19" or "share 2, word 5"; it is "" when nothing more is needed.
	Ask() string
	// Look judges a row that is not finished, after every key: the places that can't be right, and what would complete the
	// word at its end ("" if nothing would, or more than one thing).
	Look(row []byte) (wrong []Place, rest string)
	// Take takes a finished row. A row that does not check is a *Slip and is not taken, unless the typist insists: then the paper is
	// what is wrong, and Decode decides. A row that can't be read at all is taken empty, with insist.
	Take(row []byte, insist bool) error
	// Back gives the last row back, to be edited, and forgets it; nil when there is none. The row belongs to the entry, which wipes it
	// at the next call of Back and when it is destroyed.
	Back() []byte
	// Text is what was taken, as Decode takes it. It belongs to the entry.
	Text() []byte
	// Destroy wipes what was typed.
	Destroy()
}

// Place is a part of a row: the bytes From to To, To not included.
type Place struct{ From, To int }

// Slip says why a typed row does not check. It is an error. At is where it probably is (the whole row where that is not known),
// Why shows nothing of the secret, Hint may.
type Slip struct {
	At   Place
	Why  string
	Hint string // what it may be, for the eyes of the typist alone
}

func (s *Slip) Error() string { return s.Why }
