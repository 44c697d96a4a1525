// Package ahab signs boot images for the advanced high assurance boot (AHAB) of i.MX processors, and tells whether the boot firmware of a
// closed device would take one.
package ahab

import (
	"context"
	"fmt"

	"sigtool/formats"
)

// Format is boot images of AHAB containers: flash.bin of the i.MX 8, 8X, 8ULP, 93, 95.
type Format struct{}

// Name is "imx-ahab".
func (Format) Name() string { return "imx-ahab" }

// Summary is one line of help.
func (Format) Summary() string {
	return "boot images of i.MX 8, 8X, 8ULP and 9x processors (AHAB containers): flash.bin"
}

// Files is nil: flash.bin is the name of HAB's images, too.
func (Format) Files() []string { return nil }

// Sniff tells whether a container stands where the boot ROM looks for one.
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
	}
}

const (
	optionTable = "srk-table"
	optionHash  = "srk-hash"
	optionIndex = "srk-index"
)

// Sign is not there yet.
func (Format) Sign(context.Context, formats.Source, formats.Request) (*formats.Result, error) {
	return nil, fmt.Errorf("%w: not there yet", formats.ErrFormat)
}

// Verify is not there yet.
func (Format) Verify(context.Context, formats.Source, formats.Keys) ([]formats.Signature, error) {
	return nil, fmt.Errorf("%w: not there yet", formats.ErrFormat)
}
