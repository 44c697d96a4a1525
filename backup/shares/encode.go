package shares

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"sigtool/backup"
	"sigtool/internal/secret"
	"sigtool/internal/wordlist"
)

// Name is what people type.
const Name = "shares"

const (
	count       = headWords + (8*backup.SeedSize+wordBits-1)/wordBits + sumWords // words on a sheet
	columns     = 3                                                              // as many as can be rebuilt: a lost row is no loss
	columnWidth = 23
	exponent    = 0

	maxExponent = 8 // 2.6 million iterations, a second
)

// Codec is the codec "shares".
type Codec struct{}

// Name is "shares".
func (Codec) Name() string { return Name }

// Takes is true for seeds.
func (Codec) Takes(k backup.Kind) bool { return k == backup.KindSeed }

// Encode returns the sheets of a seed, group by group. It fails for any other kind, for a payload or meta data that paper can't carry
// (backup's Valid), and for a split that SLIP-39 does not allow. A single sheet needs no randomness and is always the same.
func (c Codec) Encode(p backup.Payload, m backup.Meta, split backup.Split) ([]*backup.Sheet, error) {
	if err := errors.Join(p.Valid(), m.Valid()); err != nil {
		return nil, err
	}
	if !c.Takes(p.Kind) {
		return nil, fmt.Errorf("shares carry a seed of %d bytes, not a secret of kind %s", backup.SeedSize, p.Kind)
	}
	groups, groupNeed, err := plan(split)
	if err != nil {
		return nil, err
	}
	s := set{extendable: true, exponent: exponent, groupNeed: groupNeed}
	if s.id, err = identifier(p, split, groups); err != nil {
		return nil, err
	}
	all, err := spread(p.Secret.Bytes(), "", s, groups, split.Rand)
	if err != nil {
		return nil, err
	}
	defer wipeShares(all)
	var sheets []*backup.Sheet
	for i, share := range all {
		each := m
		each.Holder = split.Holder(i, m.Holder)
		if err := each.Valid(); err != nil {
			for _, s := range sheets {
				s.Destroy()
			}
			return nil, err
		}
		sheets = append(sheets, sheet(p, each, share, groups[share.group].Of))
	}
	return sheets, nil
}

// identifier names a set: by chance, or for a single sheet by a digest of the seed, so that it can be printed again the same.
func identifier(p backup.Payload, split backup.Split, groups []backup.Group) (uint16, error) {
	b := make([]byte, 2)
	switch {
	case len(groups) == 1 && groups[0].Of == 1:
		b = singleID(p.Secret.Bytes())
	case split.Rand == nil:
		return 0, errors.New("shares can't be made without a source of randomness")
	default:
		if _, err := io.ReadFull(split.Rand, b); err != nil {
			return 0, fmt.Errorf("the source of randomness fails: %w", err)
		}
	}
	return binary.BigEndian.Uint16(b) >> (16 - idBits), nil
}

func singleID(seed []byte) []byte {
	h := sha256.New()
	h.Write([]byte("sigtool single sheet"))
	h.Write(seed)
	return h.Sum(nil)[:2]
}

// sheet lays out one share. of is how many the group has, which SLIP-39 does not say.
func sheet(p backup.Payload, m backup.Meta, share *share, of int) *backup.Sheet {
	words := share.pack()
	defer clear(words)
	s := &backup.Sheet{Code: Name, DocumentID: backup.FormatID(number(words)), Rehearsal: m.Rehearsal}
	if !share.single() {
		s.Share = share.public(of)
		s.Share.DocumentID = s.DocumentID
	}
	s.Intro, s.Head, s.Guide = intro(p, s.Share), head(p, m, s.DocumentID, s.Share), guide(p, s.Share)
	for first := 0; first < count; first += columns {
		row := make([]byte, 0, backup.Width)
		for k := range columns {
			row = fmt.Appendf(wordlist.Pad(row, k*columnWidth), "  %02d ", first+k+1)
			row = list.AppendWord(row, int(words[first+k]))
		}
		s.Rows = append(s.Rows, row)
	}
	s.Lay()
	return s
}

// single tells whether the share restores alone.
func (s *share) single() bool { return s.need == 1 && s.groupOf == 1 }

// public is the share as other packages know it. of is how many the group has, or 0.
func (s *share) public(of int) *backup.Share {
	p := &backup.Share{Set: s.name(), Index: s.member + 1, Need: s.need, Of: of}
	if s.groupOf > 1 {
		p.Group, p.GroupNeed, p.GroupOf = s.group+1, s.groupNeed, s.groupOf
	}
	return p
}

// number is the document's number of a sheet: the first 40 bits of the SHA-256 of its words.
func number(words []uint16) uint64 {
	text := make([]byte, 0, 9*len(words))
	for _, w := range words {
		text = append(list.AppendWord(text, int(w)), ' ')
	}
	defer secret.Wipe(text)
	sum := sha256.Sum256(text[:max(0, len(text)-1)])
	return backup.IDOf(sum[:])
}

// head is the head of a sheet; share is nil for a single one.
func head(p backup.Payload, m backup.Meta, documentID string, share *backup.Share) []backup.Field {
	document := backup.Field{Name: backup.FieldDocument, Value: documentID, Remark: "the start of the SHA-256 of the words: a check"}
	if share == nil {
		return backup.NewHead(p, m, document)
	}
	value, remark, _ := strings.Cut(shareField(share), "; ")
	fields := backup.NewHead(p, m, document, backup.Field{Name: backup.FieldShare, Value: value, Remark: remark},
		backup.Field{Name: backup.FieldSet, Value: share.Set, Remark: "the same on every share of this seed"})
	for i := range fields {
		if fields[i].Name == backup.FieldContents {
			fields[i].Remark = "a share of the 32 bytes a private key is made from"
		}
	}
	return fields
}

// shareField is what the head says of the share, and behind a semicolon what that means.
func shareField(s *backup.Share) string {
	text := fmt.Sprint(s.Index)
	if s.Of > 0 {
		text += fmt.Sprintf(" of %d", s.Of)
	}
	if s.Group == 0 {
		return fmt.Sprintf("%s; any %d restore", text, s.Need)
	}
	return fmt.Sprintf("%s in group %d of %d; %d needed of the group, and %d of the groups", text, s.Group, s.GroupOf, s.Need, s.GroupNeed)
}
