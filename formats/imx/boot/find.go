package boot

import (
	"fmt"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// places are where a boot ROM's vector table stands: at the start of what mkimage writes, behind a partition table (i.MX 5, 6, 7), behind a
// FlexSPI configuration, and in images of whole cards of the 8M family.
var places = []int64{0, 0x400, 0x1000, 0x8000, 0x8400}

const (
	flexSPI  = "FCFB"  // begins a FlexSPI configuration block
	hdmiStep = 0x1a000 // what imx-mkimage aligns the next vector table to behind the 8MQ's HDMI firmware
)

// Sniff tells whether a boot ROM, or U-Boot's SPL, would find a vector table in the file. It reads a few hundred bytes.
func Sniff(src formats.Source) bool {
	if _, ok := findROM(src); ok {
		return true
	}
	if m, ok := readLegacy(src, 0); ok {
		return !m.Missing
	}
	size, ok := fitSize(src, 0)
	if !ok {
		return false
	}
	m, ok := readIVT(src, alignUp(size, fitAlign))
	return ok && m.followsFIT(0)
}

// Find returns the stages of a file, in its order: what the boot ROM loads, then a FIT or a legacy image that is to be authenticated later.
// Errors: ErrImage where there is none, and those of reading.
func Find(src formats.Source) ([]Image, error) {
	var all []Image
	first, ok := findROM(src)
	if ok {
		all = append(all, first)
		second, ok, err := findSecond(src, &first)
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, second)
			all[0].limit = second.first
		}
		return all, nil
	}
	if m, ok := readLegacy(src, 0); ok && !m.Missing {
		return []Image{m}, nil
	}
	left := maxTokens
	if m, ok := readFIT(src, 0, &left); ok && !m.Damaged() {
		return []Image{m}, nil
	}
	return nil, fmt.Errorf("%w where a boot ROM looks for one", ErrImage)
}

// findROM finds what the boot ROM loads.
func findROM(src formats.Source) (Image, bool) {
	for _, at := range places {
		m, ok := readIVT(src, at)
		if !ok || !m.readBootData(src) {
			continue
		}
		if m.Boot.Plugin == hdmi {
			if m, ok = readIVT(src, at+hdmiStep); !ok || !m.readBootData(src) || m.Boot.Plugin == hdmi {
				return Image{}, false
			}
		}
		m.check(src)
		if before := int64(m.Self - m.Boot.Start); before <= m.IVT && begins(src, m.IVT-before, flexSPI) {
			m.first = m.IVT - before // it is loaded too, and binman signs it
		}
		return m, true
	}
	return Image{}, false
}

// begins tells whether the text stands at an offset.
func begins(src formats.Source, at int64, text string) bool {
	b := make([]byte, len(text))
	return at >= 0 && at <= src.Size()-int64(len(b)) && patch.ReadFull(src, b, at) == nil && string(b) == text
}

func alignUp(n, to int64) int64 { return (n + to - 1) / to * to }

// How far behind the first stage another one is looked for, and in which steps: sectors.
const (
	searched = 16 << 20
	sector   = 0x200
	chunk    = 64 << 10
)

// findSecond finds what U-Boot's SPL loads: where the vector table says (imx-mkimage, 8MQ and 8MM), else the first FIT with images, or the
// first legacy image with a vector table, that begins a sector behind what the ROM loads.
func findSecond(src formats.Source, first *Image) (Image, bool, error) {
	from := alignUp(max(first.IVT+IVTSize, min(first.offset(first.Boot.Start)+int64(first.Boot.Length), src.Size())), sector)
	end, left := min(src.Size(), from+searched), allTokens
	told := first.IVT + int64(first.Reserved)
	m, ok := Image{}, false
	if first.Reserved != 0 && told >= from {
		m, ok = readStage(src, told, &left)
	}
	if !ok {
		var err error
		if m, ok, err = search(src, from, end, &left); !ok {
			return m, false, err
		}
	}
	if m.Missing {
		if lost, is, err := searchLost(src, alignUp(m.first+1, sector), min(end, m.first+searched)); is || err != nil {
			return lost, is, err
		}
	}
	behind := m.IVT + Room
	for _, part := range m.External {
		behind = max(behind, part.Offset+int64(part.Length))
	}
	other, ok, err := search(src, alignUp(behind, sector), end, &left)
	if ok {
		m.Next = other.first
	}
	return m, true, err
}

// search finds the first second stage that begins a sector.
func search(src formats.Source, from, end int64, left *int) (Image, bool, error) {
	b := make([]byte, chunk)
	for at := from; at < end; at += chunk {
		b = b[:min(chunk, src.Size()-at)]
		if err := patch.ReadFull(src, b, at); err != nil {
			return Image{}, false, err
		}
		for i := 0; i+4 <= len(b); i += sector {
			m, ok := Image{}, false
			switch magic := string(b[i : i+4]); magic {
			case fitMagic, legacyMagic:
				m, ok = readStage(src, at+int64(i), left)
			case "\xd1\x00\x20\x40", "\xd1\x00\x20\x41":
				m, ok = readLost(src, at+int64(i))
			}
			if ok {
				return m, true, nil
			}
		}
	}
	return Image{}, false, nil
}

// searchLost finds the first vector table with a CSF that has no stage before it.
func searchLost(src formats.Source, from, end int64) (Image, bool, error) {
	for at := from; at < end; at += sector {
		if m, ok := readLost(src, at); ok {
			return m, true, nil
		}
	}
	return Image{}, false, nil
}

// readLost reads a vector table of a second stage with its CSF, where no FIT or legacy image that it belongs to was found.
func readLost(src formats.Source, at int64) (Image, bool) {
	m, ok := readIVT(src, at)
	if !ok || m.BootData != 0 || m.CSF != m.Self+IVTSize || !m.Signed(src) {
		return Image{}, false
	}
	m.Kind = FIT
	m.fault(faultDamaged, "a vector table with its CSF stands at byte 0x%x, and what they are of is damaged", at)
	return m, true
}

// readStage reads a second stage.
func readStage(src formats.Source, at int64, left *int) (Image, bool) {
	if m, ok := readLegacy(src, at); ok {
		return m, true
	}
	return readFIT(src, at, left)
}
