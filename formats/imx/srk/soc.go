package srk

import (
	"crypto"
	"encoding/binary"
	"fmt"
	"strings"
)

// SoC is a family of processors: where its fuses keep the hash.
type SoC struct {
	Name  string      // "imx6": what people type
	Title string      // "i.MX 6, all of them"
	Kind  Kind        // whose tables it reads
	Hash  crypto.Hash // what the table is hashed by
	Bits  int         // that a fuse word holds: 32, or 8
	Once  bool        // a word, which has a code against errors, can be burnt once; elsewhere fuses can be added to it
	Fuses []Fuse      // where the words go, in the hash's order
}

// Fuse is one word of fuses, as U-Boot's fuse command counts: bank and word.
type Fuse struct{ Bank, Word int }

// noBank is the bank of the words of a processor that nobody named.
const noBank = -1

// String is the fuse as people call it.
func (f Fuse) String() string {
	if f.Bank == noBank {
		return fmt.Sprintf("word %d", f.Word)
	}
	return fmt.Sprintf("bank %d word %d", f.Bank, f.Word)
}

// row is words of one bank, one after the other.
func row(bank, word, n int) (fuses []Fuse) {
	for i := range n {
		fuses = append(fuses, Fuse{bank, word + i})
	}
	return fuses
}

// SoCs are the families, in the order of the manual. Each place is from where it is named: U-Boot's guides (doc/imx/habv4, mx6_mx7), those of
// NXP's U-Boot (doc/imx/habv4, mx8m; doc/imx/ahab, mx8_mx8x and mx8ulp_9x), and for what these lack from crucible's fuse map (i.MX53), SPSDK's
// scripts (i.MX91: index 128 = 8 × bank 16; i.MX95: up to 143) and Toradex's template (i.MX95). What nobody names in banks, as of i.MX943, is
// left out. Which words can be burnt once is from U-Boot's drivers (mxc_ocotp, imx8/fuse, imx_ele/fuse).
func SoCs() []SoC {
	return []SoC{
		{"imx53", "i.MX53", HAB, crypto.SHA256, 8, false, append(row(1, 1, 1), row(3, 1, 31)...)},
		{"imx6", "i.MX 6, all of them, UL, ULL and ULZ too", HAB, crypto.SHA256, 32, false, row(3, 0, 8)},
		{"imx7d", "i.MX 7Dual and 7Solo", HAB, crypto.SHA256, 32, false, append(row(6, 0, 4), row(7, 0, 4)...)},
		{"imx7ulp", "i.MX 7ULP", HAB, crypto.SHA256, 32, true, row(5, 0, 8)},
		{"imx8m", "i.MX 8M, 8M Mini, 8M Nano and 8M Plus", HAB, crypto.SHA256, 32, false, append(row(6, 0, 4), row(7, 0, 4)...)},
		{"imx8qm", "i.MX 8QuadMax", AHAB, crypto.SHA512, 32, false, row(0, 722, 16)},
		{"imx8qxp", "i.MX 8QuadXPlus", AHAB, crypto.SHA512, 32, true, row(0, 730, 16)},
		{"imx8ulp", "i.MX 8ULP", AHAB, crypto.SHA256, 32, true, row(15, 0, 8)},
		{"imx91", "i.MX 91", AHAB, crypto.SHA256, 32, true, row(16, 0, 8)},
		{"imx93", "i.MX 93", AHAB, crypto.SHA256, 32, true, row(16, 0, 8)},
		{"imx95a", "i.MX 95 of revision A", AHAB, crypto.SHA256, 32, true, row(16, 0, 8)},
		{"imx95", "i.MX 95 of revision B", AHABv2, crypto.SHA512, 32, true, append(row(16, 0, 8), row(17, 0, 8)...)},
	}
}

// SoCOf finds a family by its name.
func SoCOf(name string) (SoC, bool) {
	for _, s := range SoCs() {
		if s.Name == name {
			return s, true
		}
	}
	return SoC{}, false
}

// Reads says why a family can't use a table; nil means that it can. Errors: ErrTable.
func (s SoC) Reads(t *Table) error {
	if t.Kind == s.Kind {
		return nil
	}
	return refuse("srk-soc", "%s reads tables of %s, and this is one of %s", s.Title, s.Kind, t.Kind)
}

// Words are what the family's fuses hold, in the order of Fuses: numbers of 32 bits, or of 8. Errors: ErrTable for a hash of another length.
func (s SoC) Words(hash []byte) ([]uint32, error) {
	if len(hash) != s.Hash.Size() {
		return nil, refuse("srk-hash", "a hash of %d bytes; %s has fuses for %s, %d bytes", len(hash), s.Title, s.Hash, s.Hash.Size())
	}
	if s.Bits == 32 {
		return Words(hash), nil
	}
	words := make([]uint32, len(hash))
	for i, b := range hash {
		words[i] = uint32(b)
	}
	return words, nil
}

// FuseText is the U-Boot commands that burn the hash, one word a line. It never holds one that closes a device: closing is for when a signed
// image has booted without events, and there is no way back. Errors: ErrTable for a hash of another length.
func (s SoC) FuseText(hash []byte) (string, error) {
	words, err := s.Words(hash)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for i, f := range s.Fuses {
		fmt.Fprintf(&text, "fuse prog %d %d 0x%0*X\n", f.Bank, f.Word, s.Bits/4, words[i])
	}
	return text.String(), nil
}

// Words are the words of a hash as fuses of 32 bits hold them, and as srktool and U-Boot's fuse read print them: each four bytes are a
// little-endian number.
func Words(hash []byte) []uint32 {
	words := make([]uint32, len(hash)/4)
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(hash[i*4:])
	}
	return words
}

// AsWords is a hash as its words are written down one behind the other: what who copies the digits of U-Boot's fuse read takes for the hash.
func AsWords(hash []byte) []byte {
	var digits []byte
	for _, word := range Words(hash) {
		digits = binary.BigEndian.AppendUint32(digits, word)
	}
	return digits
}
