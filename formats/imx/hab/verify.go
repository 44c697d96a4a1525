package hab

import (
	"context"
	"fmt"

	"sigtool/formats"
)

// Verify is not there yet.
func (Format) Verify(context.Context, formats.Source, formats.Keys) ([]formats.Signature, error) {
	return nil, fmt.Errorf("%w: not there yet", formats.ErrFormat)
}
