// Package hab signs boot images for the high assurance boot (HABv4) of i.MX processors, and tells whether the boot ROM of a closed device
// would take one: what it signed or accepted has every signature, every block and every pointer that the ROM asks for.
package hab

import (
	"sigtool/formats"
	"sigtool/formats/imx/boot"
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
