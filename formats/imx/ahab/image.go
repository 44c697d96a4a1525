package ahab

import (
	"encoding/binary"
	"fmt"
)

// image is an entry of a container's image array. Numbers are little-endian.
//
//	0    4    offset of the image from the container's first byte
//	4    4    its size
//	8    8    address that it is loaded to
//	16   8    address that it is entered at
//	24   4    flags: bits 0-3 type, 4-7 core, from 8 on the hash (3 bits; 4 in version 2), then one: it is encrypted; 16-31 for the boot firmware
//	28   4    for the boot firmware
//	32   64   hash of the image as it stands in the file, zeros behind it
//	96   32   of an encrypted one: SHA-256 of its plain text, whose last half is the nonce
type image struct {
	offset, size int64
	load, entry  uint64
	flags        uint32
	hash         []byte // 64
	version      byte   // of the container
}

func readImage(version byte, b []byte) image {
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
	u64 := func(at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }
	return image{
		offset: int64(u32(0)), size: int64(u32(4)), load: u64(8), entry: u64(16), flags: u32(24),
		hash: b[32:96:96], version: version,
	}
}

// hashNumber is which hash it has: see newSum. Version 0 has no others than 0 to 3.
func (m image) hashNumber() int {
	if m.version == 2 {
		return int(m.flags >> 8 & 0xf)
	}
	return int(m.flags >> 8 & 0x7)
}

// encrypted tells whether what stands in the file is cipher text.
func (m image) encrypted() bool {
	if m.version == 2 {
		return m.flags>>12&1 == 1
	}
	return m.flags>>11&1 == 1
}

// application tells whether the image is code or data for cores other than those that run NXP's firmware alone (ELE or SECO, HDMI, V2X).
func (m image) application() bool {
	kind, core := m.flags&0xf, m.flags>>4&0xf
	return (kind == 3 || kind == 4) && (core < 6 || core > 10)
}

// kind is the type that the entry says, as NXP's documents call it.
func (m image) kind() string {
	names := [16]string{3: "executable", 4: "data", 5: "DDR initialization", 6: "SECO or ELE firmware", 7: "provisioning", 8: "DEK", 9: "HDMI firmware",
		10: "DisplayPort firmware", 11: "V2X primary firmware", 12: "V2X secondary firmware", 13: "dummy for DDR", 14: "dummy for V2X"}
	n := m.flags & 0xf
	if names[n] == "" {
		return fmt.Sprintf("type %d", n)
	}
	return names[n]
}

// core is the processor that the image is for. The numbers of processors with a SECO and of those with an EdgeLock enclave (ELE) differ,
// and no container says which it is for.
func (m image) core() string {
	names := [16]string{1: "SCU or Cortex-M33", 2: "Cortex-M4 0 or Cortex-A", 3: "Cortex-M4 1", 4: "Cortex-A35 or A53", 5: "Cortex-A72", 6: "SECO or ELE",
		9: "V2X primary", 10: "V2X secondary", 11: "Cortex-M7 0", 12: "Cortex-M7 1", 13: "Cortex-M33 sync"}
	n := m.flags >> 4 & 0xf
	if names[n] == "" {
		return fmt.Sprintf("core %d", n)
	}
	return fmt.Sprintf("core %d (%s)", n, names[n])
}
