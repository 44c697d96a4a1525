package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"sigtool/formats"
	"sigtool/internal/fileio"
	"sigtool/internal/patch"
)

// Files are given their places in groups, some groups at a time: the disk takes many files at once far faster than one by one. Each
// file keeps three descriptors until then.
const (
	groupSize = 32
	groups    = 8
)

// signGroups signs a group of files while those before are put in their places, and reports on all in order.
func (s *signer) signGroups(ctx context.Context, inputs []input, jobs int, progress *progress) {
	// A thread that waits for the disk keeps its turn at a core for a moment: with turns to spare, the cores have work meanwhile.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3 * runtime.GOMAXPROCS(0)))
	slots := make(chan struct{}, groups)
	reported := make(chan struct{})
	close(reported)
	for group := range slices.Chunk(inputs, groupSize) {
		slots <- struct{}{}
		var results []signed
		inOrder(ctx, group, jobs, func(in input) signed { return s.sign(ctx, in) }, func(_ input, r signed) { results = append(results, r) })
		before, mine := reported, make(chan struct{})
		reported = mine
		go func() {
			place(results)
			<-before
			for i, r := range results {
				progress.step()
				s.report(group[i], r)
			}
			close(mine)
			<-slots
		}()
	}
	<-reported
}

// place puts what was staged where it belongs.
func place(results []signed) {
	var staged []*fileio.Staged
	var whose []int
	for i, r := range results {
		if r.staged != nil {
			staged, whose = append(staged, r.staged), append(whose, i)
		}
	}
	for n, err := range fileio.Commit(staged) {
		r := &results[whose[n]]
		r.err = err
		r.source.Close()
	}
}

// write stages the signed file for where it was asked to be, and writes its sidecars beside it.
func (s *signer) write(in input, r *signed, view *patch.View, result *formats.Result) (err error) {
	if s.folder && s.output != "" {
		if err := os.MkdirAll(filepath.Dir(r.output), 0o777); err != nil {
			return err
		}
	}
	if len(result.Edits) == 0 && len(result.Sidecars) == 1 {
		return s.writeDetached(in, r, result.Sidecars[0])
	}
	for _, sidecar := range result.Sidecars {
		if err := fileio.WriteNew(r.output+sidecar.Suffix, sidecar.Data, 0o644, s.force || s.inPlace); err != nil {
			return err
		}
	}
	switch {
	case r.output == "-":
		return s.out.binary(func(w io.Writer) error {
			_, err := io.Copy(w, io.NewSectionReader(view, 0, view.Size()))
			return err
		})
	case s.inPlace:
		r.staged, err = fileio.StageReplace(r.source, view)
	case sameFile(in.name, r.output):
		return usageHint("-i replaces FILE atomically", "%s: the output is the input", r.output)
	default:
		r.staged, err = fileio.StageCreate(r.output, r.source, view, s.force)
	}
	return err
}

// writeDetached writes a signature that stands apart from its file.
func (s *signer) writeDetached(in input, r *signed, sidecar formats.Sidecar) error {
	if s.output == "" || s.folder {
		r.output += sidecar.Suffix
	}
	switch {
	case r.output == "-":
		return s.out.binary(func(w io.Writer) error { _, err := w.Write(sidecar.Data); return err })
	case sameFile(in.name, r.output):
		return usagef("%s: the output is the input", r.output)
	}
	return fileio.WriteNew(r.output, sidecar.Data, 0o644, s.force)
}

// target is the name of an input's output.
func (s *signer) target(in input) string {
	if s.output == "" {
		return in.name
	}
	if !s.folder {
		return s.output
	}
	return filepath.Join(s.output, in.base)
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}
