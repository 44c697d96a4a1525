package main

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/internal/fileio"
	"sigtool/internal/patch"
	"sigtool/verify"
)

func verifyCommand(out *reporter) *cli.Command {
	own := append([]cli.Flag{
		&cli.StringSliceFlag{Name: "key", Aliases: []string{"k"}, Usage: "accept the key in `PUB` (public key, certificate, or a private key's public half); may be given again"},
		&cli.StringSliceFlag{Name: "cert", Aliases: []string{"c"}, Usage: "accept the signer with the certificate in `CERT`, or with that SHA-256; may be given again"},
		&cli.StringSliceFlag{Name: "ca", Usage: "accept signers whose certificate leads to one in `CERTS`; may be given again"},
		&cli.BoolFlag{Name: "any-signer", Usage: "accept any key that the file brings itself: it proves that the file is whole, not who made it"},
		&cli.BoolFlag{Name: "rehearsal", Usage: "accept what a rehearsal of a ceremony made, with a warning"},
		&cli.BoolFlag{Name: "print-certs", Usage: "print the signers' certificates on standard output, in the lines that apksigner prints"},
		nowFlag, jobsFlag}, passphraseFlags...)
	return &cli.Command{
		Name:      "verify",
		Usage:     "verify files, paper sheets and transcripts",
		UsageText: "sigtool verify [FORMAT] [-k PUB]... [-c CERT]... [--ca CERTS] FILE...",
		Description: examples(
			"sigtool verify -c key.crt driver.ko",
			"sigtool verify raw -k key.pub release.tar       # reads release.tar.sig",
			"sigtool verify -c key.crt app.apk",
			"sigtool verify -k key.pub sheet.txt transcript.jsonl"),
		Flags:  verbFlags(append(own, formatFlags(func(o formats.Option) bool { return o.Verify })...)...),
		Action: func(c *cli.Context) error { return verifyAll(c, out) },
	}
}

// verifier is one run of `sigtool verify`: the same policy over all files.
type verifier struct {
	out    *reporter
	named  formats.Format
	policy verify.Policy
	taken  int                 // files that were not passed over
	certs  []*x509.Certificate // given with -c, -k or --ca: they bring issuers and serial numbers too

	options *givenOptions
	certify bool // print the signers' certificates
	several bool // and name the file before them
}

// checked is what was found out about one file.
type checked struct {
	format     string
	signatures []formats.Signature
	notes      []string
	warnings   []string // said with -q, too
	err        error
	tree       *tree // it is one, which is still open, and nothing else is found out
}

func verifyAll(c *cli.Context, out *reporter) error {
	out.configure(c)
	v := &verifier{out: out, certify: c.Bool("print-certs")}
	if v.certify && out.json {
		return usagef("--json and --print-certs both want standard output")
	}
	kind, args := splitKind(c)
	if kind == "" {
		v.named, args = splitFormat(c)
	}
	inputs, folder, err := gather(args)
	if err != nil {
		return err
	}
	if len(inputs) == 0 && !folder {
		return usageHint("sigtool verify --help shows examples", "no file to verify")
	}
	v.several = len(inputs) > 1
	source, forget := passphrases(c).keeping()
	defer forget()
	if err := v.accept(c, source); err != nil {
		return err
	}
	if v.options, err = readOptions(c, out, v.named, source, nil); err != nil {
		return err
	}
	progress := newProgress(out, "verified", len(inputs))
	defer progress.done()
	inOrder(c.Context, inputs, jobs(c),
		func(in input) checked { return v.check(c.Context, in, kind) },
		func(in input, r checked) {
			progress.step()
			if r.tree != nil {
				v.checkTree(c.Context, r.tree, jobs(c))
				return
			}
			v.report(in, r)
		})
	if v.taken == 0 && c.Context.Err() == nil {
		return withHint(fmt.Errorf("%s: there is no file to verify in it", args[len(args)-1]), "sigtool formats lists what can be verified; raw takes files, not folders")
	}
	return out.result(c.Context)
}

// check is the straight line for one file: open, find out what it is, verify, judge.
func (v *verifier) check(ctx context.Context, in input, kind string) (r checked) {
	file, err := in.open()
	if err != nil {
		return checked{err: err}
	}
	defer func() {
		if r.tree == nil {
			file.Close()
		}
	}()
	named := kind != ""
	if kind == "" && v.named == nil {
		if kind, err = paperOrTranscript(in, file); err != nil {
			return checked{err: errorIn(in, err)}
		}
	}
	switch kind {
	case "paper":
		return v.checkPaper(in, file, named)
	case "transcript":
		return v.checkTranscript(in, file)
	}
	if r.tree, r.err = treeOf(in, file, v.named); r.tree != nil || r.err != nil {
		return r
	}
	return v.checkFile(ctx, in, file)
}

func (v *verifier) checkFile(ctx context.Context, in input, file formats.Source) checked {
	format, err := choose(in, file, v.named)
	if err != nil {
		return checked{err: err}
	}
	r := checked{format: format.Name()}
	keys := formats.Keys{Certs: v.certs, Sidecar: sidecarsOf(in), Beside: in.beside(), Memo: new(patch.Memo)}
	for _, key := range v.policy.Keys {
		if !certified(key, v.certs) {
			keys.Public = append(keys.Public, key)
		}
	}
	if keys.Options, err = v.options.values(format); err != nil {
		return checked{err: err}
	}
	r.signatures, err = format.Verify(ctx, file, keys)
	r.notes = signatureNotes(r.signatures)
	if err == nil {
		err = verify.Judge(r.signatures, v.policy)
	}
	r.warnings = verify.Warnings(r.signatures)
	if err == nil && verify.Rehearsed(r.signatures) {
		r.warnings = append(r.warnings, "REHEARSAL: the signer's certificate was made in a rehearsal")
	}
	r.err = v.explained(in, r, err)
	return r
}

// explained gives an error of a file its name, and a hint where the certificates given could not have been compared.
func (v *verifier) explained(in input, r checked, err error) error {
	bare := !slices.ContainsFunc(r.signatures, func(s formats.Signature) bool { return s.Cert != nil })
	unknown := errors.Is(err, formats.ErrNoKey)
	switch {
	case err == nil:
		return nil
	case bare && len(v.policy.Prints) > 0 && (unknown || errors.Is(err, verify.ErrNotAccepted)):
		err = withHint(err, "the file brings no certificate that a fingerprint could be held to: give the certificate itself with -c")
	case errors.Is(err, verify.ErrNobodyNamed) && v.pinnedByFuses(r.format):
		err = withHint(err, "--srk-hash HASH or --srk-table FILE says which fuses the device has; -k, -c or --ca whom you accept; --any-signer takes anyone")
	case errors.Is(err, verify.ErrNotAccepted) && v.pinnedByFuses(r.format):
		err = withHint(err, "name the SRK, with -k or --ca, or the fuses of the device, with --srk-hash or --srk-table")
	case errors.Is(err, verify.ErrNotAccepted) && v.issuerGiven(r.signatures):
		err = withHint(err, "what a CA issued is accepted with --ca: a certificate given is that of the signer's issuer")
	case unknown && len(v.policy.Keys)+len(v.certs) == 0 && !v.pinnedByFuses(r.format): // what fuses are compared with carries its key
		return usageHint("give the signer's key or certificate with -k or -c", "%s: signatures of %s carry no key", in.name, r.format)
	}
	var usage usageError
	if errors.As(err, &usage) {
		return err
	}
	return errorIn(in, err)
}

// pinnedByFuses tells whether a format's signers can be accepted by what is in a device's fuses.
func (v *verifier) pinnedByFuses(name string) bool {
	format := formatNamed(name)
	return format != nil && slices.ContainsFunc(format.Options(), func(o formats.Option) bool { return o.Verify && o.Kind == formats.Digest })
}

// issuerGiven tells whether -k or -c names the issuer of a signer's certificate, as swupdate's own -k does.
func (v *verifier) issuerGiven(signatures []formats.Signature) bool {
	return len(v.policy.CAs) == 0 && slices.ContainsFunc(signatures, func(s formats.Signature) bool {
		return s.Cert != nil && slices.ContainsFunc(v.certs, func(c *x509.Certificate) bool { return s.Cert.CheckSignatureFrom(c) == nil })
	})
}

// certified tells whether one of the certificates is for the key, so that the key need not be tried without it.
func certified(key crypto.PublicKey, certs []*x509.Certificate) bool {
	for _, certificate := range certs {
		if formats.SameKey(certificate.PublicKey, key) {
			return true
		}
	}
	return false
}

// sidecarsOf reads files beside an input.
func sidecarsOf(in input) func(suffix, replaces string, limit int64) ([]byte, error) {
	return func(suffix, replaces string, limit int64) ([]byte, error) {
		name := formats.Sidecar{Suffix: suffix, Replaces: replaces}.Name(in.name)
		if in.name == "-" || in.inTree || !exists(name) {
			return nil, nil
		}
		return fileio.ReadLimited(name, limit)
	}
}
