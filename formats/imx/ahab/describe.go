package ahab

import (
	"bytes"
	"context"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
)

// Describe draws the containers of a file: what each says, its images, and its signature block.
func (Format) Describe(ctx context.Context, src formats.Source) ([]formats.Property, error) {
	found, err := find(src)
	if err != nil {
		return nil, err
	}
	var all []formats.Property
	for i, c := range found {
		all = append(all, c.describe(fmt.Sprintf("container %d", i+1))...)
	}
	return all, ctx.Err()
}

func (c *container) describe(name string) []formats.Property {
	if c.tag == 0 {
		return []formats.Property{{Name: name, Value: c.err.Error()}}
	}
	whose := map[set]string{setNone: "not signed", setNXP: "signed by NXP", setOEM: "signed by an OEM"}[c.set()]
	if whose == "" {
		whose = "signed by nobody known"
	}
	text := fmt.Sprintf("at 0x%x, version %d, 0x%x bytes, %s", c.at, c.version, c.length, whose)
	if c.tag == tagV2X {
		text += ", for the V2X processor"
	}
	all := []formats.Property{{Name: name, Value: text},
		{Name: name + " flags", Value: fmt.Sprintf("0x%08x: SRK %d, revokes %s", c.flags, c.index(), revokes(c.revoked()))},
		{Name: name + " versions", Value: fmt.Sprintf("software %d, fuses %d", c.software, c.fuse)}}
	for i, m := range c.images {
		all = append(all, m.describe(fmt.Sprintf("%s image %d", name, i+1), c.at)...)
	}
	if c.err != nil {
		return append(all, formats.Property{Name: name + " damage", Value: c.err.Error()})
	}
	b, err := sigblk.Parse(c.raw[c.block:], c.version)
	if err != nil {
		return append(all, formats.Property{Name: name + " damage", Value: err.Error()})
	}
	return append(all, describeBlock(name, c, b)...)
}

func (m image) describe(name string, container int64) []formats.Property {
	hash, h, _ := newSum(m.hashNumber())
	digest := m.hash
	if h != nil {
		digest = digest[:len(h.Sum(nil))]
	}
	text := fmt.Sprintf("%s, %s, 0x%x bytes at 0x%x", m.kind(), m.core(), m.size, container+m.offset)
	if m.encrypted() {
		text += ", encrypted"
	}
	all := []formats.Property{{Name: name, Value: text},
		{Name: name + " addresses", Value: fmt.Sprintf("loaded to 0x%x, entered at 0x%x", m.load, m.entry)}}
	if len(bytes.Trim(m.hash, "\x00")) > 0 {
		all = append(all, formats.Property{Name: name + " " + hash, Value: fmt.Sprintf("%x", digest)})
	}
	return all
}

func describeBlock(name string, c *container, b *sigblk.Block) []formats.Property {
	text := fmt.Sprintf("at 0x%x, version %d, 0x%x bytes", c.at+int64(c.block), b.Version, len(b.Raw))
	all := []formats.Property{{Name: name + " signature block", Value: text}}
	for i, t := range b.Tables {
		record := fmt.Sprintf("SRK table %d", i+1)
		all = append(all, formats.Property{Name: name + " " + record, Value: fmt.Sprintf("at 0x%x, 0x%x bytes", c.at+int64(c.block+b.At.Tables), len(t.Raw))})
		for n, r := range t.Records {
			ca := ""
			if r.CA {
				ca = ", CA"
			}
			all = append(all, formats.Property{Name: fmt.Sprintf("%s SRK %d", name, n), Value: fmt.Sprintf("%s, %s%s", r.Alg, r.Hash, ca)})
		}
	}
	if len(b.Signatures) > 0 {
		all = append(all, formats.Property{Name: name + " signature", Value: fmt.Sprintf("at 0x%x, covers 0x%x bytes from 0x%x on", c.at+int64(c.block+b.At.Signatures), b.Covered(c.block), c.at)})
	}
	if b.Certificate != nil {
		all = append(all, formats.Property{Name: name + " certificate", Value: fmt.Sprintf("at 0x%x, %s", c.at+int64(c.block+b.At.Certificate), b.Certificate)})
	}
	if b.Blob != nil {
		all = append(all, formats.Property{Name: name + " wrapped key", Value: fmt.Sprintf("at 0x%x, 0x%x bytes, identifier 0x%x", c.at+int64(c.block+b.At.Blob), len(b.Blob), b.KeyID)})
	}
	return all
}
