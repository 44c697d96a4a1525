// Package sigblk reads and makes the signature block of an AHAB container: the SRK tables, the signatures over the container, and the
// certificate of a subordinate key (SGK). It tells what each signature covers and whether it matches; it judges nobody: which SRK table a
// device takes, its fuses say.
//
// Container version 0 (i.MX 8, 8X, 8ULP, 91, 93, 95 A0, RT118x) has one SRK table, whose records hold the keys. Version 2 (i.MX 95 B0, 943)
// has one or two tables, whose records hold hashes of keys; the key that is used follows its table. Two tables are hybrid: the first of a
// classic algorithm, the second of a post-quantum one, and both sign.
package sigblk

import (
	"sigtool/formats/imx/srk"
)

// Block is a signature block as read.
type Block struct {
	Container   byte         // the version of the container it is of: 0 or 2
	Version     byte         // its own: 0; in a container of version 2 also 1
	KeyID       uint32       // names the key that unwraps the blob
	Tables      []Table      // none where nobody signed; one; in a container of version 2 also two
	Signatures  []Signature  // as many as Tables
	Certificate *Certificate // nil where the SRK itself signed
	Blob        []byte       // the wrapped key of encrypted images, with its header; nil where there is none
	At          Offsets
	Raw         []byte // as it stands in the file; len(Raw) is its size
}

// Offsets are where the parts stand, in bytes from the block's start; 0 is a part that is not there.
type Offsets struct{ Tables, Signatures, Certificate, Blob int }

// Table is an SRK table of a block.
type Table struct {
	*srk.Table
	Entries []Record // its records, as sigblk reads them
	Data    *KeyData // container version 2: the one key of the table that follows it
}

// Signature is a signature of a block or of a certificate.
type Signature struct {
	Value []byte
	Raw   []byte // with its header
}

// Parse reads the signature block at the start of data, which may go on behind it, of a container of that version. Errors: formats.ErrFormat,
// named.
func Parse(data []byte, container byte) (*Block, error) { return parse(data, container) }

// Covered is how many bytes of a container its signatures cover, from its first byte on, where this block begins at that offset of it:
// header, image array, and the block up to its signatures.
func (b *Block) Covered(offset int) int { return offset + b.At.Signatures }
