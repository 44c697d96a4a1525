package boot

import (
	"slices"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// Base is the address of the first byte that is signed.
func (m *Image) Base() int64 { return int64(m.Self) - (m.IVT - m.first) }

// End is the address behind what is signed of a stage: where its CSF stands, or is to stand; rounded up to a word.
func (m *Image) End() uint64 {
	switch {
	case m.CSF != 0:
		return uint64(m.CSF)
	case m.Boot != nil:
		return uint64(alignUp(int64(m.Boot.End()), 4))
	}
	return uint64(m.Self) + IVTSize
}

// Blocks are what is to be signed: the stage up to its CSF, and what stands outside of a FIT. Nil for a stage that has no place yet, and
// for one that has faults.
func (m *Image) Blocks() []Block {
	if m.Self == 0 || len(m.Faults) > 0 {
		return nil
	}
	all := []Block{{uint32(m.Base()), uint32(m.End() - uint64(m.Base())), m.first}}
	for _, part := range m.External {
		all = append(all, part.Block)
	}
	return all
}

// CSFOffset is where the CSF stands, or would, in the file, which may end before that; false where the vector table points at none, or not
// behind itself.
func (m *Image) CSFOffset() (int64, bool) {
	return m.offset(m.CSF), m.CSF != 0 && m.CSF >= m.Self+IVTSize
}

// Limit is the offset of what follows in the file and is not the stage's: a FIT's external data, the next stage, or the end of the file.
func (m *Image) Limit() int64 { return m.limit }

// First is the offset in the file of the first byte that is signed.
func (m *Image) First() int64 { return m.first }

// Signed tells whether a CSF stands where the vector table points.
func (m *Image) Signed(src formats.Source) bool {
	at, ok := m.CSFOffset()
	b := make([]byte, 4)
	if !ok || at > src.Size()-4 || patch.ReadFull(src, b, at) != nil {
		return false
	}
	return b[0] == 0xd4 && b[3]&0xf0 == 0x40
}

// Unsigned tells whether nothing stands where the CSF would: no vector table points there, the file ends before it, or it is zeros, as in an image
// that has room for a CSF and waits for it.
func (m *Image) Unsigned(src formats.Source) bool {
	at, ok := m.CSFOffset()
	if m.CSF == 0 || m.Missing || ok && at >= src.Size() {
		return true
	}
	b := make([]byte, 4)
	return ok && at <= src.Size()-4 && patch.ReadFull(src, b, at) == nil && string(b) == "\x00\x00\x00\x00"
}

// Locate returns where a run of memory stands in the file when HABv4 looks at it; false where no stage is loaded there as a whole, or the file
// ends before it.
func (m *Image) Locate(address, length uint32) (int64, bool) {
	end := uint64(address) + uint64(length)
	for _, part := range m.External {
		if address >= part.Address && end <= part.End() {
			return part.Offset + int64(address-part.Address), true
		}
	}
	from, to := m.Base(), uint64(1)<<32
	if m.Boot != nil {
		from, to = int64(m.Boot.Start), m.Boot.End()
	}
	at := m.offset(address)
	if int64(address) < from || end > to || at < 0 || at > m.limit-int64(length) {
		return 0, false
	}
	return at, true
}

// Parts are what HABv4 wants to be signed: the vector table, and what it points at but the CSF, of the entry the first word. Those that stand
// outside the file are left out; Faults tell of them.
func (m *Image) Parts() []Part {
	all := []Part{{"IVT", Block{m.Self, IVTSize, 0}}, {"entry", Block{m.Entry, 4, 0}}}
	if m.Boot != nil {
		all = append(all, Part{"boot data", Block{m.BootData, dataSize, 0}})
	}
	if m.DCDLength > 0 {
		all = append(all, Part{"DCD", Block{m.DCD, m.DCDLength, 0}})
	}
	for i := range all {
		at, ok := m.Locate(all[i].Address, all[i].Length)
		if all[i].Offset = at; !ok {
			all[i].Name = ""
		}
	}
	return slices.DeleteFunc(all, func(p Part) bool { return p.Name == "" })
}
