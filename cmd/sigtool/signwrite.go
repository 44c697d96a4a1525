package main

import (
	"context"
	"fmt"
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
	if len(inputs) > 1 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3 * runtime.GOMAXPROCS(0)))
	}
	slots := make(chan struct{}, groups)
	reported := make(chan struct{})
	close(reported)
	for group := range slices.Chunk(inputs, groupSize) {
		slots <- struct{}{}
		var results []signed
		inOrder(ctx, group, jobs, func(in input) signed { return s.work(ctx, in) }, func(_ input, r signed) { results = append(results, r) })
		before, mine := reported, make(chan struct{})
		reported = mine
		go func() {
			place(results)
			<-before
			for i, r := range results {
				progress.step()
				if r.tree != nil {
					s.reportTree(group[i], r)
				} else {
					s.done(group[i], r)
				}
			}
			close(mine)
			<-slots
		}()
	}
	<-reported
}

// place puts what was staged where it belongs, and then what stands beside it.
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
		if r.err = err; err == nil && r.placed != nil {
			r.err = r.placed()
		}
		r.source.Close()
	}
}

// write stages the signed file for where it was asked to be, and has its sidecars follow it.
func (s *signer) write(in input, r *signed, view *patch.View, result *formats.Result, apart bool) (err error) {
	if err := s.makeFolder(r.output); err != nil {
		return err
	}
	if apart {
		return s.writeApart(in, r, result.Sidecars)
	}
	if r.output == "-" {
		for _, sidecar := range result.Sidecars {
			r.warnings = append(r.warnings, fmt.Sprintf("the %s file is left out: standard output takes one file", sidecar.Suffix))
		}
		return s.out.binary(func(w io.Writer) error {
			if _, err := io.Copy(w, io.NewSectionReader(view, 0, view.Size())); err != nil {
				return err
			}
			return r.source.Unchanged() // else what was written is not what was verified
		})
	}
	over := s.force || s.inPlace
	if err := free(r.output, result.Sidecars, over); err != nil {
		return err
	}
	if s.inPlace {
		r.staged, err = fileio.StageReplace(r.source, view)
	} else if sameFile(in.name, r.output) {
		err = usageHint("-i replaces FILE atomically", "%s: the output is the input", r.output)
	} else {
		r.staged, err = fileio.StageCreate(r.output, r.source, view, s.force)
	}
	if err == nil {
		for _, sidecar := range result.Sidecars {
			r.beside = append(r.beside, sidecar.Name(r.output))
		}
		r.warnings = append(r.warnings, stale(r.output, result.Sidecars)...)
		r.placed = func() error { return writeSidecars(r.output, result.Sidecars, over) }
	}
	return err
}

// makeFolder makes the folder that an output goes to, if one was asked for.
func (s *signer) makeFolder(output string) error {
	if !s.folder || s.output == "" {
		return nil
	}
	return os.MkdirAll(filepath.Dir(output), 0o777)
}

// writeApart writes signatures that stand apart from their file. One that takes the file's name with another ending (entry.jar for entry.json) is made
// anew each time the file is: there is nothing else that it could be.
func (s *signer) writeApart(in input, r *signed, sidecars []formats.Sidecar) error {
	target := r.output
	for i, sidecar := range sidecars {
		name := target
		if s.output == "" || s.folder {
			name = sidecar.Name(target)
		}
		switch {
		case i == 0:
			r.output = name
		case name == r.output:
			return usageHint("-o FOLDER/", "%s: there is more than one file to write", name)
		}
		if name == "-" {
			if err := s.out.binary(func(w io.Writer) error { _, err := w.Write(sidecar.Data); return err }); err != nil {
				return err
			}
			continue
		}
		if sameFile(in.name, name) {
			return usagef("%s: the output is the input", name)
		}
		if err := noLink(name); err != nil && name != target { // a link that was typed is meant
			return err
		}
		if err := fileio.WriteNew(name, sidecar.Data, 0o644, s.force || sidecar.Replaces != ""); err != nil {
			return err
		}
	}
	return nil
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
