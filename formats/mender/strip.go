package mender

import (
	"context"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// Strip takes manifest.sig away.
func (Format) Strip(_ context.Context, src formats.Source) (*formats.Result, error) {
	a, err := open(src)
	if err != nil {
		return nil, err
	}
	if a.signature == nil {
		return nil, formats.ErrUnsigned
	}
	return &formats.Result{Edits: []patch.Edit{{Offset: a.behind, Remove: a.remove}}}, nil
}
