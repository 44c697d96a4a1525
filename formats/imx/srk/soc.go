package srk

import "crypto"

// SoC is a family of processors: where its fuses keep the hash.
type SoC struct {
	Name  string      // "imx6": what people type
	Title string      // "i.MX 6, all but 6ULL …"
	Kind  Kind        // whose tables it reads
	Hash  crypto.Hash // what the table is hashed by
	Fuses []Fuse      // where the words go, in the hash's order
}

// Fuse is one word of fuses, as U-Boot's fuse command counts: bank and word.
type Fuse struct{ Bank, Word int }

// SoCs are the families, in the order of the manual.
func SoCs() []SoC { return nil }

// SoCOf finds a family by its name.
func SoCOf(name string) (SoC, bool) { return SoC{}, false }

// FuseText is the U-Boot commands that burn the hash, one a line. It never holds one that closes a device: closing is for when a signed
// image has booted without events, and there is no way back. Errors: ErrTable for a hash of the wrong length.
func (s SoC) FuseText(hash []byte) (string, error) { return "", ErrTable }
