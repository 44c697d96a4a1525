package disk

import (
	"encoding/binary"
	"hash/crc32"
	"unicode/utf16"
)

// A GPT header (UEFI 2.10 §5.3.2), 92 bytes at the begin of its sector:
//
//	 0  "EFI PART"              40  first sector that partitions may use
//	 8  revision 1.0            48  last such sector
//	12  length, 92              56  GUID of the disk
//	16  CRC-32 of these 92      72  first sector of the entries
//	20  0                       80  how many entries
//	24  sector of this header   84  length of an entry, 128
//	32  sector of the other     88  CRC-32 of all entries
//
// An entry (§5.3.3): 0 type GUID, 16 its own GUID, 32 first sector, 40 last sector, 48 attributes, 56 name (36 of UTF-16).
const (
	entryCount  = 128
	entrySize   = 128
	entrySector = entryCount * entrySize / sector // 32
	headSectors = 2 + entrySector
)

// The types of partitions, as their bytes stand: the first three fields of a GUID are little-endian.
var (
	typeEFI  = [16]byte{0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b} // C12A7328-F81F-11D2-BA4B-00A0C93EC93B
	typeData = [16]byte{0xa2, 0xa0, 0xd0, 0xeb, 0xe5, 0xb9, 0x33, 0x44, 0x87, 0xc0, 0x68, 0xb6, 0xb7, 0x26, 0x99, 0xc7} // EBD0A0A2-B9E5-4433-87C0-68B6B72699C7
)

// noAutomount asks systems not to mount the partition by themselves (bit 63, as Windows and systemd take it). "Required by the platform" (bit 0)
// is not set: no firmware asks for it, and it keeps Windows from using the stick for anything else later.
const noAutomount = 1 << 63

// guid makes a GUID of a digest's begin: version 8, "as its maker likes", variant 1 (RFC 9562 §5.8). The version's byte is the eighth, for the
// third field is little-endian.
func guid(digest []byte) (id [16]byte) {
	copy(id[:], digest)
	id[7] = id[7]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}

// table returns all that stands before the first partition, and behind the last.
func (l layout) table() (head, tail []byte) {
	head, tail = make([]byte, espStart*sector), make([]byte, tailSectors*sector)
	last := uint64(l.total() - 1)
	protect(head, uint32(last))

	entries := head[2*sector : headSectors*sector]
	data := espStart + l.esp
	entry(entries, typeEFI, l.derive("EFI system partition"), espStart, data-1, noAutomount, efiLabel)
	entry(entries[entrySize:], typeData, l.derive("outputs"), data, data+l.data()-1, 0, Label)
	copy(tail, entries)

	sum := crc32.ChecksumIEEE(entries)
	l.header(head[sector:], 1, last, 2, sum)
	l.header(tail[len(entries):], last, 1, last-entrySector, sum)
	return head, tail
}

// protect writes the MBR that keeps systems which don't know GPT from taking the stick for an empty one (UEFI 2.10 §5.2.3): one partition
// from sector 1 to the last. What was the place for boot code stays zero.
func protect(to []byte, last uint32) {
	record := to[446:462]
	copy(record, []byte{0, 0, 2, 0, 0xee, 0xff, 0xff, 0xff}) // not active; cylinder 0, head 0, sector 2; type; an end that can't be said so
	binary.LittleEndian.PutUint32(record[8:], 1)
	binary.LittleEndian.PutUint32(record[12:], last) // as many sectors
	to[510], to[511] = 0x55, 0xaa
}

func (l layout) header(to []byte, mine, other, entries uint64, sum uint32) {
	le := binary.LittleEndian
	copy(to, "EFI PART")
	le.PutUint32(to[8:], 0x00010000)
	le.PutUint32(to[12:], 92)
	le.PutUint64(to[24:], mine)
	le.PutUint64(to[32:], other)
	le.PutUint64(to[40:], headSectors)
	le.PutUint64(to[48:], uint64(l.total()-tailSectors-1))
	copy(to[56:], l.id[:])
	le.PutUint64(to[72:], entries)
	le.PutUint32(to[80:], entryCount)
	le.PutUint32(to[84:], entrySize)
	le.PutUint32(to[88:], sum)
	le.PutUint32(to[16:], crc32.ChecksumIEEE(to[:92])) // of itself with zeros in this place
}

func entry(to []byte, kind, id [16]byte, first, last int, attributes uint64, name string) {
	le := binary.LittleEndian
	copy(to, kind[:])
	copy(to[16:], id[:])
	le.PutUint64(to[32:], uint64(first))
	le.PutUint64(to[40:], uint64(last))
	le.PutUint64(to[48:], attributes)
	for i, unit := range utf16.Encode([]rune(name)) {
		le.PutUint16(to[56+2*i:], unit)
	}
}
