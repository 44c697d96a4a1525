package backup

import (
	"bytes"
	"fmt"
	"strings"
)

// The statements of a head that more than one codec makes. A codec may add its own.
const (
	FieldLabel       = "Label"
	FieldAlgorithm   = "Algorithm"
	FieldContents    = "Contents"
	FieldFingerprint = "Fingerprint"
	FieldDerivation  = "Derivation"
	FieldMade        = "Made"
	FieldHolder      = "Holder"
	FieldNote        = "Note"
	FieldCompanion   = "Companion"
	FieldShare       = "Share"
	FieldSet         = "Set"
	FieldCheck       = "Check"
	FieldDocument    = "Document"
	FieldLines       = "Lines"
)

var fieldNames = []string{
	FieldLabel, FieldAlgorithm, FieldContents, FieldFingerprint, FieldDerivation,
	FieldMade, FieldHolder, FieldNote, FieldCompanion, FieldShare, FieldSet, FieldCheck, FieldDocument, FieldLines,
}

// notInCode are statements for people alone, which no code repeats.
var notInCode = map[string]bool{FieldHolder: true, FieldNote: true, FieldCompanion: true}

// NewHead lists what a payload and its meta data say, without what is empty.
func NewHead(p Payload, m Meta, documentID Field, more ...Field) []Field {
	made := ""
	if !m.Date.IsZero() {
		made = m.Date.UTC().Format("2006-01-02")
	}
	all := []Field{
		{Name: FieldLabel, Value: p.Label},
		{Name: FieldAlgorithm, Value: p.Algorithm},
		{Name: FieldContents, Value: string(p.Kind), Remark: p.Kind.Meaning()},
		{Name: FieldDerivation, Value: p.Derivation},
		{Name: FieldFingerprint, Value: p.Fingerprint},
		{Name: FieldMade, Value: made},
		{Name: FieldHolder, Value: m.Holder},
		{Name: FieldNote, Value: m.Note},
		{Name: FieldCompanion, Value: m.Companion},
		documentID,
	}
	var head []Field
	for _, f := range append(all, more...) {
		if f.Value != "" {
			head = append(head, f)
		}
	}
	return head
}

// Meaning explains a kind in a few words.
func (k Kind) Meaning() string {
	return map[Kind]string{
		KindSealedKey:  "a private key; its passphrase is needed too",
		KindAgeKey:     "a private key; an age identity is needed too",
		KindKey:        "a private key, NOT sealed: the paper is the key",
		KindSeed:       "32 bytes a private key is made from: the paper is the key",
		KindPassphrase: "it opens something kept elsewhere",
		KindData:       "a file",
	}[k]
}

// Head is what the printed head of a sheet was read to say; any of it may be missing.
type Head struct {
	Fields    []Field // in order, with the remark still in the value
	Rehearsal bool
	Printed   bool // the text has the title of a sheet
	Code      string
}

// ReadHead finds the head in a cleaned text. It ignores what it does not know, and makes strings, which can't be wiped, of the
// lines of the head alone.
func ReadHead(clean []byte) Head {
	var h Head
	for line := range bytes.Lines(clean) {
		line = bytes.TrimSpace(line)
		if bytes.HasPrefix(line, []byte(Title)) {
			_, code, _ := bytes.Cut(line, []byte("code:"))
			h.Printed, h.Code = true, squeeze(string(code))
		} else if f, ok := readField(line); ok {
			h.Fields = append(h.Fields, f)
		} else if bytes.HasPrefix(line, []byte("*** REHEARSAL")) {
			h.Rehearsal = true
		}
	}
	return h
}

// readField reads a name, a colon or two spaces, and a value. One space is enough where the value is one word.
func readField(line []byte) (Field, bool) {
	for _, name := range fieldNames {
		if len(line) <= len(name) || !bytes.EqualFold(line[:len(name)], []byte(name)) {
			continue
		}
		rest := line[len(name):]
		parted := rest[0] == ':' || bytes.HasPrefix(rest, []byte("  ")) || bytes.HasPrefix(rest, []byte(" :"))
		if parted || rest[0] == ' ' && oneWord(name, string(rest[1:])) {
			return Field{Name: name, Value: squeeze(strings.TrimLeft(string(rest), " :"))}, true
		}
	}
	return Field{}, false
}

// oneWord tells whether a value without a colon before it is one and not prose, nor words of a code.
func oneWord(name, value string) bool {
	value, _, _ = strings.Cut(value, " (")
	switch name {
	case FieldDocument:
		_, ok := ParseID(value)
		return ok
	case FieldAlgorithm, FieldContents, FieldFingerprint, FieldDerivation, FieldMade:
		return value != "" && !strings.Contains(value, " ")
	}
	return false
}

// Value returns the first value of a field, any remark behind it included, or "".
func (h Head) Value(name string) string {
	for _, f := range h.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// DocumentID returns the document's number, if the head has one that can be read.
func (h Head) DocumentID() (id uint64, ok bool) {
	value, _, _ := strings.Cut(h.Value(FieldDocument), " (")
	return ParseID(value)
}

// People returns what the head says to people alone, and nothing that a sheet could not carry.
func (h Head) People() (m Meta) {
	m = Meta{Holder: h.Value(FieldHolder), Note: h.Value(FieldNote), Companion: h.Value(FieldCompanion)}
	if m.Valid() != nil {
		return Meta{}
	}
	return m
}

// Differs lists in sentences what the printed head says other than the code proves. want is the head that the code would print.
func (h Head) Differs(want []Field, isRehearsal bool) []string {
	var list []string
	for _, f := range h.Fields {
		if notInCode[f.Name] || f.Value == "" {
			continue
		}
		proven := ""
		for _, w := range want {
			if w.Name == f.Name {
				proven = w.Value
			}
		}
		if !agrees(f, proven) {
			list = append(list, fmt.Sprintf("the head says %s %q, the code says %q", strings.ToLower(f.Name), f.Value, proven))
		}
	}
	if h.Printed && h.Rehearsal != isRehearsal {
		list = append(list, map[bool]string{
			true:  "the head does not say REHEARSAL, the code does",
			false: "the head says REHEARSAL, the code does not",
		}[isRehearsal])
	}
	return list
}

// agrees compares a printed value with the proven one. What a remark says may change with the version of sigtool; paper does not.
func agrees(f Field, proven string) bool {
	printed := f.Value
	if f.Name == FieldDocument {
		printed, _, _ = strings.Cut(printed, " (")
		return plainID(printed) == plainID(proven)
	}
	return printed == proven || proven != "" && strings.HasPrefix(printed, proven+" (") && strings.HasSuffix(printed, ")")
}
