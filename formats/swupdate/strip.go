package swupdate

import (
	"context"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// Strip takes sw-description.sig out of a package. What --fill-hashes wrote stays. Errors: ErrUnsigned, ErrFormat.
func (Format) Strip(ctx context.Context, src formats.Source) (*formats.Result, error) {
	p, err := open(ctx, src)
	switch {
	case err != nil:
		return nil, err
	case p.archive == nil:
		return nil, fmt.Errorf("%w: the signature of a bare %s is a file of its own", formats.ErrFormat, descriptionName)
	case p.signature == nil:
		return nil, formats.ErrUnsigned
	}
	m := p.signature
	return &formats.Result{Edits: p.withTail([]patch.Edit{{Offset: m.Header, Remove: m.End - m.Header}})}, nil
}
