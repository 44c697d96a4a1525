package boot

import (
	"encoding/binary"

	"sigtool/formats"
	"sigtool/internal/patch"
)

const (
	legacyMagic = "\x27\x05\x19\x56"
	legacyHead  = 64
	// What mkimage and imx-mkimage count into a legacy image for a CSF that is to come (tools/default_image.c, mkimage_imx8.c).
	csfSPL, csfMkimage = 0x2060, 0x2000
)

// readLegacy reads a legacy image of U-Boot's (include/image.h; big-endian). One with a vector table behind it, that of mkimage's type
// firmware_ivt, counts the vector table and room for a CSF into its size:
//
//	0   4  magic 27 05 19 56
//	12  4  size of what follows the 64 bytes of the header
//	16  4  load address: the header is loaded right before it
//	64     the image, filled up so that the vector table stands at a multiple of 4096 bytes from the header
//
// Missing is set where there is no such vector table.
func readLegacy(src formats.Source, at int64) (m Image, ok bool) {
	b := make([]byte, legacyHead)
	if at < 0 || at > src.Size()-legacyHead || patch.ReadFull(src, b, at) != nil || string(b[:4]) != legacyMagic {
		return m, false
	}
	size, load := int64(binary.BigEndian.Uint32(b[12:])), binary.BigEndian.Uint32(b[16:])
	for _, room := range []int64{csfSPL, csfMkimage} {
		distance := legacyHead + size - room
		if distance < legacyHead {
			continue
		}
		m, ok := readIVT(src, at+distance)
		if ok && m.Boot == nil && m.BootData == 0 && load >= legacyHead && int64(m.Self) == int64(load)-legacyHead+distance {
			m.Kind, m.first = Legacy, at
			m.checkLater()
			return m, true
		}
	}
	none := Image{Kind: Legacy, Missing: true, first: at, size: src.Size(), limit: src.Size()}
	if size > src.Size()-at-legacyHead {
		none.fault(faultDamaged, "the legacy image at byte 0x%x was cut: it has 0x%x bytes", at, size)
	}
	for _, room := range []int64{csfSPL, csfMkimage} {
		if distance := legacyHead + size - room; distance >= legacyHead && len(none.Faults) == 0 {
			none.IVT = at + distance
			none.lostTable(src)
		}
	}
	return none, true
}

// checkLater tells what is wrong with the pointers of a stage that SPL has authenticated: the entry is signed where it stands in the stage,
// and the CSF follows the vector table.
func (m *Image) checkLater() {
	base := int64(m.Self) - (m.IVT - m.first)
	if base < 0 || int64(m.Entry) < base || int64(m.Entry) >= int64(m.Self) {
		m.fault("inv-ivt", "the entry 0x%08x is not in the image before the vector table at 0x%08x", m.Entry, m.Self)
	}
	if m.DCD != 0 {
		m.fault("inv-dcd", "a vector table of a later stage has no DCD: U-Boot refuses it")
	}
	if m.Self%4 != 0 || m.CSF%4 != 0 {
		m.fault("inv-address", "a pointer of the vector table is not a multiple of 4")
	}
	if m.CSF != 0 && m.CSF < m.Self+IVTSize {
		m.fault("inv-csf", "the CSF at 0x%08x would stand before the image, or over its vector table", m.CSF)
	}
}
