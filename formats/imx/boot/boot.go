// Package boot finds what HABv4 reads in a boot image: image vector tables, boot data, device configuration data, and where the command
// sequence file stands or is to stand. What it says of a stage was checked, or is named among its faults.
package boot

import (
	"errors"
	"fmt"
)

// ErrImage says that a file has no image vector table where the boot ROM looks for one.
var ErrImage = errors.New("no image vector table")

// Kind is what a stage is, and who has it authenticated.
type Kind int

// The kinds.
const (
	ROM    Kind = iota // the boot ROM loads it: .imx, SPL, the first stage of flash.bin
	FIT                // U-Boot's SPL loads it: a FIT with a vector table behind it
	Legacy             // U-Boot's SPL loads it: a legacy image with a vector table behind it (u-boot-ivt.img)
)

// String is what people call it.
func (k Kind) String() string {
	switch k {
	case ROM:
		return "boot image"
	case FIT:
		return "FIT"
	case Legacy:
		return "legacy image"
	}
	return fmt.Sprint(int(k))
}

// Block is a run of memory with where it stands in the file.
type Block struct {
	Address uint32 // in memory, when HABv4 looks at it
	Length  uint32 // bytes
	Offset  int64  // in the file
}

// End is the address behind the block; 64 bits, for the last may end where addresses do.
func (b Block) End() uint64 { return uint64(b.Address) + uint64(b.Length) }

// Part is a block that HABv4 wants to be signed.
type Part struct {
	Name string // "IVT", "boot data", "DCD", "entry"; of a FIT's external data, the name of the image
	Block
}

// Fault is something in a stage that a boot ROM, or HABv4 in it, would not take.
type Fault struct {
	ID   string // "inv-ivt": the reason of the event that it would raise, in small letters, with a hyphen
	Text string // for people
}

// BootData is where the boot ROM loads a stage to (reference manuals of the processors, "Boot data structure").
type BootData struct {
	Start  uint32 // address of the first byte of the image on the medium
	Length uint32 // bytes from Start on that are loaded
	Plugin uint32 // 0; 1: the ROM calls the image to get another one; 2: firmware of the 8MQ's HDMI, signed by NXP
}

// End is the address behind what is loaded.
func (d BootData) End() uint64 { return uint64(d.Start) + uint64(d.Length) }

// Image is a stage of a file: what stands in its vector table, and what follows from that.
type Image struct {
	Kind     Kind
	IVT      int64  // offset of the vector table in the file, or where it is to stand
	Missing  bool   // there is no vector table yet (FIT): the pointers are zero until Place
	Version  byte   // of the vector table: 0x40 to 0x4f
	Reserved uint32 // the word behind the entry, which must stay as it is: for the 8MQ and 8MM it says where the second stage is

	Entry, DCD, BootData, Self, CSF uint32 // its pointers

	Boot      *BootData // nil where the vector table points at none
	DCDLength uint32    // bytes, with the header; 0 without a DCD

	Faults   []Fault // what is wrong with it; the fields that a fault is about are not to be relied on
	External []Part  // FIT: data that stands behind the FIT in the file and is loaded on its own

	Next int64 // of a second stage: the offset of another one behind it, of which the file does not tell which is loaded; 0 for none

	suggested uint32 // see Suggested
	first     int64  // offset in the file of the first byte that is signed
	limit     int64  // offset of what follows in the file and is not the stage's: the first external data, the next stage, or the end of the file
	size      int64  // of the file
}

// fault adds what is wrong.
func (m *Image) fault(id, format string, args ...any) {
	m.Faults = append(m.Faults, Fault{id, fmt.Sprintf(format, args...)})
}
