// Package mender signs and verifies Mender artifacts.
package mender

import (
	"context"

	"sigtool/formats"
)

// Format is not there yet.
type Format struct{}

// Name is "mender".
func (Format) Name() string { return "mender" }

// Summary is one line of help.
func (Format) Summary() string { return "Mender artifacts (.mender)" }

// Files are the names that such files have.
func (Format) Files() []string { return []string{"*.mender"} }

// Sniff knows none yet.
func (Format) Sniff(formats.Source) bool { return false }

// Options are the format's own flags.
func (Format) Options() []formats.Option { return nil }

// Sign is not there yet.
func (Format) Sign(context.Context, formats.Source, formats.Request) (*formats.Result, error) {
	return nil, formats.ErrFormat
}

// Verify is not there yet.
func (Format) Verify(context.Context, formats.Source, formats.Keys) ([]formats.Signature, error) {
	return nil, formats.ErrFormat
}
