package hab

import (
	"cmp"
	"context"
	"slices"

	"sigtool/formats"
	"sigtool/formats/imx/boot"
	"sigtool/formats/imx/csf"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// mostPadding is how far a file may end before its signed part does: mkimage rounds lengths up to pages, and other tools do not write the rest.
const mostPadding = 0x1000

// mostRoom is what boot data leave for a CSF at most; what leaves more has something else loaded there, or nothing.
const mostRoom = 1 << 20

// piece is bytes to be laid over a file, which may end before or within them.
type piece struct {
	at   int64
	data []byte
}

// place is where a stage's CSF goes.
type place struct {
	image *boot.Image
	at    int64   // in the file
	room  int     // bytes, with padding
	heads []piece // vector table and boot data, as they are to be
}

// findPlace finds where a stage's CSF goes, at least need bytes of it, and changes the stage's pointers to say so. Errors: formats.ErrFormat.
func findPlace(ctx context.Context, src formats.Source, m *boot.Image, need int, force bool) (*place, error) {
	old, err := oldCSF(src, m, force)
	if err != nil {
		return nil, err
	}
	if m.CSF == 0 {
		m.CSF = uint32(m.End())
	}
	at, ok := m.CSFOffset()
	need = max(need, int(old)) // nothing of the old one stays
	if !ok || uint64(m.CSF)+uint64(max(need, boot.Room)+0xfff) > 1<<32 || m.Boot != nil && uint64(m.CSF) < uint64(m.BootData)+uint64(len(m.Boot.Bytes())) {
		return nil, issue.New("inv-csf", formats.ErrFormat, "the CSF would stand at 0x%08x, over the boot data or past the end of memory", m.CSF).Advise("is the length in the boot data right?")
	}
	p := &place{image: m, at: at}
	switch short := at - src.Size(); {
	case m.Missing && short > mostPadding+boot.IVTSize, !m.Missing && short > mostPadding:
		return nil, issue.New("inv-size", formats.ErrFormat, "the file ends %d bytes before the %s does", short, m.Kind).Advise("is it whole?")
	}
	if err := p.size(src, need); err != nil {
		return nil, err
	}
	from := at
	if m.Missing {
		from = m.IVT
	}
	if err := empty(ctx, src, from, at+int64(p.room), at, at+old); err != nil {
		return nil, err
	}
	p.heads = append(p.heads, piece{m.IVT, m.Bytes()})
	if end := uint64(m.CSF) + uint64(p.room); m.Boot != nil {
		data := *m.Boot
		data.Length = max(data.Length, uint32(end-uint64(data.Start)))
		m.Boot = &data
		p.heads = append(p.heads, piece{m.IVT + int64(m.BootData) - int64(m.Self), data.Bytes()})
	}
	return p, nil
}

// size says how large the room for the CSF is: what the boot data leave for it, else 8 KiB as in U-Boot, or less where something else follows.
func (p *place) size(src formats.Source, need int) error {
	m, left := p.image, int64(1)<<31
	if m.Limit() < src.Size() {
		left = m.Limit() - p.at
	}
	room := int64(boot.Room)
	if m.Kind != boot.ROM {
		room -= boot.IVTSize
	} else if said := int64(m.Boot.End()) - int64(m.CSF); said > 0 && said <= mostRoom {
		room = said
	}
	if int64(need) > room {
		room = (int64(need) + 0xfff) &^ 0xfff
	}
	if room = min(room, left); room < int64(need) {
		return issue.New("no-room", formats.ErrFormat, "the CSF takes %d bytes at byte %d of the file, and there are %d before what follows", need, p.at, max(room, 0)).
			Advise("build the image with room for a CSF (U-Boot: CONFIG_IMX_HAB; a FIT: mkimage -E -p 0x3000)")
	}
	p.room = int(room)
	return nil
}

// oldCSF is the size of the CSF that there is; 0 without one. Errors: formats.ErrFormat where it may not be replaced.
func oldCSF(src formats.Source, m *boot.Image, force bool) (int64, error) {
	if m.Missing || !m.Signed(src) {
		return 0, nil
	}
	if !force {
		return 0, issue.New("already-signed", formats.ErrFormat, "the %s has a CSF already", m.Kind).Advise("-f puts another in its place")
	}
	at, _ := m.CSFOffset()
	data := make([]byte, min(src.Size()-at, csf.MaxSize))
	if err := patch.ReadFull(src, data, at); err != nil {
		return 0, err
	}
	old, err := csf.Parse(data)
	if err != nil {
		return 4, nil // a header alone: the rest has to be zeros
	}
	for _, command := range old.Commands {
		if key, ok := command.Body.(*csf.KeyCommand); ok && key.Protocol == csf.ProtocolBlob {
			return 0, issue.New("encrypted", formats.ErrFormat, "the %s is encrypted, and its CSF holds what decrypts it", m.Kind).
				Advise("sign with CST's text form: --csf")
		}
	}
	return int64(old.End), nil
}

// empty tells whether the file holds nothing but zeros from one offset to another, except for what stands in between.
func empty(ctx context.Context, src formats.Source, from, to, exceptFrom, exceptTo int64) error {
	b := make([]byte, 4<<10)
	for to = min(to, src.Size()); from < to; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(int64(len(b)), to-from)
		if err := patch.ReadFull(src, b[:n], from); err != nil {
			return err
		}
		for i, c := range b[:n] {
			if at := from + int64(i); c != 0 && (at < exceptFrom || at >= exceptTo) {
				return issue.New("occupied", formats.ErrFormat, "byte %d of the file, where the CSF goes, is taken", at).
					Advise("build the image with room for a CSF (U-Boot: CONFIG_IMX_HAB)")
			}
		}
		from += n
	}
	return nil
}

// pieces are all that changes of the file for a stage, with the CSF padded to its room; nil stands for one of zeros.
func (p *place) pieces(made []byte) []piece {
	data := make([]byte, p.room)
	copy(data, made)
	return append(slices.Clone(p.heads), piece{p.at, data})
}

// edits lays pieces over a file of some size; what lies between its end and a piece behind it is filled with zeros.
func edits(size int64, pieces []piece) []patch.Edit {
	slices.SortStableFunc(pieces, func(a, b piece) int { return cmp.Compare(a.at, b.at) })
	var all []patch.Edit
	end := size // of the file as it grows
	for _, p := range pieces {
		at, remove := min(p.at, size), min(max(size-p.at, 0), int64(len(p.data)))
		data := p.data
		if gap := p.at - end; gap > 0 {
			data = append(make([]byte, gap), data...)
		}
		end = max(end, p.at+int64(len(p.data)))
		all = append(all, patch.Edit{Offset: at, Remove: remove, Insert: data})
	}
	return all
}
