package ahab

import (
	"sigtool/formats"
	"sigtool/internal/issue"
)

// Where containers stand. A boot ROM reads its first set at an offset that depends on the medium: 0 (eMMC's boot partitions, files for
// uuu), 4 KiB (FlexSPI), 32 KiB (SD card, eMMC's user area). Within a set, one container follows another at the next step of 1 KiB
// behind its length (16 KiB for version 2), all before the first image (U-Boot: get_imageset_end in arch/arm/mach-imx/image-container.c;
// SPSDK: get_container_offset). SPL reads the next set, with U-Boot and ATF, from where the first one ends, rounded up to 1 KiB (NAND:
// 16 KiB), or from the offset that it was built with. So every 1 KiB is looked at that is not within a set's images.
const (
	step          = 1 << 10
	firstWithin   = 64 << 10 // the first container stands before this
	reach         = 16 << 20 // how far behind a set the next may stand
	maxContainers = 32
)

// find returns the containers of a file in the file's order; one at least, as long as there is no error. What looks like a damaged container
// is among them, with its err. Errors: formats.ErrFormat.
func find(src formats.Source) ([]*container, error) {
	var found []*container
	var end int64      // of the set
	first := int64(-1) // image of the set
	limit := int64(firstWithin)
	for at := int64(0); at < min(limit, src.Size()) && len(found) < maxContainers; {
		head, signs := look(src, at)
		next := at + step
		switch {
		case signs.is():
			c := readContainer(src, at, head)
			found = append(found, c)
			next = at + int64(max(c.length, 1)+step-1)/step*step
			first, end = firstImage(first, c), max(end, c.end())
			limit = max(end, next) + reach
		case signs.was():
			found = append(found, &container{at: at, err: issue.New("container-header", formats.ErrMismatch,
				"what stands there was a container, and a field of its head is damaged").Advise("fetch or make it again")})
			limit = max(limit, next+reach)
		}
		if first >= 0 && next > first { // the set's heads are over: go on behind its images
			next = max(next, (end+step-1)/step*step)
			first = -1
		}
		at = next
	}
	if len(found) == maxContainers { // what might follow must not pass for looked at
		return nil, issue.New("too-many-containers", formats.ErrFormat, "it has %d containers or more, and a boot image has a handful", maxContainers)
	}
	if len(found) == 0 {
		return nil, issue.New("no-container", formats.ErrFormat, "no AHAB container stands at any step of 1 KiB of its first 64 KiB").
			Advise("imx-ahab takes flash.bin, as imx-mkimage or mkimage makes it of an ELF file or a .bin; images of i.MX 5, 6, 7 and 8M are for imx-hab")
	}
	return found, claims(src, found)
}

// firstImage is where the set's first image stands in the file, -1 where it has none.
func firstImage(before int64, c *container) int64 {
	for _, m := range c.images {
		if at := c.at + m.offset; m.size > 0 && (before < 0 || at < before) {
			before = at
		}
	}
	return before
}

// claims refuses a file whose containers say that they have many times as many bytes of images as there are, which would take for ever to hash.
func claims(src formats.Source, found []*container) error {
	var sum int64
	for _, c := range found {
		for _, m := range c.images {
			if c.err == nil { // else none is hashed
				sum += m.size
			}
		}
	}
	if sum > 4*src.Size() && sum > 64<<20 {
		return issue.New("image-sizes", formats.ErrFormat, "its containers name %d bytes of images, and the file has %d bytes", sum, src.Size())
	}
	return nil
}

// sniff tells whether the first container stands in the first 64 KiB.
func sniff(src formats.Source) bool {
	for at := int64(0); at < min(firstWithin, src.Size()); at += step {
		if _, signs := look(src, at); signs.is() {
			return true
		}
	}
	return false
}
