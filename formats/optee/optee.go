// Package optee signs and verifies OP-TEE trusted applications.
package optee

import (
	"context"

	"sigtool/formats"
)

// Format is not there yet.
type Format struct{}

// Name is "optee".
func (Format) Name() string { return "optee" }

// Summary is one line of help.
func (Format) Summary() string { return "OP-TEE trusted applications (.ta)" }

// Files are the names that such files have.
func (Format) Files() []string { return []string{"*.ta"} }

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
