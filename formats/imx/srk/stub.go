package srk

import (
	"crypto"
	"crypto/x509"
)

// Parse reads the table at the start of data and returns it; len(Raw) is its size. Errors: ErrTable.
func Parse(data []byte) (*Table, error) { return nil, ErrTable }

// New makes a table of 1 to 4 entries for HAB, of 4 for AHAB. Errors: ErrTable.
func New(kind Kind, entries []Entry) (*Table, error) { return nil, ErrTable }

// EntryOf makes an entry of an SRK's certificate; hash is what it signs with, which AHAB's tables say. CA is what srktool makes of the
// certificate: basic constraints say so, and key usage, if there is one, allows it. A key that the certificate calls one of RSASSA-PSS
// gives a record of PSS. Errors: ErrTable.
func EntryOf(cert *x509.Certificate, hash crypto.Hash) (Entry, error) { return Entry{}, ErrTable }

// Data makes the SRK data of container version 2: the key of record n, whose hash stands in the table. Errors: ErrTable.
func Data(n int, key crypto.PublicKey) ([]byte, error) { return nil, ErrTable }

// Fuses is the hash that is burnt into the fuses. For HAB it is the SHA-256 of the entries' digests, 32 bytes, whatever h is. For AHAB it
// is the hash of the whole table, by h: SHA-256 or SHA-512, whichever the processor has.
func (t *Table) Fuses(h crypto.Hash) []byte { return nil }

// Index is the position of a key in the table, or -1.
func (t *Table) Index(key crypto.PublicKey) int { return -1 }

// Notes say what a person should know of the table, one sentence each: keys that stand there twice, entries of several kinds.
func (t *Table) Notes() []string { return nil }

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

// Words are the words of a hash as fuses hold them, and as hab_status and U-Boot's fuse read print them: each four bytes are a little-endian
// number.
func Words(hash []byte) []uint32 { return nil }

// FuseText is the U-Boot commands that burn the hash, one a line. It never holds one that closes a device: closing is for when a signed
// image has booted without events, and there is no way back. Errors: ErrTable for a hash of the wrong length.
func (s SoC) FuseText(hash []byte) (string, error) { return "", ErrTable }
