package cpio

import (
	"fmt"

	"sigtool/internal/patch"
)

// Replace returns an edit that gives a member of the archive other data. Its header keeps all but size and sum.
func (a *Archive) Replace(m Member, data []byte) patch.Edit {
	return patch.Edit{Offset: m.Header, Remove: m.End - m.Header, Insert: m.build(data)}
}

// InsertAfter returns an edit that puts a new file behind a member. Owner, mode and time are the member's; the inode is one that no other
// member has, or 0 where the member's is, as some writers number none.
func (a *Archive) InsertAfter(m Member, name string, data []byte) patch.Edit {
	at := m.End
	m.Name, m.Links = name, 1
	if m.Inode != 0 {
		used := map[uint32]bool{0: true}
		for _, other := range a.Members {
			used[other.Inode] = true
		}
		for used[m.Inode] {
			m.Inode++
		}
	}
	return patch.Edit{Offset: at, Insert: m.build(data)}
}

// Tail returns an edit that fills the archive up to whole blocks of 512 again, once it has grown by so many bytes. There is none where it
// was not filled up so far.
func (a *Archive) Tail(grown int64) []patch.Edit {
	const block = 512
	if a.Size%block != 0 || a.Size-a.End >= block || grown%block == 0 {
		return nil
	}
	fill := (block - (a.End+grown)%block) % block
	return []patch.Edit{{Offset: a.End, Remove: a.Size - a.End, Insert: make([]byte, fill)}}
}

// build writes a member: header, name, data and what fills them up. The kind of header is the member's.
func (m Member) build(data []byte) []byte {
	magic, sum := magicNewc, uint32(0)
	if m.CRC {
		magic, sum = magicCRC, Add(0, data)
	}
	out := []byte(magic)
	for _, field := range []uint32{m.Inode, m.Mode, m.UID, m.GID, m.Links, m.MTime, uint32(len(data)), m.Device[0], m.Device[1], m.Device[2], m.Device[3],
		uint32(len(m.Name) + 1), sum} {
		out = fmt.Appendf(out, "%08X", field)
	}
	out = fill(append(append(out, m.Name...), 0))
	return fill(append(out, data...))
}

// fill puts zeros behind b up to a multiple of 4.
func fill(b []byte) []byte {
	return append(b, make([]byte, align(int64(len(b)))-int64(len(b)))...)
}
