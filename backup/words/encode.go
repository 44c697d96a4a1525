package words

import (
	"errors"
	"fmt"

	"sigtool/backup"
	"sigtool/internal/bip39"
	"sigtool/internal/secret"
	"sigtool/internal/wordlist"
)

// Name is what people type.
const Name = "words"

const (
	count       = 24 // words on a sheet
	wordBits    = 11
	columns     = 4
	columnWidth = 19

	checks    = 4 // words of the check line
	total     = count + checks
	checkName = "check"
)

// list is BIP-39's English list.
var list = bip39.English

// Codec is the codec "words".
type Codec struct{}

// Name is "words".
func (Codec) Name() string { return Name }

// Takes is true for seeds.
func (Codec) Takes(k backup.Kind) bool { return k == backup.KindSeed }

// Encode returns the sheet of a seed. It fails for any other kind, and for a payload or meta data that paper can't carry
// (backup's Valid).
func (c Codec) Encode(p backup.Payload, m backup.Meta, split backup.Split) ([]*backup.Sheet, error) {
	if len(split.Groups) > 0 {
		return nil, backup.ErrNoShares
	}
	if err := errors.Join(p.Valid(), m.Valid()); err != nil {
		return nil, err
	}
	if !c.Takes(p.Kind) {
		return nil, fmt.Errorf("words carry a seed of %d bytes, not a secret of kind %s", backup.SeedSize, p.Kind)
	}
	id := number(p.Secret.Bytes())
	words := pack(p.Secret.Bytes())
	defer secret.Wipe(words[:])
	var all code
	defer clear(all[:])
	all.unpack(&words)
	sheet := &backup.Sheet{
		Code: Name, DocumentID: backup.FormatID(id), Rehearsal: m.Rehearsal,
		Intro: intro(p), Head: head(p, m, id), Guide: guide(p), Block: count / columns,
	}
	for first := 0; first < total; first += columns {
		sheet.Rows = append(sheet.Rows, all.row(first))
	}
	sheet.Lay()
	return []*backup.Sheet{sheet}, nil
}

// row prints four words. Those of the check line have no numbers, so that nobody takes them for words of BIP-39's phrase.
func (c *code) row(first int) []byte {
	row := make([]byte, 0, backup.Width)
	for k := range columns {
		row = wordlist.Pad(row, k*columnWidth)
		switch i := first + k; {
		case i < count:
			row = fmt.Appendf(row, "  %02d ", i+1)
		case k == 0:
			row = append(row, "  "+checkName+" "...)
		default:
			row = append(row, "     "...)
		}
		row = list.AppendWord(row, int(c[first+k]))
	}
	return row
}

func head(p backup.Payload, m backup.Meta, id uint64) []backup.Field {
	return backup.NewHead(p, m, backup.Field{Name: backup.FieldDocument, Value: backup.FormatID(id), Remark: "the start of the SHA-256 of the 32 bytes: a check"})
}
