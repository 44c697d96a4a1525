package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/internal/patch"
)

func stripCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "strip",
		Usage:     "take the signatures off files; needs no key",
		UsageText: "sigtool strip [FORMAT] (-o OUT | -i) FILE...",
		Description: examples(
			"sigtool strip kmod -i driver.ko",
			"sigtool strip mender -o unsigned.mender signed.mender"),
		Flags: verbFlags(outputFlag,
			&cli.BoolFlag{Name: "in-place", Aliases: []string{"i"}, Usage: "replace FILE by the one without signatures, atomically"},
			forceFlag, jobsFlag),
		Action: func(c *cli.Context) error { return stripAll(c, out) },
	}
}

// stripAll is the run of a signer that has no key: what it does with one file is another thing, and where the file goes is the same.
func stripAll(c *cli.Context, out *reporter) error {
	out.configure(c)
	named, args := splitFormat(c)
	inputs, folder, err := gather(args)
	if err != nil {
		return err
	}
	s := &signer{out: out, named: named, output: c.String("output"), inPlace: c.Bool("in-place"), force: c.Bool("force"), options: &givenOptions{flags: c}}
	s.work, s.done = s.strip, s.stripped
	switch {
	case len(inputs) == 0 && !folder:
		return usageHint("sigtool strip --help shows examples", "no file to take signatures off")
	case !s.inPlace && s.output == "":
		return usageHint("-o OUT writes a new file, -i replaces FILE", "where should the file go?")
	}
	if err := s.checkOutput(inputs, folder, s.options); err != nil {
		return err
	}
	progress := newProgress(out, "stripped", len(inputs))
	defer progress.done()
	s.signGroups(c.Context, inputs, jobs(c), progress)
	if s.taken == 0 {
		return withHint(fmt.Errorf("%s: there is no signed file in it", c.Args().Get(c.NArg()-1)), "sigtool inspect says what signs a file")
	}
	return out.result(c.Context)
}

// strip is the straight line for one file: open, choose the format, take the signatures away, see that none is left, write.
func (s *signer) strip(ctx context.Context, in input) (r signed) {
	file, err := in.open()
	if err != nil {
		return signed{err: err}
	}
	defer func() {
		if r.staged == nil {
			file.Close()
		}
	}()
	t, err := treeOf(in, file, s.named)
	switch {
	case err != nil:
		return signed{err: err}
	case t != nil:
		return s.stripTree(ctx, t)
	}
	format, err := choose(in, file, s.named)
	if err != nil {
		return signed{err: err}
	}
	r.format, r.source = format.Name(), file
	view, err := stripView(ctx, format, file)
	switch {
	case in.walk && errors.Is(err, formats.ErrUnsigned):
		return signed{err: errSkip} // a folder's unsigned files are as they should be
	case errors.Is(err, formats.ErrUnsigned):
		r.err = withHint(errorIn(in, err), "there is nothing to take off")
		return r
	case err != nil:
		r.err = errorIn(in, err)
		return r
	}
	r.output = s.target(in)
	r.err = s.write(in, &r, view, &formats.Result{}, false)
	return r
}

// stripView is the file without its signatures, once it is known that none is left.
func stripView(ctx context.Context, format formats.Format, src formats.Source) (*patch.View, error) {
	stripper, can := format.(formats.Stripper)
	if !can {
		return nil, usagef("%s: its signatures can't be taken away", format.Name())
	}
	result, err := stripper.Strip(ctx, src)
	if err != nil {
		return nil, err
	}
	view, err := patch.NewView(src, result.Edits)
	if err != nil {
		return nil, err
	}
	if _, err := format.Verify(ctx, view, formats.Keys{}); !errors.Is(err, formats.ErrUnsigned) {
		if err == nil {
			err = errors.New("a signature is left")
		}
		return nil, fmt.Errorf("the file without its signatures is not sound and was not written: %w", err)
	}
	return view, nil
}

// stripped says what became of one file.
func (s *signer) stripped(in input, r signed) {
	if errors.Is(r.err, errSkip) {
		return
	}
	s.taken++
	s.out.failed(r.err)
	if s.out.json {
		if r.err != nil {
			r.output = ""
		}
		_ = s.out.object(fileObject(in.name, r.format, nil, r.output, r.err))
		return
	}
	if r.err == nil {
		s.out.info("%s: %s without signatures -> %s", in.name, r.format, r.output)
	}
}
