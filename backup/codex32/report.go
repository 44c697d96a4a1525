package codex32

import (
	"bytes"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// corrections says what the string is other than it was typed.
func (r *reading) corrections(p *piece) (list []backup.Correction) {
	text := r.word.text()
	defer secret.Wipe(text)
	at := 0
	for i, c := range r.from {
		is := text[at : at+len(c.chars)]
		line, _ := placeOf(at)
		if c.note != "" {
			list = append(list, backup.Correction{
				Page: p.page, Line: line, Was: string(bytes.Join(p.parts[i].readings[0], []byte(" "))), Is: string(grouped(is)), Why: c.note + p.proof()})
		} else {
			list = append(list, differences(p, at, c.chars, is)...)
		}
		if c.other {
			list = append(list, backup.Correction{Page: p.page, Line: line, Is: string(grouped(is)), Why: "typed more than once, not the same: this reading fits" + p.proof()})
		}
		at += len(is)
	}
	return list
}

func (p *piece) proof() string {
	if p.stated {
		return "; the document's number proves it"
	}
	return "; the checksum alone says so"
}

// differences are the groups that are other than they were typed.
func differences(p *piece, at int, was, is []byte) (list []backup.Correction) {
	for i := 0; i < len(is); i += groupLen {
		end := min(i+groupLen, len(is))
		if bytes.Equal(was[i:end], is[i:end]) {
			continue
		}
		why := "wrong by the checksum and put right"
		if bytes.IndexByte(was[i:end], '?') >= 0 {
			why = "could not be read and was filled in by the checksum"
		} else if looksAlike(was[i:end], is[i:end]) {
			why = "a character that no string has, read as the one that it looks like"
		}
		line, group := placeOf(at + i)
		list = append(list, backup.Correction{Page: p.page, Line: line, Group: group, Was: string(was[i:end]), Is: string(is[i:end]), Why: why + p.proof()})
	}
	return list
}

func looksAlike(was, is []byte) bool {
	for i := range is {
		if was[i] != is[i] && likely(was[i]) != is[i] {
			return false
		}
	}
	return true
}
