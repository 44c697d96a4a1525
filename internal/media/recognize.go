package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Kind is what a device holds, named as people know it.
type Kind string

// The kinds that are told from each other. Only FAT can be used.
const (
	FAT       Kind = "FAT"
	ExFAT     Kind = "exFAT"
	NTFS      Kind = "NTFS, of Windows"
	BitLocker Kind = "BitLocker, encrypted by Windows"
	Ext       Kind = "ext4 or its kin, of Linux"
	LUKS      Kind = "LUKS, encrypted by Linux"
	ISO       Kind = "ISO 9660, of CDs and installers"
	Swap      Kind = "swap space of Linux"
	OtherUnix Kind = "a file system of Linux"
	Apple     Kind = "a file system of Apple"
	Empty     Kind = "no file system: only zeros"
	Unknown   Kind = "no file system that is known here"
	Table     Kind = "a partition table"
)

// Volume is the file system of a device.
type Volume struct {
	Kind  Kind
	Label string // of FAT; printable
	ID    uint32 // of FAT: the volume's serial number
}

// Serial is a volume's number as Windows and others show it: 1A2B-3C4D.
func (v Volume) Serial() string { return fmt.Sprintf("%04X-%04X", v.ID>>16, v.ID&0xffff) }

// marks tell file systems by bytes at a place; the first that fits counts. A FAT boot sector is looked at apart.
var marks = []struct {
	offset int64
	bytes  string
	kind   Kind
}{
	{3, "EXFAT   ", ExFAT},
	{3, "NTFS    ", NTFS},
	{3, "-FVE-FS-", BitLocker},
	{0, "LUKS\xba\xbe", LUKS},
	{32, "NXSB", Apple}, // APFS
	{1024, "H+\x00\x04", Apple},
	{1024, "HX\x00\x05", Apple},
	{0, "XFSB", OtherUnix},
	{0, "hsqs", OtherUnix},                // squashfs
	{1024, "\x10\x20\xf5\xf2", OtherUnix}, // f2fs
	{512, "LABELONE", OtherUnix},          // LVM
	{1024 + 56, "\x53\xef", Ext},
	{4096 - 10, "SWAPSPACE2", Swap},
	{32768 + 1, "CD001", ISO},
	{65536 + 64, "_BHRfS_M", OtherUnix}, // btrfs
	{512, "EFI PART", Table},
}

// Recognize tells what a device of size bytes holds. Its errors are those of reading: there is always a kind.
func Recognize(r io.ReaderAt, size int64) (Volume, error) {
	head := make([]byte, 4096)
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return Volume{Kind: Unknown}, err
	}
	if head = head[:n]; len(head) < 512 {
		return Volume{Kind: Unknown}, nil
	}
	for _, m := range marks {
		piece := make([]byte, len(m.bytes))
		if _, err := r.ReadAt(piece, m.offset); err == nil && string(piece) == m.bytes {
			return Volume{Kind: m.kind}, nil
		}
	}
	if fat, ok := readFAT(head, size); ok {
		return fat.volume(r), nil
	}
	switch {
	case len(bytes.Trim(head, "\x00")) == 0:
		return Volume{Kind: Empty}, nil
	case head[510] == 0x55 && head[511] == 0xaa:
		return Volume{Kind: Table}, nil
	}
	return Volume{Kind: Unknown}, nil
}

// fat is the head of a FAT file system, as far as it tells one from all else. Offsets in bytes, numbers little-endian:
//
//	0   jump (EB xx 90, or E9 xx xx)      22  sectors of a FAT; 0: at 36, of FAT32
//	11  bytes of a sector                 32  sectors in all, if 19 is 0
//	13  sectors of a cluster              36  FAT32: sectors of a FAT; 44 its root's first cluster
//	14  sectors before the first FAT      38  (FAT32: 66) 29 if number and label follow:
//	16  FATs: 1 or 2                      39  (67) number of the volume, 4 bytes
//	17  entries of the root; 0: FAT32     43  (71) label, 11 bytes
//	19  sectors in all, or 0              510 55 AA
//
// Source: Microsoft, "FAT: General Overview of On-Disk Format", 1.03.
type fat struct {
	label string
	id    uint32
	root  int64 // where the root folder begins, in bytes
	size  int64 // of the root folder, or of its first cluster
}

func readFAT(b []byte, size int64) (fat, bool) {
	le := binary.LittleEndian
	perSector, perCluster := int64(le.Uint16(b[11:])), int64(b[13])
	reserved, fats, entries := int64(le.Uint16(b[14:])), int64(b[16]), int64(le.Uint16(b[17:]))
	all, one := int64(le.Uint16(b[19:])), int64(le.Uint16(b[22:]))
	if all == 0 {
		all = int64(le.Uint32(b[32:]))
	}
	big := one == 0
	at := 38
	if big {
		one, at = int64(le.Uint32(b[36:])), 66
	}
	power := func(n, least, most int64) bool { return n >= least && n <= most && n&(n-1) == 0 }
	jump := b[0] == 0xeb && b[2] == 0x90 || b[0] == 0xe9
	switch {
	case b[510] != 0x55 || b[511] != 0xaa, !jump, !power(perSector, 512, 4096), !power(perCluster, 1, 128), reserved == 0, fats < 1 || fats > 2,
		all == 0 || one == 0, b[21] != 0xf0 && b[21] < 0xf8, all*perSector > size, reserved+fats*one > all, big == (entries > 0):
		return fat{}, false
	}
	f := fat{root: (reserved + fats*one) * perSector, size: entries * 32}
	if big {
		first := int64(le.Uint32(b[44:])) & 0x0fffffff
		if first < 2 {
			return fat{}, false
		}
		f.root, f.size = f.root+(first-2)*perCluster*perSector, perCluster*perSector
	}
	if b[at] == 0x28 || b[at] == 0x29 {
		f.id = le.Uint32(b[at+1:])
	}
	if b[at] == 0x29 {
		f.label = string(b[at+5 : at+16])
	}
	return f, true
}

// volume has the label that counts: that of the root folder, of whose entries of 32 bytes one has the attribute 8 at 11 and the label at 0.
// The one in the boot sector is what the stick was called first.
func (f fat) volume(r io.ReaderAt) Volume {
	v := Volume{Kind: FAT, Label: f.label, ID: f.id}
	if v.Label == "NO NAME    " {
		v.Label = ""
	}
	root := make([]byte, min(f.size, 64<<10))
	n, _ := r.ReadAt(root, f.root)
	for root = root[:n]; len(root) >= 32 && root[0] != 0; root = root[32:] {
		if root[0] != 0xe5 && root[11]&0x0f != 0x0f && root[11]&0x08 != 0 { // not removed, no part of a long name
			v.Label = string(root[:11])
			break
		}
	}
	v.Label = Printable(strings.TrimRight(v.Label, "\x00 "), maxText)
	return v
}
