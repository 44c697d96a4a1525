package main

import (
	"context"

	"sigtool/formats"
)

// inspectTree says what each file of a tree is.
func inspectTree(ctx context.Context, out *reporter, t *tree, list bool) error {
	keep := func(_ input, src formats.Source) formats.Source { return src }
	_, err := eachMember(ctx, t, 1, keep, func(in input, src formats.Source) {
		if err := inspectSigned(ctx, out, in, src, t.format, list); err != nil {
			out.failedFile(in.name, err)
		}
	})
	return err
}
