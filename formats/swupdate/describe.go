package swupdate

import (
	"context"

	"sigtool/formats"
	"sigtool/formats/swupdate/swdesc"
)

// Describe returns what sw-description says: the version, boards, and images. Errors: ErrFormat.
func (Format) Describe(ctx context.Context, src formats.Source) ([]formats.Property, error) {
	p, err := open(ctx, src)
	if err != nil {
		return nil, err
	}
	description, err := swdesc.Parse(p.text)
	if err != nil {
		return nil, err
	}
	return description.Describe(), nil
}
