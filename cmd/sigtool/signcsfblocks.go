package main

import (
	"maps"
	"slices"

	"sigtool/formats"
	"sigtool/formats/imx/boot"
	"sigtool/formats/imx/csf"
)

// warnBlocks warns of a text whose blocks leave out what HABv4 wants signed, in files that are boot images: CST signs what it is told, and only the
// board says so (HAB_INV_ASSERTION). A stage that no block touches is another text's.
func (r *csfRun) warnBlocks(plan *csf.Plan) {
	var blocks []csf.Block
	for _, step := range plan.Steps {
		if data, is := step.(csf.AuthenticateData); is {
			blocks = append(blocks, data.Blocks...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.files.open)) {
		file := r.files.open[name]
		images, err := boot.Find(file)
		if err != nil {
			continue // no boot image, or a part of one
		}
		for i := range images {
			if part := leftOut(&images[i], file, blocks); part != nil {
				r.out.warn("%s: no block has the %s, which is loaded from byte 0x%x to 0x%08x: a closed device refuses the image (HAB_INV_ASSERTION)",
					name, part.Name, part.Offset, part.Address)
			}
		}
	}
}

// leftOut is the first part of a stage that no block holds; nil where all are held, or no block touches the stage. The DCD may be loaded to
// elsewhere, as for serial download.
func leftOut(m *boot.Image, file formats.Source, blocks []csf.Block) *boot.Part {
	if m.Missing || len(m.Faults) > 0 {
		return nil
	}
	var out *boot.Part
	touched := false
	for _, part := range m.Parts() {
		held := false
		for _, b := range blocks {
			if b.Data != file || b.Offset+int64(b.Length) <= part.Offset || b.Offset >= part.Offset+int64(part.Length) {
				continue
			}
			touched = true
			whole := b.Offset <= part.Offset && b.Offset+int64(b.Length) >= part.Offset+int64(part.Length)
			held = held || whole && (part.Name == "DCD" || int64(part.Address)-int64(b.Address) == part.Offset-b.Offset)
		}
		if !held && out == nil {
			out = &part
		}
	}
	if !touched {
		return nil
	}
	return out
}
