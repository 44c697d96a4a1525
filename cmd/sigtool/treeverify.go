package main

import (
	"context"

	"sigtool/formats"
)

// checkTree verifies every file of a tree and reports on each as it goes: with many or large files, nothing is kept.
func (v *verifier) checkTree(ctx context.Context, t *tree, jobs int) {
	defer t.file.Close()
	v.several = true
	count, err := eachMember(ctx, t, jobs, func(in input, src formats.Source) checked { return v.checkFile(ctx, in, src) }, v.report)
	if err != nil {
		v.report(t.in, checked{format: t.format.Name(), err: err})
	} else if links := t.links(count); links != "" {
		v.out.warn("%s: %s", t.in.name, links)
	}
}
