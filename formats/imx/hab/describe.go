package hab

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"sigtool/formats"
	"sigtool/formats/imx/boot"
	"sigtool/formats/imx/csf"
	"sigtool/internal/patch"
)

// picture is what is said of a file, line by line.
type picture struct {
	src   formats.Source
	lines []formats.Property
}

func (p *picture) add(name, format string, args ...any) {
	p.lines = append(p.lines, formats.Property{Name: name, Value: strings.TrimRight(fmt.Sprintf(format, args...), " ")})
}

// Describe draws each stage of a file: where its parts stand in memory and in the file, the commands of its CSF in their order, and what these
// point at. It also says where a CSF would go.
func (Format) Describe(ctx context.Context, src formats.Source) ([]formats.Property, error) {
	images, err := find(src)
	if err != nil {
		return nil, err
	}
	p := &picture{src: src}
	for i := range images {
		p.stage(&images[i])
	}
	return p.lines, ctx.Err()
}

// stage draws one.
func (p *picture) stage(m *boot.Image) {
	switch {
	case m.Missing:
		p.add("stage", "%s at 0x%x, without a vector table", m.Kind, m.First())
		if at := m.Suggested(); at != 0 && len(m.Faults) == 0 {
			p.add("CSF", "none; sign puts a vector table at 0x%x, for the address 0x%08x, and the CSF behind it", m.IVT, at)
		}
		for _, part := range m.External {
			p.row("data", part.Address, part.Offset, part.Length, part.Name)
		}
		p.faults(m)
		return
	case m.Boot != nil:
		p.add("stage", "%s at 0x%x, 0x%x bytes loaded to 0x%08x%s", m.Kind, m.First(), m.Boot.Length, m.Boot.Start, plugin(m.Boot.Plugin))
	default:
		p.add("stage", "%s at 0x%x, loaded to 0x%08x", m.Kind, m.First(), int64(m.Self)-(m.IVT-m.First()))
	}
	var signed []csf.Region
	c, err := p.read(m)
	if c != nil {
		for _, command := range c.Commands {
			if a, is := command.Body.(*csf.AuthCommand); is && !a.OfCSF() {
				signed = append(signed, a.Blocks...)
			}
		}
	}
	p.add("map", "address     in file           bytes")
	p.parts(m, signed, c != nil)
	p.place(m, c, err)
	if n := cut(p.src, m); n > 0 {
		p.add("wrong", "the file ends %d bytes before the %s does", n, m.Kind)
	}
	p.faults(m)
}

// faults are what is wrong with a stage.
func (p *picture) faults(m *boot.Image) {
	for _, f := range m.Faults {
		p.add("wrong", "%s", f.Text)
	}
}

// place says where the CSF is, or would be, and what is in it.
func (p *picture) place(m *boot.Image, c *csf.CSF, err error) {
	switch at, _ := m.CSFOffset(); {
	case c != nil:
		p.row("CSF", m.CSF, at, uint32(c.End), fmt.Sprintf("HAB %d.%d, 0x%x bytes of commands%s", c.Version>>4, c.Version&15, c.Size, room(m, c)))
		p.csf(c)
	case err != nil:
		p.add("CSF", "0x%08x  %v", m.CSF, err)
	case m.CSF == 0:
		p.row("CSF", uint32(m.End()), m.IVT+int64(m.End())-int64(m.Self), 0, "none: sign would put it there")
	default:
		p.row("CSF", m.CSF, at, 0, "none: the vector table says that it goes there")
	}
}

func plugin(flag uint32) string {
	if flag != 0 {
		return fmt.Sprintf(", a plugin (%d)", flag)
	}
	return ""
}

// room is how much the boot data have for the CSF.
func room(m *boot.Image, c *csf.CSF) string {
	if m.Boot == nil || m.Boot.End() < uint64(m.CSF) {
		return ""
	}
	return fmt.Sprintf(", room for 0x%x", m.Boot.End()-uint64(m.CSF))
}

// read reads the CSF of a stage; nil where there is none.
func (p *picture) read(m *boot.Image) (*csf.CSF, error) {
	at, ok := m.CSFOffset()
	if waits(p.src, m) {
		return nil, nil
	}
	if !ok || at > p.src.Size()-4 {
		return nil, errors.New("outside the file")
	}
	data := make([]byte, min(csf.MaxSize, p.src.Size()-at))
	if err := patch.ReadFull(p.src, data, at); err != nil {
		return nil, err
	}
	return csf.Parse(data)
}

// row is a run of memory: address, offset in the file, bytes.
func (p *picture) row(name string, address uint32, offset int64, length uint32, what string) {
	size := ""
	if length > 0 {
		size = fmt.Sprintf("0x%x", length)
	}
	p.add(name, "0x%08x  at 0x%-8x %9s  %s", address, offset, size, what)
}

// parts are what HABv4 wants signed, and what is, or is to be.
func (p *picture) parts(m *boot.Image, signed []csf.Region, hasCSF bool) {
	word := func(at boot.Part) string {
		s := stage{blocks: signed}
		switch {
		case !hasCSF:
			return ""
		case s.holds(at):
			return "signed"
		}
		return "NOT SIGNED"
	}
	for _, name := range []string{"IVT", "boot data", "DCD", "entry"} {
		for _, part := range m.Parts() {
			if part.Name == name {
				p.row(name, part.Address, part.Offset, part.Length, word(part))
			}
		}
	}
	if !hasCSF {
		p.toSign(m)
		return
	}
	for _, part := range m.External {
		p.row("data", part.Address, part.Offset, part.Length, part.Name+", "+word(part))
	}
	for _, r := range signed {
		if at, ok := m.Locate(r.Address, r.Length); ok {
			p.row("signed", r.Address, at, r.Length, "")
		} else {
			p.add("signed", "0x%08x  not in the file: 0x%x bytes", r.Address, r.Length)
		}
	}
}

// toSign are the blocks that are signed where somebody signs.
func (p *picture) toSign(m *boot.Image) {
	for _, b := range m.Blocks() {
		name := ""
		for _, part := range m.External {
			if part.Address == b.Address {
				name = part.Name
			}
		}
		p.row("to sign", b.Address, b.Offset, b.Length, name)
	}
}
