package ahab

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/keygen"
)

// picture is what is said of a file, line by line.
type picture struct {
	lines []formats.Property
}

func (p *picture) add(name, format string, args ...any) {
	p.lines = append(p.lines, formats.Property{Name: name, Value: strings.TrimRight(fmt.Sprintf(format, args...), " ")})
}

// Describe draws the containers of a file: what each says, its images, and its signature block. Images have the number of their container, too.
func (Format) Describe(ctx context.Context, src formats.Source) ([]formats.Property, error) {
	found, err := find(src)
	if err != nil {
		return nil, err
	}
	p := &picture{}
	for i, c := range found {
		p.container(i+1, c)
	}
	return p.lines, ctx.Err()
}

// container draws one.
func (p *picture) container(number int, c *container) {
	if c.tag == 0 {
		p.add("container", "%d %s", number, without(c.err))
		return
	}
	text := fmt.Sprintf("%d at 0x%x, version %d, 0x%x bytes, %s", number, c.at, c.version, c.length, c.whose())
	if c.tag == tagV2X {
		text += ", for the V2X processor"
	}
	p.add("container", "%s", text)
	p.add("flags", "0x%08x, revokes %s; software version %d, fuse version %d", c.flags, revokes(c.revoked()), c.software, c.fuse)
	p.add("map", "in file           bytes  loaded to    entry")
	for i, m := range c.images {
		p.image(fmt.Sprintf("%d.%d", number, i+1), m, c.at)
	}
	if c.err != nil {
		p.add("wrong", "%s", without(c.err))
		return
	}
	b, err := sigblk.Parse(c.raw[c.block:], c.version)
	if err != nil {
		p.add("wrong", "%s", without(err))
		return
	}
	p.block(c, b)
}

// whose says whose key signs.
func (c *container) whose() string {
	switch c.set() {
	case setNone:
		return "not signed"
	case setNXP:
		return fmt.Sprintf("signed by NXP's SRK %d", c.index())
	case setOEM:
		return fmt.Sprintf("signed by an OEM's SRK %d", c.index())
	}
	return "signed by nobody known"
}

// without is an error's text without its kind, which is what verifying would say.
func without(err error) string {
	text := err.Error()
	for _, kind := range []error{formats.ErrMismatch, formats.ErrFormat} {
		text = strings.TrimPrefix(text, kind.Error()+": ")
	}
	return text
}

// row is a run of bytes in the file.
func (p *picture) row(name string, at int64, size int64, format string, args ...any) {
	p.add(name, "at 0x%-8x %9s  %s", at, fmt.Sprintf("0x%x", size), fmt.Sprintf(format, args...))
}

// image draws an image of a container: where it is, where it goes, what it is for, and its hash.
func (p *picture) image(number string, m image, container int64) {
	text := m.kind() + ", " + m.core()
	if m.encrypted() {
		text += ", encrypted"
	}
	p.row("image "+number, container+m.offset, m.size, "0x%-9x  0x%-9x  %s", m.load, m.entry, text)
	hash, h, _ := newSum(m.hashNumber())
	digest := m.hash
	if h != nil {
		digest = digest[:len(h.Sum(nil))]
	}
	if len(bytes.Trim(m.hash, "\x00")) > 0 {
		p.add("hash "+number, "%s %x", hash, digest)
	}
}

// block draws the signature block: the SRKs, with the one that is used, and what is signed.
func (p *picture) block(c *container, b *sigblk.Block) {
	base := c.at + int64(c.block)
	p.row("block", base, int64(len(b.Raw)), "signature block, version %d", b.Version)
	for i, t := range b.Tables {
		which := ""
		if len(b.Tables) > 1 {
			which = fmt.Sprintf(" of table %d", i+1)
		}
		for n, r := range t.Records {
			p.add(fmt.Sprintf("SRK %d", n), "%-15s %s%s", kindOf(r), keyOf(r), marks(c, n)+which)
		}
	}
	if len(b.Signatures) > 0 {
		p.row("signed", c.at, int64(b.Covered(c.block)), "the signature is at 0x%x", base+int64(b.At.Signatures))
	}
	if b.Certificate != nil {
		p.add("SGK", "at 0x%-8x %9s  %s", base+int64(b.At.Certificate), "", b.Certificate)
	}
	if b.Blob != nil {
		p.row("blob", base+int64(b.At.Blob), int64(len(b.Blob)), "wrapped key, identifier 0x%x", b.KeyID)
	}
}

// kindOf is what sort of key a record is for.
func kindOf(r srk.Record) string {
	text := r.Alg + " " + r.Hash.String()
	if r.CA {
		text += " CA"
	}
	return text
}

// keyOf is the key of a record, or what the record has instead of it.
func keyOf(r srk.Record) string {
	if r.Key != nil {
		return keygen.Fingerprint(r.Key)
	}
	return fmt.Sprintf("hash %x", r.Digest)
}

// marks says what a container makes of the SRK of that number.
func marks(c *container, number int) string {
	text := ""
	if c.set() != setNone && number == c.index() {
		text = "  <- this one"
	}
	if c.revoked()>>number&1 == 1 {
		text += "  revoked by it"
	}
	return text
}
