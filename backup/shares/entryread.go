package shares

import (
	"bytes"
	"fmt"
	"slices"

	"sigtool/backup"
	"sigtool/internal/wordlist"
)

// read takes a row apart. With a slip the row is what is to be kept if the typist insists.
func (e *entry) read(typed []byte) (row wordlist.Row, slip *backup.Slip) {
	row = wordlist.NewRow(typed)
	want := e.want()
	if row.Aside = want.Next == 1 && isDocument(typed); row.Aside {
		return row, nil
	}
	words, faults := list.Check(wordlist.Tokens(row.Raw), want)
	row.Set(words[:min(len(words), count+1-want.Next)])
	switch {
	case len(faults) > 0:
		slip = &backup.Slip{At: placeOf(faults[0].Token), Why: faults[0].Why, Hint: faults[0].Hint}
	case len(words) == 0:
		slip = &backup.Slip{At: backup.Place{To: len(typed)}, Why: "no word"}
	}
	return row, slip
}

func placeOf(t wordlist.Token) backup.Place { return backup.Place{From: t.From, To: t.To} }

// want is what the next row should hold.
func (e *entry) want() wordlist.Want {
	return wordlist.Want{
		Next: len(e.rows.Words())%count + 1, Last: count,
		More: fmt.Sprintf("a share has %d words; the next share begins on a row of its own", count),
	}
}

// isDocument tells a document's number from words; the list has the word document too.
func isDocument(raw []byte) bool {
	_, ok := backup.ReadHead(raw).DocumentID()
	return ok
}

// judge looks at a share whose first words are now there, or all of them.
func (e *entry) judge(row wordlist.Row) *backup.Slip {
	whole := backup.Place{To: len(row.Raw)}
	before := len(e.rows.Words()) % count
	chunks := e.chunks(row.Words...)
	last, earlier := chunks[len(chunks)-1], chunks[:len(chunks)-1]
	if before < headWords && len(last) >= headWords {
		if why := belongs(headOf(last), begun(earlier)); why != "" {
			return &backup.Slip{At: whole, Why: why}
		}
	}
	if len(last) < count {
		return nil
	}
	indices, known := lookUpAll(last)
	defer clear(indices)
	if !known { // the typist insisted on a word that the paper does not give, and knows that this share does not check
		return nil
	}
	if !fits(indices) {
		return misspelt(indices, whole)
	}
	s, err := unpack(indices)
	if err != nil {
		return &backup.Slip{At: whole, Why: "the checksum fits, but no tool makes such a share: " + err.Error()}
	}
	clear(s.value)
	return nil
}

// belongs says why a share can't be one of a set that others were typed of.
func belongs(s *share, others []*share) string {
	if s == nil || len(others) == 0 {
		return ""
	}
	first := others[0]
	switch {
	case s.set != first.set && s.name() != first.name():
		return fmt.Sprintf("a share of set %s, and the shares before it are of set %s", s.name(), first.name())
	case s.set != first.set:
		return "a share of another set than those before it, with the same name"
	case slices.ContainsFunc(others, func(o *share) bool { return o.group == s.group && o.member == s.member }):
		return "this share was typed before"
	}
	return ""
}

// misspelt refuses a share whose checksum does not fit, and names the word that is probably wrong.
func misspelt(indices []uint16, whole backup.Place) *backup.Slip {
	slip := &backup.Slip{At: whole, Why: "the checksum of this share does not fit: a word is wrong or in another place"}
	if place, word, ok := locate(indices); ok {
		slip.Why = fmt.Sprintf("the checksum of this share does not fit: probably word %d is wrong", place+1)
		slip.Hint = fmt.Sprintf("word %d: %s", place+1, list.Words()[word])
	}
	return slip
}

// Look marks words that are not of the list, and completes the last one.
func (e *entry) Look(typed []byte) (wrong []backup.Place, rest string) {
	if isDocument(typed) {
		return nil, ""
	}
	tokens, want := wordlist.Tokens(typed), e.want()
	if want.Next == 1 && len(tokens) > 1 && bytes.EqualFold(tokens[0].Text, []byte(backup.FieldDocument)) {
		return nil, "" // its number, or the second word: too early to say
	}
	marked, rest := list.Look(typed, tokens, want)
	for _, t := range marked {
		wrong = append(wrong, placeOf(t))
	}
	return wrong, rest
}
