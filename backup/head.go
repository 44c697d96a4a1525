package backup

import (
	"bytes"
	"strings"
)

// The statements of a head that more than one codec makes.
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
		} else if fields := readFields(line); fields != nil {
			h.Fields = append(h.Fields, fields...)
		} else if bytes.HasPrefix(line, []byte("*** REHEARSAL")) {
			h.Rehearsal = true
		}
	}
	return h
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
