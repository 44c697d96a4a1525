package main

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/keygen"
)

func signCommand(out *reporter) *cli.Command {
	own := append([]cli.Flag{keyFlag, certFlag, outputFlag,
		&cli.StringFlag{Name: "detached", Usage: "instead of -k: write the digests that want a signature to `FOLDER`, and take the signatures from there"},
		&cli.BoolFlag{Name: "in-place", Aliases: []string{"i"}, Usage: "replace FILE by the signed one, atomically"},
		forceFlag, nowFlag, jobsFlag, lineageFlag, csfFlag, pkiFlag}, passphraseFlags...)
	return &cli.Command{
		Name:      "sign",
		Usage:     "sign files, folders of files, or apart from the file",
		UsageText: "sigtool sign [FORMAT] -k KEY [-c CERT] (-o OUT | -i) FILE...",
		Description: examples(
			"sigtool sign kmod -k key.pem -c key.crt -i driver.ko",
			"sigtool sign kmod -k key.pem -c key.crt -i lib/modules/6.1",
			"sigtool sign mender -k key.pem -o signed.mender release.mender",
			"sigtool sign swupdate -k key.pem --fill-hashes -i update.swu",
			"sigtool sign optee -k key.pem -o app.ta app.elf",
			"sigtool sign imx-hab --pki pki -o flash-signed.bin flash.bin",
			"sigtool sign raw -k key.pem release.tar        # writes release.tar.sig",
			"sigtool sign apk -k key.pem -c key.crt -o app.apk app-unsigned.apk",
			"sigtool sign fdroid -k repo.pem -c repo.crt repo               # writes repo/entry.jar"),
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
	taken   int // files that were not passed over
	options *givenOptions

	elsewhere *elsewhere // nil: the keys are here

	work func(context.Context, input) signed // what is done with one file
	done func(input, signed)                 // says what became of it
}

func signAll(c *cli.Context, out *reporter) error {
	out.configure(c)
	if c.IsSet(lineageFlag.Name) {
		return rotate(c, out)
	}
	if c.IsSet(csfFlag.Name) {
		return signCSF(c, out)
	}
	s, inputs, err := newSigner(c, out)
	if err != nil {
		return err
	}
	progress := newProgress(out, "signed", len(inputs))
	defer progress.done()
	s.signGroups(c.Context, inputs, jobs(c), progress)
	if s.taken == 0 {
		return withHint(fmt.Errorf("%s: there is no file to sign in it", c.Args().Get(c.NArg()-1)), "sigtool formats lists what can be signed")
	}
	return out.result(c.Context)
}

func newSigner(c *cli.Context, out *reporter) (*signer, []input, error) {
	named, args := splitFormat(c)
	s := &signer{out: out, named: named, output: c.String("output"), inPlace: c.Bool("in-place"), force: c.Bool("force")}
	s.work, s.done = s.sign, s.report
	inputs, folder, err := gather(args)
	if err != nil {
		return nil, nil, err
	}
	if err := s.checkOutput(inputs, folder, &givenOptions{flags: c}); err != nil {
		return nil, nil, err
	}
	if s.output == "-" && c.String("v4") == "true" {
		return nil, nil, usageHint("-o FILE: the .idsig of --v4 goes beside it", "standard output takes one file, and --v4 true makes two")
	}
	if s.now, err = timeOf(c); err != nil {
		return nil, nil, err
	}
	return s, inputs, s.readKeys(c)
}

// readKeys reads all that there is to sign with: the key, its certificates, and what the formats' options name.
func (s *signer) readKeys(c *cli.Context) (err error) {
	tree, err := imxKeysOf(c, s.named)
	if err != nil {
		return err
	}
	source, forget := tree.passphrases(c).keeping()
	defer forget()
	if s.elsewhere, err = keysElsewhere(c); err != nil {
		return err
	}
	if c.IsSet(attachFlag) {
		s.key, s.chain, err = signedBefore(c)
	} else if tree.whole() {
		s.key, s.chain, err = tree.signer(s.out, source, s.elsewhere)
	} else if s.elsewhere != nil {
		s.key, s.chain, err = s.elsewhere.signer(c)
	} else if s.key, err = signingKey(c, s.out, source); err == nil {
		s.chain, err = certificates(c.String("cert"), s.key)
	}
	if err == nil {
		s.options, err = readOptions(c, s.out, s.named, source, s.elsewhere)
	}
	if err == nil {
		err = tree.complete(s, source)
	}
	return tree.explain(c, err)
}

// checkOutput refuses, before the key is touched, an output that can't be meant.
func (s *signer) checkOutput(inputs []input, folder bool, options *givenOptions) error {
	switch {
	case len(inputs) == 0 && !folder:
		return usageHint("sigtool sign --help shows examples", "no file to sign")
	case s.inPlace && s.output != "":
		return usagef("-i and -o exclude each other")
	case s.inPlace && mayBeApart(s.named) && allApart(inputs, s.named, options):
		return nothingToReplace(s.named)
	case !s.inPlace && s.output == "" && !allApart(inputs, s.named, options):
		return errNowhere
	}
	s.folder = folder || len(inputs) > 1 || isFolder(s.output)
	if s.folder && s.output != "-" && exists(s.output) && !isFolder(s.output) {
		return usagef("%s: several files need a folder to go to, and this is a file", s.output)
	}
	for _, in := range inputs {
		if in.name == "-" && (s.inPlace || s.output == "" || s.folder) {
			return usagef("standard input has no name to write to or beside: -o OUT names one file")
		}
	}
	targets := map[string]string{}
	for _, in := range inputs {
		target := filepath.Clean(s.target(in))
		if first, taken := targets[target]; taken && s.output != "" {
			return usageHint("sign them in two runs, into two folders", "%s and %s would both be written to %s", first, in.name, target)
		}
		targets[target] = in.name
	}
	if s.output == "-" && s.out.json {
		return usagef("--json and -o - both want standard output")
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

// report says what became of one file.
func (s *signer) report(in input, r signed) {
	if errors.Is(r.err, errSkip) {
		return
	}
	s.taken++
	for _, note := range r.notes {
		s.out.warnOnce("%s: %s", r.format, note)
	}
	for _, warning := range r.warnings {
		s.out.warn("%s: %s", in.name, warning)
	}
	s.out.failed(r.err)
	if s.out.json {
		if r.err != nil {
			r.signatures, r.output, r.beside = nil, "", nil // nothing was, or the error says what
		}
		object := fileObject(in.name, r.format, r.signatures, r.output, r.err)
		object.Notes, object.Beside = append(r.warnings, r.notes...), r.beside
		_ = s.out.object(object)
		return
	}
	if r.err == nil {
		s.out.info("%s: signed as %s with %s -> %s", in.name, r.format, keygen.Fingerprint(s.key.Public()), strings.Join(append([]string{r.output}, r.beside...), ", "))
	}
}

// errorIn puts the file's name before an error.
func errorIn(in input, err error) error { return fmt.Errorf("%s: %w", in.name, err) }
