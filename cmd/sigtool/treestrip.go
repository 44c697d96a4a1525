package main

import (
	"context"
	"errors"

	"sigtool/formats"
)

// stripTree takes the signatures off the files of a tree, and leaves those that have none.
func (s *signer) stripTree(ctx context.Context, t *tree) signed {
	return s.rewriteTree(ctx, t, func(in input, src formats.Source) (m made) {
		m.format = t.format.Name()
		if m.view, m.err = stripView(ctx, t.format, src); errors.Is(m.err, formats.ErrUnsigned) {
			m.err = nil
		}
		if m.err != nil {
			m.err = errorIn(in, m.err)
		}
		return m
	})
}
