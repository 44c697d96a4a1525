// Package sigblk reads and makes the signature block of an AHAB container: the SRK tables, the signatures over the container, and the
// certificate of a subordinate key (SGK). It tells what each signature covers and whether it matches; it judges nobody: which SRK table a
// device takes, its fuses say.
//
// Container version 0 (i.MX 8, 8X, 8ULP, 91, 93, 95 A0, RT118x) has one SRK table, whose records hold the keys. Version 2 (i.MX 95 B0, 943)
// has one or two tables, whose records hold hashes of keys; the key that is used follows its table. Two tables are hybrid: the first of a
// classic algorithm, the second of a post-quantum one, and both sign.
//
// Whatever is read, is read whole: parts follow each other without gaps but those that align them, gaps are zero, and nothing is left over.
package sigblk

import (
	"encoding/binary"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

// HeaderSize is the size of a block's own header, in bytes.
const HeaderSize = 16

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
	Data *KeyData // container version 2: the one key of the table that follows it
}

// Signature is a signature of a block or of a certificate.
type Signature struct {
	Value []byte
	Raw   []byte // with its header
}

// Parse reads the signature block at the start of data, which may go on behind it, of a container of that version. A block without any part,
// of a container that is not signed, has no Tables. Errors: formats.ErrFormat, named.
//
//	0  version | length 2 | 90
//	4  offset of certificate 2 | offset of SRK table or array 2
//	8  offset of signature 2 | offset of blob 2
//	12 key identifier 4
func Parse(data []byte, container byte) (*Block, error) {
	if container != 0 && container != 2 {
		return nil, bad("a container of version %d, which is not known", container)
	}
	version := byte(0)
	if container == 2 && len(data) > 0 && data[0] == 1 { // CST and SPSDK write 1, the vendor's own images also have 0
		version = 1
	}
	size, err := header(data, tagBlock, version, "signature block")
	if err != nil {
		return nil, bad("%v", err)
	}
	if size < HeaderSize {
		return nil, bad("a signature block of %d bytes", size)
	}
	b := &Block{Container: container, Version: version, KeyID: binary.LittleEndian.Uint32(data[12:]), Raw: data[:size:size]}
	at := func(i int) int { return int(binary.LittleEndian.Uint16(data[i:])) }
	b.At = Offsets{Certificate: at(4), Tables: at(6), Signatures: at(8), Blob: at(10)}
	if err := b.read(); err != nil {
		return nil, bad("%v", err)
	}
	return b, nil
}

// read reads the parts in their one order, and sees to it that between and behind them there is nothing.
func (b *Block) read() error {
	if (b.At.Tables == 0) != (b.At.Signatures == 0) || b.At.Certificate != 0 && b.At.Signatures == 0 {
		return fmt.Errorf("a signature block with an SRK table or a signature, but not both")
	}
	end := HeaderSize
	for _, part := range []struct {
		what string
		at   int
		read func([]byte) (int, error)
	}{
		{"SRK table", b.At.Tables, b.readTables},
		{"signature", b.At.Signatures, b.readSignatures},
		{"certificate", b.At.Certificate, b.readCertificate},
		{"blob", b.At.Blob, b.readBlob},
	} {
		if part.at == 0 {
			continue
		}
		if err := b.gap(end, part.at, part.what); err != nil {
			return err
		}
		n, err := part.read(b.Raw[part.at:])
		if err != nil {
			return err
		}
		end = part.at + n
	}
	return b.gap(end, len(b.Raw), "end")
}

// blobHeader is the least that a blob has.
const blobHeader = 8

// align is what the firmware wants of offsets in a block of version 0. SPSDK does not align those of version 2, CST does.
const align = 8

// gap tells whether a part may begin at an offset where the last one ended.
func (b *Block) gap(end, at int, what string) error {
	switch {
	case at < end || at > len(b.Raw):
		return fmt.Errorf("the offset of the signature block's %s (%#x) is not behind what comes before it (%#x of %#x bytes)", what, at, end, len(b.Raw))
	case at-end >= align || !zero(b.Raw[end:at]):
		return fmt.Errorf("bytes of no part stand before the signature block's %s", what)
	case b.Container == 0 && at%align != 0 && at != len(b.Raw):
		return fmt.Errorf("the offset of the signature block's %s (%#x) is not a multiple of %d", what, at, align)
	}
	return nil
}

func (b *Block) readCertificate(data []byte) (int, error) {
	size := 0
	if len(data) >= 3 {
		size = int(binary.LittleEndian.Uint16(data[1:]))
	}
	if size == 0 || size > len(data) {
		return 0, fmt.Errorf("a certificate of %d bytes, where there is room for %d", size, len(data))
	}
	cert, err := readCertificate(data[:size:size])
	if err != nil {
		return 0, err
	}
	if len(cert.Keys) != len(b.Tables) {
		return 0, fmt.Errorf("a certificate of %d keys beside %d SRK tables", len(cert.Keys), len(b.Tables))
	}
	b.Certificate = cert
	return size, nil
}

// readBlob takes the wrapped key as it is: only the device that wrapped it reads it. CST leaves room for one, filled with 0xCA.
func (b *Block) readBlob(data []byte) (int, error) {
	if len(data) < blobHeader {
		return 0, fmt.Errorf("a blob of %d bytes", len(data))
	}
	b.Blob = data
	return len(data), nil
}

// bad is how a block is refused.
func bad(format string, args ...any) error {
	return issue.New("bad-signature-block", formats.ErrFormat, format, args...).
		Advise("the firmware would stop at it (ELE_BAD_CONTAINER_FAILURE); make the container anew, and sign that")
}
