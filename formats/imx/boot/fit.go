package boot

import (
	"sigtool/formats"
	"sigtool/internal/patch"
)

const (
	fitAlign = 0x1000 // SPL wants the vector table at a multiple of it from the FIT (arch/arm/mach-imx/spl.c)
	// Room is what U-Boot and imx-mkimage keep for a CSF: 8 KiB; behind a FIT or a legacy image the vector table is counted in.
	Room = 0x2000

	faultDamaged = "damaged-stage"
)

// readFIT reads a FIT, whose data stand inside, or behind it for imx-mkimage leaves room there (mkimage -E -p 0x3000):
//
//	0        the device tree
//	         zeros to a multiple of 4096
//	n        vector table, made by imx-mkimage or binman, or missing yet
//	n+32     CSF
//	0x3000   external data, each loaded to an address of its own
//
// A device tree that can't be read is a stage with a fault: a loader may read it.
func readFIT(src formats.Source, at int64, left *int) (Image, bool) {
	tree, kind := readTree(src, at, left)
	if kind == noFIT {
		return Image{}, false
	}
	table := at + alignUp(tree.size, fitAlign)
	m, ok := readIVT(src, table)
	if !ok || !m.followsFIT(at) {
		m = Image{Missing: true, Version: 0x40, IVT: table, size: src.Size(), limit: src.Size()}
		m.lostTable(src)
	}
	m.Kind, m.first = FIT, at
	if kind == unreadable {
		m.fault(faultDamaged, "the device tree at byte 0x%x was cut, or can't be read", at)
		return m, true
	}
	m.externals(tree)
	if !m.Missing {
		m.checkLater()
	}
	return m, true
}

// Damaged tells whether a second stage stands there, or stood, and can't be read.
func (m *Image) Damaged() bool { return len(m.Faults) > 0 && m.Faults[0].ID == faultDamaged }

// lostTable adds a fault where a CSF stands behind the place of a vector table, and there is none.
func (m *Image) lostTable(src formats.Source) {
	b := make([]byte, 4)
	if at := m.IVT + IVTSize; at <= m.size-4 && patch.ReadFull(src, b, at) == nil && b[0] == 0xd4 && b[3]&0xf0 == 0x40 {
		m.fault(faultDamaged, "a CSF stands at byte 0x%x, and the vector table before it is damaged", at)
	}
}

// followsFIT tells whether a vector table is one that belongs to the FIT before it.
func (m *Image) followsFIT(at int64) bool {
	return m.BootData == 0 && int64(m.Self) >= m.IVT-at && m.Entry != 0
}

// externals are the images whose data stand behind the FIT. They are signed where SPL has them loaded to. A device tree that says nothing of it
// goes right behind U-Boot (common/spl/spl_fit.c).
func (m *Image) externals(tree *fdt) {
	var uboot *fitImage
	for i := range tree.images {
		if tree.images[i].os == "u-boot" && tree.images[i].load != nil && uboot == nil {
			uboot = &tree.images[i]
		}
	}
	homeless := 0
	for i := range tree.images {
		f := &tree.images[i]
		if f.position == nil || f.size == 0 {
			continue
		}
		offset := m.first + *f.position
		if offset < m.first+tree.size || offset > m.size-f.size {
			m.fault("inv-size", "the data of the FIT's image %s stand outside the file, or over the FIT", f.name)
			continue
		}
		m.limit = min(m.limit, offset)
		address := f.load
		if address == nil && uboot != nil && f.kind == "flat_dt" {
			behind := *uboot.load + uint64(uboot.size)
			address = &behind
			if homeless++; behind%8 != 0 {
				m.fault("inv-address", "the FIT's device tree %s goes behind U-Boot, at 0x%x or, with newer versions of SPL, at the next multiple of 8", f.name, behind)
				continue
			}
		}
		switch {
		case f.compression != "" && f.compression != "none":
			m.fault("inv-assertion", "the FIT's image %s is compressed: what is authenticated would not be what is loaded", f.name)
		case address == nil || *address+uint64(f.size) > 1<<32 || *address > 1<<32:
			m.fault("inv-address", "the FIT does not say where its image %s is loaded to, or not below 4 GiB", f.name)
		case homeless > 1:
			m.fault("inv-address", "the FIT has several device trees without a load address: the one that is chosen takes the place of all")
		default:
			m.External = append(m.External, Part{f.name, Block{uint32(*address), uint32(f.size), offset}})
		}
	}
	m.loads(tree, uboot)
}

// loads works out where a FIT without a vector table is to be put: as far below U-Boot as imx-mkimage has it. SPL moves the FIT to where its
// vector table says.
func (m *Image) loads(tree *fdt, uboot *fitImage) {
	if !m.Missing || uboot == nil || *uboot.load >= 1<<32 {
		return
	}
	below := int64(*uboot.load) - (alignUp(tree.size, fitAlign) + Room) - 512 - 63
	if address := below &^ 63; address >= int64(*uboot.load)&^(64<<20-1) && address > 0 {
		m.suggested = uint32(address)
	}
}

// Suggested is where a FIT without a vector table is put unless somebody says otherwise, as imx-mkimage does; 0 where that is not known.
func (m *Image) Suggested() uint32 { return m.suggested }

// Place gives a FIT that has no vector table one, for the address that SPL is to put it at. It tells whether that fits below 4 GiB.
func (m *Image) Place(address uint32) bool {
	self := int64(address) + m.IVT - m.first
	if address == 0 || address%4 != 0 || self+Room > 1<<32 {
		return false
	}
	m.Entry, m.Self, m.CSF = address, uint32(self), uint32(self)+IVTSize
	return true
}
