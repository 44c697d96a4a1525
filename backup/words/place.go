package words

import (
	"fmt"

	"sigtool/backup"
	"sigtool/internal/wordlist"
)

// reading is a sheet as it was read.
type reading struct {
	code    code           // 0 where nothing can be read
	was     [total][]byte  // as typed
	why     [total]string  // why a place counts as missing; empty where there is a word
	hint    [total]string  // what it may be
	missing []int          // the places that do
	torn    string         // what is wrong with a check line that can't be counted off
	checked bool           // there is a check line
	extra   []backup.Fault // words under numbers that no sheet has
	over    [][]byte       // those words
}

// place puts the words in order, and lists what is missing, not of the list, or there twice.
func place(f found) (r reading) {
	r.checked = f.lines > 0
	all := append(f.words[:len(f.words):len(f.words)], f.check...)
	for i := range r.code {
		if i >= count && !r.checked {
			break
		}
		r.choose(all, i)
		if r.why[i] != "" {
			r.missing = append(r.missing, i)
		}
	}
	if r.checked && len(f.check) == 0 {
		r.torn = fmt.Sprintf("the check line has %d words, not %d", f.odd, checks)
	}
	for _, t := range f.extra {
		r.extra = append(r.extra, backup.Fault{Page: 1, Line: t.Number, Why: fmt.Sprintf("there are %d words, not more", count)})
		r.over = append(r.over, t.Word)
	}
	return r
}

// choose finds the word that was typed for a place. Where there are several, those that are of the list must be the same.
func (r *reading) choose(all []wordlist.Pair, at int) {
	index := -1
	r.why[at] = "missing"
	for _, t := range all {
		if t.Number != at+1 {
			continue
		}
		i, ok := list.Lookup(t.Word)
		switch {
		case !ok && index < 0:
			r.was[at], r.why[at], r.hint[at] = t.Word, "not a word of the list", list.Suggest(t.Word)
		case ok && index < 0:
			index, r.was[at], r.why[at], r.hint[at] = i, t.Word, "", ""
			r.code[at] = uint16(i)
		case ok && i != index:
			r.why[at], r.hint[at] = "there twice, with different words", list.Words()[i]+" or "+list.Words()[index]
		}
	}
	if r.why[at] != "" {
		r.code[at] = 0
	}
}

// missingWords counts the places before the check line that miss their word.
func (r *reading) missingWords() (n int) {
	for _, at := range r.missing {
		if at < count {
			n++
		}
	}
	return n
}

// checkWords counts the words of the check line that can be read.
func (r *reading) checkWords() int {
	if !r.checked {
		return 0
	}
	return checks - (len(r.missing) - r.missingWords())
}
