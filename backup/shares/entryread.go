package shares

import (
	"bytes"
	"fmt"
	"slices"

	"sigtool/backup"
	"sigtool/internal/slip39"
)

var unread = []byte("?")

// read takes a row apart. With a slip the row is what is to be kept if the typist insists.
func (e *entry) read(typed []byte) (r row, slip *backup.Slip) {
	r.raw = append([]byte(nil), bytes.TrimSpace(typed)...)
	offset := bytes.Index(typed, r.raw)
	place := func(token []byte) backup.Place {
		from := offset + cap(r.raw) - cap(token)
		return backup.Place{From: from, To: from + len(token)}
	}
	fail := func(at backup.Place, why, hint string) {
		if slip == nil {
			slip = &backup.Slip{At: at, Why: why, Hint: hint}
		}
	}
	first := e.typed() % count
	if first == 0 && isDocument(r.raw) {
		r.note = true
		return r, nil
	}
	for _, token := range tokenize(r.raw) {
		next := first + len(r.words) + 1
		switch _, ok := lookUp(token); {
		case class(token[0]) == 1 && !is(token, next):
			fail(place(token), fmt.Sprintf("word %d is wanted", next), "")
		case class(token[0]) == 1:
		case next > count:
			fail(place(token), fmt.Sprintf("a share has %d words; the next share begins on a row of its own", count), "")
		case !ok:
			fail(place(token), "not a word of the list", suggest(token))
			r.words = append(r.words, unread)
		default:
			r.words = append(r.words, token)
		}
	}
	if len(r.words) == 0 {
		fail(backup.Place{From: 0, To: len(typed)}, "no word", "")
		r.words = [][]byte{unread}
	}
	return r, slip
}

// isDocument tells a document's number from words; the list has the word document too.
func isDocument(raw []byte) bool {
	_, ok := backup.ReadHead(raw).DocumentID()
	return ok
}

// is tells whether digits are a number.
func is(digits []byte, number int) bool {
	n := 0
	for _, d := range digits[:min(len(digits), 4)] {
		n = 10*n + int(d-'0')
	}
	return n == number
}

// judge looks at a share whose first words are now there, or all of them.
func (e *entry) judge(r row) *backup.Slip {
	whole := backup.Place{From: 0, To: len(r.raw)}
	before := e.typed() % count
	chunks := e.chunks(r.words...)
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
		slip.Hint = fmt.Sprintf("word %d: %s", place+1, slip39.Words()[word])
	}
	return slip
}

// Look marks words that are not of the list, and completes the last one.
func (e *entry) Look(typed []byte) (wrong []backup.Place, rest string) {
	if isDocument(typed) {
		return nil, ""
	}
	tokens := tokenize(typed)
	next := e.typed()%count + 1
	if next == 1 && len(tokens) > 1 && bytes.EqualFold(tokens[0], []byte(backup.FieldDocument)) {
		return nil, "" // its number, or the second word: too early to say
	}
	for i, token := range tokens {
		from := cap(typed) - cap(token)
		end := i == len(tokens)-1 && from+len(token) == len(typed)
		switch {
		case class(token[0]) == 1:
			if !end && !is(token, next) {
				wrong = append(wrong, backup.Place{From: from, To: from + len(token)})
			}
			continue
		case end:
			var ok bool
			if rest, ok = complete(token); ok && next <= count {
				break
			}
			wrong = append(wrong, backup.Place{From: from, To: from + len(token)})
		default:
			if _, ok := lookUp(token); !ok || next > count {
				wrong = append(wrong, backup.Place{From: from, To: from + len(token)})
			}
		}
		next++
	}
	return wrong, rest
}

// complete returns what is left of the only word that begins so; false if no word does.
func complete(token []byte) (rest string, ok bool) {
	small, ok := lower(token)
	if !ok {
		return "", false
	}
	first, n := starting(small[:len(token)])
	if n == 1 {
		return slip39.Words()[first][len(token):], true
	}
	return "", n > 0
}
