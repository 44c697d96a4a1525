// Package hab signs boot images for the high assurance boot (HABv4) of i.MX processors, and tells whether the boot ROM of a closed device
// would take one: what it signed or accepted has every signature, every block and every pointer that the ROM asks for.
package hab

import (
	"context"
	"fmt"

	"sigtool/formats"
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
func (Format) Sniff(formats.Source) bool { return false }

// Options are the format's own flags.
func (Format) Options() []formats.Option {
	return []formats.Option{
		{Name: optionTable, Kind: formats.File, Sign: true, Verify: true,
			Help: "the SRK table, whose hash is in the fuses"},
		{Name: optionHash, Kind: formats.Digest, Verify: true,
			Help: "the hash that is in the fuses: accept what was signed under it"},
		{Name: optionIndex, Kind: formats.Int, Sign: true,
			Help: "which key of the SRK table it is, from 0 on, as in CST's Source index; found out where it is left out"},
		{Name: optionCSFKey, Kind: formats.Key, Sign: true,
			Help: "the CSF key; -k is the IMG key then. Without it, -k is an SRK that signs both (fast authentication, NOCAK)"},
		{Name: optionCSFCert, Kind: formats.Chain, Sign: true,
			Help: "the CSF key's certificate"},
	}
}

const (
	optionTable   = "srk-table"
	optionHash    = "srk-hash"
	optionIndex   = "srk-index"
	optionCSFKey  = "csf-key"
	optionCSFCert = "csf-cert"
)

// Timed says that the signatures tell when they were made.
func (Format) Timed(formats.Values) bool { return true }

// Sign is not there yet.
func (Format) Sign(context.Context, formats.Source, formats.Request) (*formats.Result, error) {
	return nil, fmt.Errorf("%w: not there yet", formats.ErrFormat)
}
