package disk

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf16"

	"sigtool/internal/issue"
)

// Firmware starts what it finds: EFI/BOOT/BOOTX64.EFI of any file system that it can read, of whatever partition (UEFI 2.10 §3.5.1.1). Many a boot
// menu has a line for each, and its own shell runs startup.nsh of any. So the partition for outputs, which anybody may write to, must
// not have one of these, and no partition a second file system beside the FAT that is looked at here.

// startable are the names in a root folder that firmware, or its shell, starts by itself, or offers to.
var startable = []string{"EFI", "STARTUP.NSH", "SHELL.EFI", "SHELLX64.EFI"}

// discs are what the sectors of 2 KiB begin with, behind a first byte, that make a medium a CD (ECMA-119 §8.1) or a DVD (ECMA-167, part 2, §9.1;
// "UDF" is one). They stand from byte 32,768 on, where FAT has files: firmware that knows discs prefers one of these to the FAT around it
// (EDK2: PartitionDxe, which goes first).
var discs = []string{"CD001", "BEA01", "NSR02", "NSR03", "CDW02"}

// disc tells where a partition has what a disc begins with, or -1. Readers differ in how long their sectors are, so any sector of ours will do.
func disc(data []byte) int {
	for at := 0; at+6 <= len(data); at += sector {
		if slices.Contains(discs, string(data[at+1:at+6])) {
			return at
		}
	}
	return -1
}

// harmless checks that firmware finds nothing to start on a partition for outputs that was used.
func (v volume) harmless(data []byte) error {
	const copyFirst = "copy what you need of it, without a network, and write the image to the stick again"
	same := bytes.Clone(data[:sector])
	want := v.boot()
	copy(same[37:38], want[37:]) // whether it was unmounted
	copy(same[43:54], want[43:]) // the label
	if at := differ(same, want); at >= 0 {
		return issue.New("outputs-format", ErrImage, "the partition %s has another file system than it was made with, from byte %d on", Label, at).Advise(copyFirst)
	}
	f := v.fatSectors()
	if name := starts(data[(1+2*f)*sector : v.firstWith(f)*sector]); name != "" {
		return issue.New("outputs-start", ErrImage, "the partition %s has %s, and firmware may start from there instead", Label, name).Advise(copyFirst)
	}
	if at := disc(data); at >= 0 {
		return issue.New("outputs-start", ErrImage, "the partition %s is a CD or DVD, too, from byte %d on, and firmware may start from that instead", Label, at).Advise(copyFirst)
	}
	return nil
}

// starts finds a name in a root folder that is startable, behind its end, too: some read on. Readers go by the short name of an entry, or by the long
// one in front of it. Large and small letters are one to them.
func starts(table []byte) string {
	for ; len(table) >= entryBytes; table = table[entryBytes:] {
		name := shortText(table)
		if table[11]&0x3f == attrLong {
			name = longText(table)
		}
		if name = strings.ToUpper(strings.TrimRight(name, ". ")); slices.Contains(startable, name) {
			return name
		}
	}
	return ""
}

// shortText is the name of an entry, whose halves also end at a zero, to some (EDK2). That of a deleted one begins with E5, and is none of those looked for.
func shortText(entry []byte) string {
	base, _, _ := strings.Cut(string(entry[:8]), "\x00")
	extension, _, _ := strings.Cut(string(entry[8:11]), "\x00")
	return strings.TrimRight(base, " ") + "." + strings.TrimRight(extension, " ")
}

// longText is the first piece of a long name, if the entry has that one: 13 letters of UTF-16, in three places, with a zero behind the last. What is
// looked for is no longer than that. The number of the piece is in the entry's first byte; 40 is added to the last one's.
func longText(entry []byte) string {
	if entry[0]&^0x40 != 1 {
		return ""
	}
	var units []uint16
	for _, at := range [][2]int{{1, 11}, {14, 26}, {28, 32}} {
		for i := at[0]; i < at[1]; i += 2 {
			units = append(units, binary.LittleEndian.Uint16(entry[i:]))
		}
	}
	if end := slices.Index(units, 0); end >= 0 {
		units = units[:end]
	}
	return string(utf16.Decode(units))
}
