package codex32

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"sigtool/backup"
	"sigtool/internal/fivebit"
	"sigtool/internal/secret"
)

// Name is what people type.
const Name = "codex32"

// Codec is the codec "codex32".
type Codec struct{}

// Name is "codex32".
func (Codec) Name() string { return Name }

// Takes is true for seeds.
func (Codec) Takes(k backup.Kind) bool { return k == backup.KindSeed }

// Encode returns the sheet of a seed, or one sheet for each share of a split of one group. It fails for any other kind, and for a
// payload, meta data or split that paper can't carry (backup's Valid).
func (c Codec) Encode(p backup.Payload, m backup.Meta, split backup.Split) ([]*backup.Sheet, error) {
	if err := errors.Join(p.Valid(), m.Valid(), split.Valid()); err != nil {
		return nil, err
	}
	if !c.Takes(p.Kind) {
		return nil, fmt.Errorf("codex32 carries a seed of %d bytes, not a secret of kind %s", backup.SeedSize, p.Kind)
	}
	payload := symbolsOf(p.Secret.Bytes())
	defer secret.Wipe(payload)
	whole := newWord(0, identify(p.Fingerprint), secretIndex, payload)
	defer secret.Wipe(whole)
	if len(split.Groups) == 0 {
		m.Holder = split.Holder(0, m.Holder)
		return []*backup.Sheet{newSheet(whole, p, m, nil, "")}, nil
	}
	group, err := checkSplit(split)
	if err != nil {
		return nil, err
	}
	name := make([]byte, 4)
	if err := readSymbols(split.Rand, name); err != nil {
		return nil, err
	}
	identifier := string(word(name).letters(0, len(name)))
	shares, err := spread(payload, identifier, group.Need, group.Of, split.Rand)
	if err != nil {
		return nil, err
	}
	var sheets []*backup.Sheet
	for i, w := range shares {
		own := m
		own.Holder = split.Holder(i, m.Holder)
		share := &backup.Share{Set: identifier, Index: i + 1, Need: group.Need, Of: group.Of, DocumentID: backup.FormatID(w.number())}
		sheets = append(sheets, newSheet(w, p, own, share, backup.FormatID(whole.number())))
		secret.Wipe(w)
	}
	return sheets, nil
}

// checkSplit returns the one group that a split may have here.
func checkSplit(split backup.Split) (g backup.Group, err error) {
	if len(split.Groups) > 1 {
		return g, errors.New("codex32 has no groups of shares: any M of N")
	}
	g = split.Groups[0]
	switch {
	case g.Need < 2 || g.Need > 9:
		return g, fmt.Errorf("codex32 wants 2 to 9 shares to restore, not %d", g.Need)
	case g.Of < g.Need || g.Of > maxShares:
		return g, fmt.Errorf("codex32 makes %d to %d shares of which %d restore, not %d", g.Need, maxShares, g.Need, g.Of)
	case split.Rand == nil:
		return g, errors.New("shares need a source of chance")
	}
	return g, nil
}

// identify is the identifier of a single string: the first 20 bits of a fingerprint, or SEED.
func identify(fingerprint string) string {
	digest, err := backup.DigestOf(fingerprint)
	if err != nil || digest == nil {
		return "SEED"
	}
	return string(word(fivebit.Append(nil, digest)).letters(0, 4))
}

// number is the document's number: the first 40 bits of the SHA-256 of the string without identifier and checksum.
func (w word) number() uint64 {
	h := sha256.New()
	h.Write([]byte(prefix))
	for _, part := range [][]byte{w[:1], w[5:headerLen], w.payload()} {
		letters := word(part).letters(0, len(part))
		h.Write(letters)
		secret.Wipe(letters)
	}
	return backup.IDOf(h.Sum(nil))
}

// newSheet lays out one string. check is the document number of the secret, which shares carry.
func newSheet(w word, p backup.Payload, m backup.Meta, share *backup.Share, check string) *backup.Sheet {
	s := &backup.Sheet{
		Code: Name, DocumentID: backup.FormatID(w.number()), Rehearsal: m.Rehearsal, Intro: backup.Intro(p.Kind),
		Head: headOf(p, m, backup.FormatID(w.number()), share, check), Guide: guide(p, share), Share: share,
	}
	if share != nil {
		s.Intro = shareIntro(*share)
	}
	text := w.text()
	defer secret.Wipe(text)
	for i := range rowCount {
		s.Rows = append(s.Rows, fmt.Appendf(make([]byte, 0, backup.Width), "%d/%d  %s", i+1, rowCount, grouped(rowOf(text, i))))
	}
	s.Lay()
	return s
}

func headOf(p backup.Payload, m backup.Meta, id string, share *backup.Share, check string) []backup.Field {
	document := backup.Field{Name: backup.FieldDocument, Value: id, Remark: "a check of the string below"}
	if share == nil {
		return backup.NewHead(p, m, document)
	}
	of := ""
	if share.Of > 0 {
		of = fmt.Sprintf("%d of %d", share.Index, share.Of)
	}
	head := backup.NewHead(p, m, document,
		backup.Field{Name: backup.FieldShare, Value: of, Remark: fmt.Sprintf("any %d restore", share.Need)},
		backup.Field{Name: backup.FieldSet, Value: share.Set, Remark: "the same on every share of the set"},
		backup.Field{Name: backup.FieldCheck, Value: check, Remark: "proves the shares together"})
	for i := range head {
		if head[i].Name == backup.FieldContents {
			head[i].Remark = "a share of the 32 bytes a private key is made from"
		}
	}
	return head
}
