package verify

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"

	"sigtool/backup"
	"sigtool/internal/pgpwords"
	"sigtool/internal/secret"
)

// row is a line of code as it is printed or typed: a number first, or what is taken for one, or "check", then characters and words.
var row = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([0-9OoIl]{1,3}( ?/ ?[0-9OoIl]{1,3})?[.:]?|(?i:check)[:]?)([ \t,-][ \t0-9A-Za-z?,-]*)?$`)
})

// harmless is what a line with a statement of a head may have where the sheet does not say the same: nothing that a shell acts on.
var harmless = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\pL\pN .,:/+=_?()-]*$`) })

// Foreign returns the number of the first line of a text that is no part of the sheet that was read from it, or 0. A reader of sheets
// passes over what it does not know, so that people can type around it; whoever judges a file must not, for anything can have the
// lines of a sheet behind it. What a person types is part of it however it is typed: statements in any order, one or two to a line,
// capitals, and slips in what is compared with the code anyway.
func Foreign(text []byte, restored *backup.Restored, codec backup.Codec) int {
	known := likenessOf(restored, codec)
	defer known.destroy()
	number := 0
	for line := range bytes.Lines(bytes.TrimPrefix(text, []byte("\uFEFF"))) {
		number++
		clean, err := backup.Clean(line)
		if err != nil {
			return number
		}
		own := known.has(bytes.TrimSpace(clean))
		secret.Wipe(clean)
		if !own {
			return number
		}
	}
	return 0
}

// likeness is what a sheet such as this has: this very one, or another share in its place, whose secret is none.
type likeness struct {
	lines  map[string]bool // what is no row
	fields []backup.Field
	rows   [][]byte // the words or groups of its rows; none of a share, whose rows can't be made again
	sheets []*backup.Sheet
}

func likenessOf(restored *backup.Restored, codec backup.Codec) *likeness {
	l := &likeness{lines: map[string]bool{"": true, plain("SIGTOOL PAPER BACKUP DOCUMENT"): true}}
	payload, split := restored.Payload, backup.Split{Rand: zeros{}}
	if payload.Secret == nil {
		payload.Secret = secret.New(backup.SeedSize)
		payload.Secret.Bytes()[0] = 1
		defer payload.Secret.Destroy()
	}
	for _, share := range restored.Shares {
		split = splitOf(share)
	}
	var err error
	if l.sheets, err = codec.Encode(payload, restored.Meta, split); err != nil {
		return l
	}
	for _, sheet := range l.sheets {
		l.add(sheet)
	}
	return l
}

// add takes what is on a sheet. The lines of its text that are rows are known by their tokens, of which no strings are made.
func (l *likeness) add(sheet *backup.Sheet) {
	l.fields = append(l.fields, sheet.Head...)
	for line := range bytes.Lines(sheet.Text) {
		line = bytes.TrimSpace(line)
		if !slices.ContainsFunc(sheet.Rows, func(row []byte) bool { return bytes.Equal(bytes.TrimSpace(row), line) }) {
			l.lines[plain(string(line))] = true
		}
	}
	if sheet.Share != nil {
		return
	}
	for _, row := range sheet.Rows {
		l.rows = append(l.rows, bytes.FieldsFunc(row, func(r rune) bool { return r == ' ' || r == '/' })...)
	}
}

func (l *likeness) destroy() {
	for _, sheet := range l.sheets {
		sheet.Destroy()
	}
}

// plain is a line without what typing changes.
func plain(line string) string { return strings.ToLower(strings.Join(strings.Fields(line), " ")) }

// has tells whether a line is of such a sheet.
func (l *likeness) has(line []byte) bool {
	switch {
	case row().Match(line) && (l.rows == nil || l.likeRow(line)), l.ofRows(line), l.statements(line), fingerprint(line):
		return true
	}
	return l.lines[plain(string(line))]
}

// likeRow tells whether half of a row's letters and digits are words or groups of the sheet, or the first four letters of a word: the rest
// may have been misread.
func (l *likeness) likeRow(line []byte) bool {
	chars := bytes.Map(func(r rune) rune {
		if r < '0' || r > 'z' || r > '9' && r < 'A' || r > 'Z' && r < 'a' {
			return -1
		}
		return r
	}, bytes.ToUpper(line))
	defer secret.Wipe(chars)
	covered := 0
	for _, token := range l.rows {
		token := bytes.ToUpper(token)
		switch {
		case len(token) < 3:
		case bytes.Contains(chars, token):
			covered += len(token)
		case len(token) > 4 && bytes.Contains(chars, token[:4]):
			covered += 4
		}
		secret.Wipe(token)
	}
	return 2*covered >= len(chars)
}

// ofRows tells whether a line is words or groups of the sheet's rows and nothing else.
func (l *likeness) ofRows(line []byte) bool {
	tokens := bytes.Fields(line)
	for _, token := range tokens {
		if !slices.ContainsFunc(l.rows, func(of []byte) bool {
			return bytes.EqualFold(of, token) || len(token) >= 4 && len(of) >= len(token) && bytes.EqualFold(of[:len(token)], token)
		}) {
			return false
		}
	}
	return len(tokens) > 0
}

// statements tells whether a line is statements of the head, that the sheet says too or in a form that does nothing.
func (l *likeness) statements(line []byte) bool {
	fields := backup.ReadHead(line).Fields
	for _, f := range fields {
		if !l.says(f) && !harmless().Match(line) {
			return false
		}
	}
	return len(fields) > 0
}

func (l *likeness) says(f backup.Field) bool {
	return slices.ContainsFunc(l.fields, func(own backup.Field) bool {
		return own.Name == f.Name && (plain(own.Value) == plain(f.Value) || plain(own.Value+" ("+own.Remark+")") == plain(f.Value))
	})
}

// fingerprint knows a fingerprint in groups of four hexadecimal digits, and in words of the PGP list, with or without the names that
// stand before them on a page.
func fingerprint(line []byte) bool {
	for _, name := range []string{"in hex", "in words"} {
		if len(line) > len(name) && bytes.EqualFold(line[:len(name)], []byte(name)) {
			line = line[len(name):]
		}
	}
	groups := bytes.Fields(line)
	hex, words := 0, 0
	for _, group := range groups {
		if len(group) == 4 && len(bytes.Trim(group, "0123456789abcdefABCDEFOoIl?")) == 0 {
			hex++
		}
		if pgp()[plain(string(group))] {
			words++
		}
	}
	return hex > 1 && hex == len(groups) || words > 0 && words == len(groups)
}

// pgp is the word list.
var pgp = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for value := range 256 {
		for _, word := range pgpwords.Of([]byte{byte(value), byte(value)}) {
			all[plain(word)] = true
		}
	}
	return all
})

// splitOf is a split that has such a share.
func splitOf(share backup.Share) backup.Split {
	split := backup.Split{Threshold: max(1, share.GroupNeed), Rand: zeros{}}
	if share.Need <= 1 && share.Group == 0 {
		return split
	}
	group := backup.Group{Need: share.Need, Of: max(share.Of, share.Need)}
	for range max(1, share.GroupOf) {
		split.Groups = append(split.Groups, group)
	}
	return split
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
