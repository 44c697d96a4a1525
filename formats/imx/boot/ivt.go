package boot

import (
	"encoding/binary"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// Sizes in bytes.
const (
	IVTSize  = 32
	dataSize = 12
	maxDCD   = 1768 // the most that HABv4 takes ("HAB_DCD_BYTES_MAX" of the API manual)
)

// parseIVT reads an image vector table (HABv4 API manual, "Image Vector Table"; numbers are little-endian but for the header's length):
//
//	0   4  header: tag d1, length 00 20, version 4x
//	4   4  entry: the first instruction
//	8   4  reserved; imx-mkimage writes the distance of the second stage here
//	12  4  DCD, or 0
//	16  4  boot data
//	20  4  self: of this table
//	24  4  CSF, or 0
//	28  4  reserved
//
// One at the end of memory has no room for what it points at, and is none.
func parseIVT(b []byte) (m Image, ok bool) {
	if len(b) < IVTSize || b[0] != 0xd1 || b[1] != 0 || b[2] != IVTSize || b[3]&0xf0 != 0x40 {
		return m, false
	}
	word := func(at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
	m = Image{Version: b[3], Entry: word(4), Reserved: word(8), DCD: word(12), BootData: word(16), Self: word(20), CSF: word(24)}
	return m, m.Self != 0 && m.Self < 1<<32-IVTSize
}

// Bytes are the vector table as it is to stand in the file.
func (m *Image) Bytes() []byte {
	b := []byte{0xd1, 0, IVTSize, m.Version}
	for _, word := range []uint32{m.Entry, m.Reserved, m.DCD, m.BootData, m.Self, m.CSF, 0} {
		b = binary.LittleEndian.AppendUint32(b, word)
	}
	return b
}

// Bytes are the boot data as they are to stand in the file.
func (d BootData) Bytes() []byte {
	b := binary.LittleEndian.AppendUint32(nil, d.Start)
	b = binary.LittleEndian.AppendUint32(b, d.Length)
	return binary.LittleEndian.AppendUint32(b, d.Plugin)
}

// readIVT reads the vector table at an offset of the file; false where there is none.
func readIVT(src formats.Source, at int64) (m Image, ok bool) {
	b := make([]byte, IVTSize)
	if at < 0 || at > src.Size()-IVTSize || patch.ReadFull(src, b, at) != nil {
		return m, false
	}
	m, ok = parseIVT(b)
	m.IVT, m.first, m.size, m.limit = at, at, src.Size(), src.Size()
	return m, ok
}

// readBootData follows the pointer to the boot data, and checks what they say. False where they can't be read, which means that this is
// no vector table of a boot ROM's.
func (m *Image) readBootData(src formats.Source) bool {
	b := make([]byte, dataSize)
	at := m.offset(m.BootData)
	if m.BootData < m.Self || m.BootData-m.Self > 0x10000 || m.BootData > 1<<32-dataSize || at > m.size-dataSize || patch.ReadFull(src, b, at) != nil {
		return false
	}
	word := func(at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
	m.Boot = &BootData{Start: word(0), Length: word(4), Plugin: word(8)}
	if m.Boot.Plugin == hdmi {
		return true // its vector table is loaded behind the firmware, and points there
	}
	return m.Boot.Plugin <= 1 && m.Boot.Start <= m.Self && m.Boot.Length > 0 && m.Boot.End() <= 1<<32 && m.Boot.End() > uint64(m.Self)
}

// hdmi is the flag of the firmware that the 8MQ's ROM loads before all else.
const hdmi = 2

// offset is where an address stands in the file, if the stage is loaded as it stands; it may be anywhere.
func (m *Image) offset(address uint32) int64 { return m.IVT + int64(address) - int64(m.Self) }

// check tells what is wrong with the pointers of a stage that a boot ROM loads.
func (m *Image) check(src formats.Source) {
	end := m.Boot.End()
	switch {
	case m.Entry < m.Self+IVTSize && m.Entry >= m.Self:
		m.fault("inv-ivt", "the entry 0x%08x is in the vector table itself", m.Entry)
	case m.Entry < m.Self || uint64(m.Entry)+4 > end:
		m.fault("inv-ivt", "the entry 0x%08x is not in what is loaded, 0x%08x to 0x%08x", m.Entry, m.Self, end)
	case m.offset(m.Entry) > m.size-4:
		m.fault("inv-ivt", "the entry 0x%08x is not in the file", m.Entry)
	}
	if m.BootData < m.Self+IVTSize {
		m.fault("inv-ivt", "the boot data at 0x%08x stand in the vector table itself", m.BootData)
	}
	if m.Self%4 != 0 || m.Entry%2 != 0 || m.BootData%4 != 0 || m.DCD%4 != 0 || m.CSF%4 != 0 {
		m.fault("inv-address", "a pointer of the vector table is not a multiple of 4")
	}
	if m.DCD != 0 {
		m.readDCD(src)
	}
	if m.CSF == 0 {
		return
	}
	switch {
	case m.CSF < m.Self+IVTSize:
		m.fault("inv-csf", "the CSF at 0x%08x would stand before the image, or over its vector table", m.CSF)
	case m.CSF <= m.Entry && m.Entry >= m.Self:
		m.fault("inv-csf", "the CSF at 0x%08x would stand before the entry 0x%08x", m.CSF, m.Entry)
	case m.CSF < m.BootData+dataSize:
		m.fault("inv-csf", "the CSF at 0x%08x would stand over the boot data", m.CSF)
	case m.DCD != 0 && m.DCDLength != 0 && uint64(m.CSF) < uint64(m.DCD)+uint64(m.DCDLength):
		m.fault("inv-csf", "the CSF at 0x%08x would stand over the DCD", m.CSF)
	}
}

// readDCD follows the pointer to the device configuration data (HABv4 API manual, "Device Configuration Data"; big-endian):
//
//	0  4  header: tag d2, length of all, version 4x
//	4     commands, each with a header of its own: tag cc (write), cf (check), c0 (nothing) or b2 (unlock), length, parameter
func (m *Image) readDCD(src formats.Source) {
	at, b := m.offset(m.DCD), make([]byte, 4)
	if m.DCD < m.Self+IVTSize || uint64(m.DCD)+4 > m.Boot.End() || at > m.size-4 || patch.ReadFull(src, b, at) != nil {
		m.fault("inv-dcd", "the DCD at 0x%08x is outside the image", m.DCD)
		return
	}
	length := binary.BigEndian.Uint16(b[1:])
	switch {
	case b[0] != 0xd2 || b[3]&0xf0 != 0x40:
		m.fault("inv-dcd", "what stands at 0x%08x does not begin as a DCD does", m.DCD)
		return
	case length < 4 || length > maxDCD || int64(length) > m.size-at || uint64(m.DCD)+uint64(length) > m.Boot.End():
		m.fault("inv-dcd", "the DCD at 0x%08x says it has %d bytes; the file or the image ends before that, or it is more than %d", m.DCD, length, maxDCD)
		return
	}
	data := make([]byte, length)
	if err := patch.ReadFull(src, data, at); err != nil {
		m.fault("inv-dcd", "the DCD can't be read: %v", err)
		return
	}
	m.DCDLength = uint32(length)
	for rest := data[4:]; len(rest) > 0; {
		n := 0
		if len(rest) >= 4 {
			n = int(binary.BigEndian.Uint16(rest[1:]))
		}
		if n < 4 || n > len(rest) || !isCommand(rest[0]) {
			m.fault("inv-dcd", "at byte %d of the DCD there is no whole command", len(data)-len(rest))
			return
		}
		rest = rest[n:]
	}
}

func isCommand(tag byte) bool { return tag == 0xcc || tag == 0xcf || tag == 0xc0 || tag == 0xb2 }
