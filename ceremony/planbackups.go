package ceremony

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// The paper codes that a ceremony uses, by the names of their codecs.
const (
	CodeLines   = "lines"   // the key sealed by the passphrase: one sheet
	CodeWords   = "words"   // the seed as 24 words: one sheet, in the clear
	CodeCodex32 = "codex32" // the seed as BIP-93 strings: one sheet in the clear, or shares
	CodeShares  = "shares"  // the seed as SLIP-39 words: shares
)

func codes() []string { return []string{CodeLines, CodeWords, CodeCodex32, CodeShares} }

// Shares tells whether several sheets are needed to restore.
func (b Backup) Shares() bool { return b.Need > 1 }

// Clear tells whether one sheet is enough to use the keys.
func (b Backup) Clear() bool { return b.Code != CodeLines && !b.Shares() }

// Holder is who keeps sheet i, from 0; "" where the plan names nobody.
func (b Backup) Holder(i int) string {
	if i < len(b.Holders) {
		return b.Holders[i]
	}
	return ""
}

func (p *Plan) readBackups(n *yaml.Node) error {
	return readList(n, "backups", 8, func(n *yaml.Node) error {
		b := Backup{Copies: 1}
		err := readMapping(n, "a backup", []field{
			{"code", choice(func(s string) { b.Code = s }, "code", codes()...), true},
			{"need", number(&b.Need, "need", 2, 16), false},
			{"of", number(&b.Of, "of", 2, 31), false},
			{"holders", func(n *yaml.Node) error { return readHolders(n, &b) }, false},
			{"copies", number(&b.Copies, "copies", 1, 16), false},
		})
		if err == nil {
			err = b.fits(n)
		}
		if err == nil && slices.ContainsFunc(p.Backups, func(other Backup) bool { return other.Code == b.Code }) {
			err = wrong(n, "two backups of code %s: their sheets would have the same names; use copies, or another code", b.Code)
		}
		p.Backups = append(p.Backups, b)
		return err
	})
}

func readHolders(n *yaml.Node, b *Backup) error {
	return readList(n, "holders", 31, func(n *yaml.Node) error {
		var name string
		err := text(&name, "a holder", 64)(n)
		b.Holders = append(b.Holders, name)
		return err
	})
}

// fits checks the numbers of a backup against what its code can spread.
func (b Backup) fits(n *yaml.Node) error {
	split := given(n, "need") || given(n, "of")
	most := map[string][2]int{CodeCodex32: {9, 31}, CodeShares: {16, 16}}[b.Code]
	switch {
	case split && most[0] == 0:
		return wrong(n, "code %s is a single sheet: leave need and of out, or take %s or %s", b.Code, CodeShares, CodeCodex32)
	case split && (b.Need == 0 || b.Of == 0):
		return wrong(n, "need and of stand together: need: 3, of: 5 for any three of five sheets")
	case split && (b.Need > most[0] || b.Of > most[1]):
		return wrong(n, "code %s spreads a key over at most %d sheets, of which at most %d are needed", b.Code, most[1], most[0])
	case split && b.Need > b.Of:
		return wrong(n, "%d of %d sheets: no more can be needed than there are", b.Need, b.Of)
	case len(b.Holders) > 0 && len(b.Holders) != b.Sheets():
		return wrong(place(n, "holders"), "%d holders for %d sheets: name one for each sheet, in order, or none", len(b.Holders), b.Sheets())
	}
	return nil
}
