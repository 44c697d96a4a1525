package main

import (
	"context"
	"crypto"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
	"sigtool/formats/imx/cst"
	"sigtool/internal/fileio"
	"sigtool/keygen"
	"sigtool/verify"
)

// csfFlag has `sigtool sign imx-hab` and `imx-ahab` do what a command sequence file says, in the text form of NXP's code signing tool (CST).
var csfFlag = &cli.StringFlag{Name: "csf", Category: "of imx-ahab, imx-hab",
	Usage: "do what `TEXT`, a command sequence file of NXP's cst, says: -o gets the binary CSF (HABv4) or the signed container (AHAB)"}

// optionCSFKey is the one option that --csf takes, in place of a key found by name.
const optionCSFKey = "csf-key"

// csfRun is one run by a text.
type csfRun struct {
	out    *reporter
	name   string // of the text
	script *cst.Script
	now    time.Time
	output string
	force  bool
	files  *csfFiles
	keys   *csfKeys
}

// signCSF does what a text says.
func signCSF(c *cli.Context, out *reporter) error {
	r := &csfRun{out: out, name: c.String(csfFlag.Name), output: c.String("output"), force: c.Bool("force")}
	named, args := splitFormat(c)
	if err := r.check(c, args); err != nil {
		return err
	}
	text, err := readSmall(r.name, cst.MaxSize)
	if err != nil {
		return err
	}
	if r.script, err = cst.Parse(text); err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	if named != nil && named != r.format() {
		return usagef("%s is for %s, not for %s", r.name, r.format().Name(), named.Name())
	}
	if r.now, err = timeOf(c); err != nil {
		return err
	}
	r.files = &csfFiles{folder: filepath.Dir(r.name), replaced: strings.Join(args, "")}
	defer r.files.close()
	source, forget := passphrases(c).keeping()
	defer forget()
	if r.keys, err = r.readKeys(c, source); err != nil {
		return err
	}
	run := r.signHAB
	if r.script.Target == cst.AHAB {
		run = r.signAHAB
	}
	return run(c.Context)
}

// format is the one that the text is for.
func (r *csfRun) format() formats.Format {
	if r.script.Target == cst.AHAB {
		return formatNamed("imx-ahab")
	}
	return formatNamed("imx-hab")
}

// check refuses what can't be meant, before anything is read.
func (r *csfRun) check(c *cli.Context, args []string) error {
	switch {
	case r.name == "":
		return usagef("--csf needs a text")
	case len(args) > 1:
		return usagef("--csf signs what its text names; one FILE may take the place of that, and not %d", len(args))
	case c.Bool("in-place"):
		return usagef("--csf writes a file of its own: -o, and not -i")
	case r.output == "":
		return usageHint("-o OUT", "where should the signed file go?")
	case isFolder(r.output):
		return usagef("%s: --csf writes one file, and this is a folder", r.output)
	case r.output == "-" && r.out.json:
		return usagef("--json and -o - both want standard output")
	case c.IsSet("cert"), c.IsSet(pkiFlag.Name):
		return usagef("--csf takes certificates from its text: neither -c nor --pki")
	}
	for _, option := range (&givenOptions{flags: c}).set() {
		if option.Name != optionCSFKey {
			return usagef("--csf does what its text says: --%s has no meaning there", option.Name)
		}
	}
	return nil
}

// signHAB makes the binary CSF, proves it, and writes it.
func (r *csfRun) signHAB(ctx context.Context) error {
	plan, err := r.script.Plan(cst.Files{Table: r.files.table, Certificate: r.files.certificate, Data: r.files.block}, r.now)
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	if err := r.keys.allUsed(); err != nil {
		return err
	}
	data, err := plan.Sign(ctx, r.keys.of)
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, r.keys.asked.explain(err))
	}
	signatures, err := r.prove(ctx, plan, data)
	if err != nil {
		return fmt.Errorf("%s: the CSF does not verify and was not written: %w", r.name, err)
	}
	if err := r.write(data); err != nil {
		return err
	}
	r.warnBlocks(plan)
	if r.out.json {
		return r.out.object(fileObject(r.name, r.format().Name(), signatures, r.output, nil))
	}
	var by []string
	for _, s := range signatures {
		by = append(by, s.Scheme+" by "+keygen.Fingerprint(s.Key))
	}
	r.out.info("%s: signed as %s, %s -> %s (%d bytes)", r.name, r.format().Name(), strings.Join(by, ", "), r.output, len(data))
	return nil
}

// prove verifies what would be written: an output that does not verify never exists.
func (r *csfRun) prove(ctx context.Context, plan *csf.Plan, data []byte) ([]formats.Signature, error) {
	signatures, err := cst.Prove(ctx, plan, data)
	if err != nil {
		return nil, err
	}
	var keys []crypto.PublicKey
	for i := range signatures {
		signatures[i].Dateless = true // boot ROMs look at no dates
		keys = append(keys, signatures[i].Key)
	}
	return signatures, verify.Judge(signatures, verify.Policy{Keys: keys, Now: r.now, Rehearsal: true})
}

// write puts the CSF where it was asked to be, if what it is of did not change meanwhile.
func (r *csfRun) write(data []byte) error {
	if err := r.files.unchanged(); err != nil {
		return err
	}
	if r.output == "-" {
		return r.out.binary(func(w io.Writer) error { _, err := w.Write(data); return err })
	}
	if err := notInput(r.output, append(r.files.read, r.name)...); err != nil {
		return err
	}
	return fileio.WriteNew(r.output, data, 0o644, r.force)
}

// notInput refuses an output that is one of the files that are read.
func notInput(output string, names ...string) error {
	for _, name := range names {
		if sameFile(name, output) {
			return usagef("%s: the output is an input", output)
		}
	}
	return nil
}
