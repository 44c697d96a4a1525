package main

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/internal/fileio"
	"sigtool/internal/patch"
	"sigtool/keygen"
	"sigtool/verify"
)

func signCommand(out *reporter) *cli.Command {
	own := append([]cli.Flag{keyFlag, certFlag, outputFlag,
		&cli.BoolFlag{Name: "in-place", Aliases: []string{"i"}, Usage: "replace FILE by the signed one, atomically"},
		forceFlag, nowFlag, jobsFlag}, passphraseFlags...)
	return &cli.Command{
		Name:      "sign",
		Usage:     "sign files, folders of files, or apart from the file",
		UsageText: "sigtool sign [FORMAT] -k KEY [-c CERT] (-o OUT | -i) FILE...",
		Description: examples(
			"sigtool sign kmod -k key.pem -c key.crt -i driver.ko",
			"sigtool sign kmod -k key.pem -c key.crt -i lib/modules/6.1",
			"sigtool sign raw -k key.pem release.tar        # writes release.tar.sig"),
		Flags:  verbFlags(append(own, formatFlags(func(o formats.Option) bool { return o.Sign })...)...),
		Action: func(c *cli.Context) error { return signAll(c, out) },
	}
}

// signer is one run of `sigtool sign`: the same key over all files.
type signer struct {
	out     *reporter
	named   formats.Format
	key     crypto.Signer
	chain   []*x509.Certificate
	now     time.Time
	output  string
	inPlace bool
	folder  bool // output is a folder
	force   bool
	flags   *cli.Context
}

func signAll(c *cli.Context, out *reporter) error {
	out.configure(c)
	s, inputs, err := newSigner(c, out)
	if err != nil {
		return err
	}
	progress := newProgress(out, "signed", len(inputs))
	defer progress.done()
	inOrder(c.Context, inputs, jobs(c),
		func(in input) signed { return s.sign(c.Context, in) },
		func(in input, r signed) { progress.step(); s.report(in, r) })
	return out.result(c.Context)
}

func newSigner(c *cli.Context, out *reporter) (*signer, []input, error) {
	named, args := splitFormat(c)
	s := &signer{out: out, named: named, output: c.String("output"), inPlace: c.Bool("in-place"), force: c.Bool("force"), flags: c}
	inputs, folder, err := gather(args)
	if err != nil {
		return nil, nil, err
	}
	if err := s.checkOutput(inputs, folder); err != nil {
		return nil, nil, err
	}
	if s.now, err = timeOf(c); err != nil {
		return nil, nil, err
	}
	if s.key, err = signingKey(c); err != nil {
		return nil, nil, err
	}
	s.chain, err = certificates(c.String("cert"), s.key)
	return s, inputs, err
}

// checkOutput refuses, before the key is touched, an output that can't be meant.
func (s *signer) checkOutput(inputs []input, folder bool) error {
	detached := s.named != nil && s.named.Name() == "raw"
	switch {
	case len(inputs) == 0 && !folder:
		return usageHint("sigtool sign --help shows examples", "no file to sign")
	case s.inPlace && s.output != "":
		return usagef("-i and -o exclude each other")
	case !s.inPlace && s.output == "" && !detached:
		return usageHint("-o OUT writes a new file, -i replaces FILE", "where should the signed file go?")
	}
	s.folder = folder || len(inputs) > 1 || isFolder(s.output)
	for _, in := range inputs {
		if in.name == "-" && (s.inPlace || s.output == "" || s.folder) {
			return usagef("standard input can't be signed in place: -o OUT says where to write")
		}
	}
	if s.output == "-" && s.folder {
		return usagef("several files can't go to standard output: -o FOLDER")
	}
	return nil
}

func isFolder(name string) bool {
	if name == "" || name == "-" {
		return false
	}
	info, err := os.Stat(name)
	return (err == nil && info.IsDir()) || os.IsPathSeparator(name[len(name)-1])
}

// signed is what became of one file.
type signed struct {
	format     string
	signatures []formats.Signature
	notes      []string
	output     string
	err        error
}

// sign is the straight line for one file: open, choose the format, sign, check the result before it exists, write it.
func (s *signer) sign(ctx context.Context, in input) (r signed) {
	file, err := in.open()
	if err != nil {
		return signed{err: err}
	}
	defer file.Close()
	format, err := choose(in, file, s.named)
	if err != nil {
		return signed{err: err}
	}
	r.format = format.Name()
	request := formats.Request{Key: s.key, Chain: s.chain, Time: s.now, Force: s.force}
	if request.Options, err = formatValues(s.flags, format); err != nil {
		return signed{err: err}
	}
	result, err := format.Sign(ctx, file, request)
	if err != nil {
		r.err = named(in, err)
		return r
	}
	r.notes = result.Notes
	view, err := patch.NewView(file, result.Edits)
	if err == nil {
		r.signatures, err = s.prove(ctx, format, view, request, result)
	}
	if err != nil {
		r.err = named(in, fmt.Errorf("the signed file does not verify and was not written: %w", err))
		return r
	}
	r.output, r.err = s.write(in, file, view, result)
	return r
}

// prove verifies what would be written with the public half of the key that signed: an output that does not verify never exists.
func (s *signer) prove(ctx context.Context, format formats.Format, view *patch.View, request formats.Request, result *formats.Result) ([]formats.Signature, error) {
	keys := formats.Keys{Options: request.Options, Certs: s.chain, Sidecar: func(suffix string, _ int64) ([]byte, error) {
		for _, sidecar := range result.Sidecars {
			if sidecar.Suffix == suffix {
				return sidecar.Data, nil
			}
		}
		return nil, nil
	}}
	if len(s.chain) == 0 {
		keys.Public = []crypto.PublicKey{s.key.Public()}
	}
	signatures, err := format.Verify(ctx, view, keys)
	if err != nil {
		return nil, err
	}
	return signatures, verify.Judge(signatures, verify.Policy{Keys: []crypto.PublicKey{s.key.Public()}, Now: s.now})
}

// write puts the signed file where it was asked to be, and its sidecars beside it.
func (s *signer) write(in input, file *fileio.File, view *patch.View, result *formats.Result) (string, error) {
	target := s.target(in)
	if s.folder && s.output != "" {
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return "", err
		}
	}
	if len(result.Edits) == 0 && len(result.Sidecars) == 1 {
		return s.writeDetached(in, target, result.Sidecars[0])
	}
	for _, sidecar := range result.Sidecars {
		if err := fileio.WriteNew(target+sidecar.Suffix, sidecar.Data, 0o644, s.force || s.inPlace); err != nil {
			return "", err
		}
	}
	switch {
	case target == "-":
		return target, s.out.binary(func(w io.Writer) error {
			_, err := io.Copy(w, io.NewSectionReader(view, 0, view.Size()))
			return err
		})
	case s.inPlace:
		return target, fileio.Replace(file, view)
	case sameFile(in.name, target):
		return "", usageHint("-i replaces FILE atomically", "%s: the output is the input", target)
	}
	return target, fileio.Create(target, file, view, s.force)
}

// writeDetached writes a signature that stands apart from its file.
func (s *signer) writeDetached(in input, target string, sidecar formats.Sidecar) (string, error) {
	if s.output == "" || s.folder {
		target += sidecar.Suffix
	}
	switch {
	case target == "-":
		return target, s.out.binary(func(w io.Writer) error { _, err := w.Write(sidecar.Data); return err })
	case sameFile(in.name, target):
		return "", usagef("%s: the output is the input", target)
	}
	return target, fileio.WriteNew(target, sidecar.Data, 0o644, s.force)
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

// report says what became of one file.
func (s *signer) report(in input, r signed) {
	if errors.Is(r.err, errSkip) {
		return
	}
	for _, note := range r.notes {
		s.out.warnOnce("%s: %s", r.format, note)
	}
	s.out.failed(r.err)
	if s.out.json {
		_ = s.out.object(fileObject(in.name, r.format, r.signatures, r.output, r.err))
		return
	}
	if r.err == nil {
		s.out.info("%s: signed as %s with %s -> %s", in.name, r.format, keygen.Fingerprint(s.key.Public()), r.output)
	}
}

// named puts the file's name before an error.
func named(in input, err error) error { return fmt.Errorf("%s: %w", in.name, err) }
