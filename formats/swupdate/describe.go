package swupdate

import (
	"context"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/swupdate/swdesc"
)

// Describe returns what sw-description says: the version, boards, and each image with its type, size and place. Errors: ErrFormat.
func (Format) Describe(ctx context.Context, src formats.Source) ([]formats.Property, error) {
	p, err := open(ctx, src)
	if err != nil {
		return nil, err
	}
	description, err := swdesc.Parse(p.text)
	if err != nil {
		return nil, err
	}
	entries, err := images(p.text)
	if err != nil {
		return nil, err
	}
	all := description.Describe()
	for _, entry := range entries {
		all = append(all, formats.Property{Name: "image", Value: p.describe(entry)})
	}
	return all, nil
}

// describe says what an image is: "rootfs.img (raw), 1024 bytes, to /dev/mmcblk0p2".
func (p *pack) describe(entry swdesc.Entry) string {
	text := entry.Filename
	if entry.Type != "" {
		text += " (" + entry.Type + ")"
	}
	if p.archive != nil {
		m, found := p.archive.Find(entry.Filename)
		if !found {
			return text + ", not in the package"
		}
		text += fmt.Sprintf(", %d bytes", m.Size)
	}
	if entry.Target != "" {
		text += ", to " + entry.Target
	}
	return text
}
