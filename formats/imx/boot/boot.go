// Package boot finds what HABv4 reads in a boot image: image vector tables, boot data, device configuration data, and where the command
// sequence file stands or is to stand.
package boot

import (
	"errors"
	"fmt"

	"sigtool/formats"
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
	Name string // "IVT", "boot data", "DCD", "entry"
	Block
}

// Fault is something in a stage that a boot ROM, or HABv4 in it, would not take.
type Fault struct {
	ID   string // "inv-ivt": the reason of the event that it would raise, in small letters, with a hyphen
	Text string // for people
}

// BootData is where the boot ROM loads a stage to (AN4581, i.MX reference manuals, "Boot data structure").
type BootData struct {
	Start  uint32 // address of the first byte of the image on the medium
	Length uint32 // bytes from Start on that are loaded
	Plugin uint32 // 1: the ROM calls the image to get another one
}

// Image is a stage of a file: what stands in its vector table, and what follows from that.
type Image struct {
	Kind    Kind
	IVT     int64 // offset of the vector table in the file, or where it is to stand
	Missing bool  // there is no vector table yet (FIT); the fields below are what it is to say
	Version byte  // of the vector table: 0x40 to 0x4f

	Entry, DCD, BootData, Self, CSF uint32 // its pointers

	Boot      *BootData // nil where the vector table points at none
	DCDLength uint32    // bytes, with the header; 0 without a DCD

	Blocks []Block // what is to be signed, as sign does: all that is loaded of the stage, up to the CSF
	Faults []Fault // what is wrong with it; the fields that a fault is about are not to be relied on

	External []Part // FIT: data that stands behind the FIT in the file and is loaded on its own
	size     int64  // of the file
	low      int64  // offset of the first byte of the file that is loaded with the stage
	end      int64  // offset of the first byte behind the stage, with its CSF, as far as the file tells
}

// Find returns the stages of a file, in its order. Errors: ErrImage where there is none, and those of reading.
func Find(src formats.Source) ([]Image, error) {
	return nil, fmt.Errorf("%w: not there yet", ErrImage)
}

// Signed tells whether a CSF stands where the vector table points.
func (m *Image) Signed(src formats.Source) bool { return false }

// CSFOffset is where the CSF stands, or would, in the file; false where the vector table points at none, or outside the file.
func (m *Image) CSFOffset() (int64, bool) { return 0, false }

// Locate returns where a run of memory stands in the file; false where it is not loaded from there as a whole.
func (m *Image) Locate(address, length uint32) (int64, bool) { return 0, false }

// Parts are what HABv4 wants to be signed: IVT, boot data, DCD, and the entry's first word.
func (m *Image) Parts() []Part { return nil }

// Covered tells whether the blocks, together, hold all of the part.
func (p Part) Covered(blocks []Block) bool { return false }
