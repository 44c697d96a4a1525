// Package mender signs and verifies Mender artifacts, byte for byte as mender-artifact does, and never signs one that is damaged.
package mender

import "sigtool/formats"

// Format is Mender artifacts of versions 2 and 3.
type Format struct{}

// Name is "mender".
func (Format) Name() string { return "mender" }

// Summary is one line of help.
func (Format) Summary() string { return "Mender artifacts (.mender), versions 2 and 3" }

// Files are the names that artifacts have.
func (Format) Files() []string { return []string{"*.mender"} }

// Options are the format's own flags.
func (Format) Options() []formats.Option {
	return []formats.Option{{
		Name: optionSkip, Kind: formats.Bool, Default: "false", Sign: true, Verify: true,
		Help: "do not read the payload: the manifest's sums of it are signed, or taken, as they stand",
	}}
}

const (
	optionSkip = "skip-payload-check"
	scheme     = "manifest.sig"
)
