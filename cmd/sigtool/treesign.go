package main

import (
	"context"
	"io"

	"sigtool/formats"
	"sigtool/internal/fileio"
	"sigtool/internal/patch"
)

// made is what became of one file of a tree.
type made struct {
	signed
	view  *patch.View // nil: it stays as it is
	asked *asked      // what keys that are elsewhere were asked for; nil where the keys are here
}

// signTree signs every file of a tree and stages the tree, unless one of them fails.
func (s *signer) signTree(ctx context.Context, t *tree) signed {
	request, err := s.request(t.in, t.format)
	switch {
	case err != nil:
		return signed{err: err}
	case apart(t.format, t.file, request.Options):
		return signed{err: usageHint("unpack it, and sign the folder", "%s: signatures that are files of their own have no place in a tree", t.in.name)}
	}
	return s.rewriteTree(ctx, t, func(in input, src formats.Source) (m made) {
		request, err := s.request(in, t.format) // each its own: it notes what it is asked for
		if err != nil {
			return made{signed: signed{err: err}}
		}
		m.format = t.format.Name()
		var result *formats.Result
		m.view, result, m.asked = s.signAndProve(ctx, in, src, t.format, request, &m.signed)
		if m.err == nil && len(result.Sidecars) > 0 {
			m.err = usagef("%s: a file beside it (%s) has no place in a tree", in.name, result.Sidecars[0].Suffix)
		}
		return m
	})
}

// rewriteTree makes every file of a tree anew, and stages the tree unless one of them fails. The tree is written as it is made, so that memory
// stays small whatever its size.
func (s *signer) rewriteTree(ctx context.Context, t *tree, work func(input, formats.Source) made) (r signed) {
	if !s.inPlace && s.output == "" {
		return signed{err: errNowhere}
	}
	r = signed{format: t.format.Name(), source: t.file, output: s.target(t.in), tree: &treeResult{json: s.out.json}}
	var failed error // of the tree or its files; errors of writing bring the name of the output
	err := s.writeTree(t.in, &r, func(w io.Writer) error {
		to := &noting{Writer: w}
		count, err := t.walk(ctx, to, jobs(s.options.flags), func(name string, data []byte) (patch.Source, func()) {
			in := t.member(name)
			m := work(in, patch.Bytes(data))
			return m.fresh(), func() { r.tree.add(in, m) }
		})
		if to.err != nil {
			return to.err
		}
		if links := t.links(count); links != "" {
			r.warnings = append(r.warnings, links)
		}
		if failed = err; err == nil {
			failed = r.tree.verdict(t.in, s.elsewhere)
		}
		return failed
	})
	if r.err = err; failed != nil {
		r.err = failed
	}
	return r
}

// fresh is the new content, or nil where it stays as it is, or is not to be.
func (m *made) fresh() patch.Source {
	if m.err != nil || m.view == nil {
		return nil
	}
	return m.view
}

// noting remembers that writing failed.
type noting struct {
	io.Writer
	err error
}

func (n *noting) Write(p []byte) (int, error) {
	written, err := n.Writer.Write(p)
	if err != nil {
		n.err = err
	}
	return written, err
}

// writeTree stages a tree for where it was asked to be. Standard output gets it when it is whole.
func (s *signer) writeTree(in input, r *signed, fill func(io.Writer) error) (err error) {
	if err := s.makeFolder(r.output); err != nil {
		return err
	}
	switch {
	case r.output == "-":
		return s.out.binary(func(w io.Writer) error {
			whole, err := fileio.Scratch(fill)
			if err != nil {
				return err
			}
			defer whole.Close()
			if err := r.source.Unchanged(); err != nil {
				return err
			}
			_, err = io.Copy(w, io.NewSectionReader(whole, 0, whole.Size()))
			return err
		})
	case s.inPlace:
		r.staged, err = fileio.StageReplaceBy(r.source, fill)
	case sameFile(in.name, r.output):
		return usageHint("-i replaces FILE atomically", "%s: the output is the input", r.output)
	default:
		r.staged, err = fileio.StageCreateBy(r.output, r.source, fill, s.force)
	}
	return err
}
