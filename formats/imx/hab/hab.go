// Package hab signs boot images for the high assurance boot (HABv4) of i.MX processors, and tells whether the boot ROM of a closed device
// would take one: what it signed or accepted has every signature, every block and every pointer that the ROM asks for.
package hab

import (
	"errors"

	"sigtool/formats"
	"sigtool/formats/imx/boot"
	"sigtool/internal/issue"
)

// Format is boot images that HABv4 checks: U-Boot's .imx and SPL, flash.bin of the i.MX 8M.
type Format struct{}

// Name is "imx-hab".
func (Format) Name() string { return "imx-hab" }

// Summary is one line of help.
func (Format) Summary() string {
	return "boot images of i.MX 5, 6, 7 and 8M processors (HABv4): .imx, SPL, flash.bin"
}

// Files are the names that such files have.
func (Format) Files() []string { return []string{"*.imx"} }

// Sniff tells whether an image vector table stands where the boot ROM looks for one.
func (Format) Sniff(src formats.Source) bool { return boot.Sniff(src) }

// Timed says that the signatures tell when they were made.
func (Format) Timed(formats.Values) bool { return true }

// find finds the stages of a file, one at least. Errors: formats.ErrFormat where there is none, and those of reading.
func find(src formats.Source) ([]boot.Image, error) {
	images, err := boot.Find(src)
	if errors.Is(err, boot.ErrImage) {
		return nil, issue.New("no-ivt", formats.ErrFormat, "%w", err).Advise("imx-hab takes .imx, SPL, flash.bin and FITs, as mkimage makes them of an ELF file or a .bin; flash.bin of an i.MX 8, 8X, 8ULP or 9 is for imx-ahab")
	}
	return images, err
}
