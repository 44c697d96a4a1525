package kmod

import (
	"context"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// Strip takes away every signature that was appended. A module that is not packed is left byte for byte as it was before it was signed; what a packed one unpacks
// to is, and it is packed again. Errors: ErrUnsigned, ErrFormat.
func (Format) Strip(_ context.Context, src formats.Source) (*formats.Result, error) {
	m, err := openModule(src)
	if err != nil {
		return nil, err
	}
	if m.signatures() == 0 {
		return nil, unsigned(m.body, m.size)
	}
	edit, err := m.ending(nil)
	if err != nil {
		return nil, err
	}
	return &formats.Result{Edits: []patch.Edit{edit}}, nil
}
