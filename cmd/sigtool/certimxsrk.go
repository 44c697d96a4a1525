package main

import (
	"crypto"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/formats/imx/srk"
	"sigtool/internal/fileio"
	"sigtool/internal/sigalg"
)

func certIMXSRK(out *reporter) *cli.Command {
	own := []cli.Flag{
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the table to `TABLE` (- is standard output, and nothing else is printed there)"},
		&cli.StringFlag{Name: "fuses", Usage: "write the hash to `FILE`, in bytes"},
		&cli.StringFlag{Name: "fuse-format", Value: "1", Usage: "of that file, `N` as for srktool: 1 is the bytes, 0 gives each a word of 32 bits"},
		&cli.StringFlag{Name: "soc", Usage: "the processor, `SOC`: " + strings.Join(socNames(), " ")},
		&cli.BoolFlag{Name: "ahab", Usage: "make a table for AHAB, and not for HABv4; --soc says it too"},
		&cli.StringFlag{Name: "container-version", Value: "0", Usage: "with --ahab: the table is for containers of version `N`, 0 or 2"},
		&cli.StringFlag{Name: "hash", Usage: "AHAB: what the keys sign with, `HASH`: sha256, sha384 or sha512", DefaultText: "as strong as the curve; sha256 for RSA"},
		&cli.StringFlag{Name: "read-back", Usage: "compare with what the fuses hold, in `FILE`: what U-Boot's fuse read printed, words in hexadecimal, or a fuse file"},
		forceFlag,
	}
	return &cli.Command{
		Name:  "imx-srk",
		Usage: "make the SRK table of i.MX processors, and tell the hash for their fuses",
		UsageText: "sigtool cert imx-srk [--soc SOC] [-o TABLE] [--fuses FILE] [--read-back FILE] CERT...\n" +
			"sigtool cert imx-srk [--soc SOC] [--fuses FILE] [--read-back FILE] TABLE",
		Description: examples(
			"sigtool cert imx-srk --soc imx8m -o srk.table --fuses srk.fuse SRK1.crt SRK2.crt SRK3.crt SRK4.crt",
			"sigtool cert imx-srk --soc imx93 srk.table                         # of a table: its hash, words, U-Boot's commands",
			"sigtool cert imx-srk --soc imx6 --read-back uboot.log srk.table    # are these in the fuses?"),
		Flags:  verbFlags(own...),
		Action: func(c *cli.Context) error { return tableIMX(c, out) },
	}
}

// hintSRKs is said of what is neither a table nor made into one.
const hintSRKs = "a table is made of the SRKs' certificates, crts/SRKn_…_crt.pem in a tree of NXP's tool; a fuse file has nothing but the hash of one"

// socNames are what --soc takes.
func socNames() (names []string) {
	for _, s := range srk.SoCs() {
		names = append(names, s.Name)
	}
	return names
}

func tableIMX(c *cli.Context, out *reporter) error {
	out.configure(c)
	job, err := readSRKFlags(c)
	if err != nil {
		return err
	}
	if err := job.read(c); err != nil {
		return err
	}
	if job.soc != nil {
		if err := job.soc.Reads(job.tables[0]); err != nil {
			return withHint(fmt.Errorf("%s: %w", job.name, err), "--soc names the processor that the table is for")
		}
	}
	held, err := job.readBack(c)
	if err != nil {
		return err
	}
	if err := job.write(c, out); err != nil {
		return err
	}
	if err := job.report(c, out, held); err != nil || held == nil {
		return err
	}
	if err := held.verdict(); err != nil {
		out.failed(err)
		return out.result(c.Context)
	}
	out.info("%s: the fuses hold this hash", held.name)
	return nil
}

// srkJob is a table and what is asked of it.
type srkJob struct {
	kind   srk.Kind
	hash   crypto.Hash // what keys sign with; 0: by the key
	soc    *srk.SoC    // nil: it was not said
	name   string      // of the table, for messages
	tables []*srk.Table
}

// readSRKFlags reads the flags that say what to make.
func readSRKFlags(c *cli.Context) (job srkJob, err error) {
	if name := c.String("hash"); name != "" {
		if job.hash, err = sigalg.ParseHash(name); err != nil {
			return job, usagef("--hash: %v", err)
		}
	}
	switch version := c.String("container-version"); {
	case version != "0" && version != "2":
		return job, usagef("--container-version: %q is none; there are 0 and 2", version)
	case version == "2":
		job.kind = srk.AHABv2
	case c.Bool("ahab"), c.IsSet("container-version"):
		job.kind = srk.AHAB
	}
	if name := c.String("soc"); name != "" {
		soc, found := srk.SoCOf(name)
		if !found {
			return job, usageHint("known are "+strings.Join(socNames(), " ")+" (imx8m is Mini, Nano and Plus, too); for another one leave --soc out and place the words by its manual", "--soc: %q is not known", name)
		}
		if (c.Bool("ahab") || c.IsSet("container-version")) && soc.Kind != job.kind {
			return job, usagef("--soc %s is for tables of %s, the other flags for one of %s", name, soc.Kind, job.kind)
		}
		job.soc, job.kind = &soc, soc.Kind
	}
	switch {
	case !c.Args().Present():
		return job, usageHint("sigtool cert imx-srk SRK1.crt SRK2.crt SRK3.crt SRK4.crt", "which certificates, or which table?")
	case c.String("fuse-format") != "0" && c.String("fuse-format") != "1":
		return job, usagef("--fuse-format: %q is none; there are 0 and 1", c.String("fuse-format"))
	}
	return job, checkSRKOutputs(c)
}

// checkSRKOutputs refuses a table and a fuse file that would go to one place.
func checkSRKOutputs(c *cli.Context) error {
	table, fuses := c.String("output"), c.String("fuses")
	switch {
	case table != "" && fuses != "" && filepath.Clean(table) == filepath.Clean(fuses):
		return usagef("-o and --fuses are both %s", table)
	case c.Bool("json") && (table == "-" || fuses == "-"):
		return usagef("--json and a file on standard output both want that")
	}
	inputs := []string{c.String("read-back")}
	for _, name := range c.Args().Slice() {
		inputs = append(inputs, strings.TrimPrefix(name, "%"))
	}
	if err := notInput(table, inputs...); err != nil {
		return err
	}
	return notInput(fuses, inputs...)
}

// read makes the table of the certificates named, or reads the one that is named.
func (j *srkJob) read(c *cli.Context) error {
	args := c.Args().Slice()
	var entries []srk.Entry
	for _, name := range args {
		name, short := strings.CutPrefix(name, "%")
		data, err := readSmall(name, maxKeyFile)
		if err != nil {
			return err
		}
		if j.name = name; len(args) == 1 && !short && isTable(data) {
			return j.take(c, data)
		}
		chain, err := chainIn(name, data)
		if err != nil {
			return withHint(err, hintSRKs)
		}
		entry, err := srk.EntryOf(chain[0], j.hash)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if entry.Hash == 0 {
			entry.Hash = srk.HashFor(entry.Key)
		}
		entry.Short = short
		entries = append(entries, entry)
	}
	if j.kind == srk.HAB && j.hash != 0 {
		return usageHint("--ahab, or --soc, makes another table", "--hash is for AHAB: HABv4 has SHA-256 alone")
	}
	table, err := srk.New(j.kind, entries)
	if err != nil {
		return err
	}
	j.tables = []*srk.Table{table}
	if j.name = c.String("output"); j.name == "" || j.name == "-" {
		j.name = "the table"
	}
	return nil
}

// isTable tells a table, or an array of them, from a certificate, which begins as DER or PEM does.
func isTable(data []byte) bool { return len(data) > 3 && (data[0] == 0xD7 || data[0] == 0) }

func (j *srkJob) take(c *cli.Context, data []byte) (err error) {
	for _, flag := range []string{"output", "hash"} {
		if c.IsSet(flag) {
			return usagef("--%s is for making a table, and %s is one", flag, j.name)
		}
	}
	if j.tables, err = srk.ParseFile(data); err != nil {
		return withHint(fmt.Errorf("%s: %w", j.name, err), hintSRKs)
	}
	if kind := j.tables[0].Kind; j.soc == nil && (c.Bool("ahab") || c.IsSet("container-version")) && kind != j.kind {
		return usageHint("a table says itself what it is for: leave --ahab and --container-version out", "%s: a table of %s, not of %s", j.name, kind, j.kind)
	}
	return nil
}

// hashes are what the table may be hashed by: one where the processor was named, or where its kind has but one.
func (j *srkJob) hashes() []crypto.Hash {
	switch {
	case j.soc != nil:
		return []crypto.Hash{j.soc.Hash}
	case j.tables[0].Kind == srk.HAB:
		return []crypto.Hash{crypto.SHA256}
	case j.tables[0].Kind == srk.AHABv2:
		return []crypto.Hash{crypto.SHA512}
	}
	return []crypto.Hash{crypto.SHA256, crypto.SHA512}
}

// fuses is the hash of all tables, as srktool's fuse file has them, one behind the other.
func (j *srkJob) fuses(h crypto.Hash) (hash []byte) {
	for _, t := range j.tables {
		hash = append(hash, t.Fuses(h)...)
	}
	return hash
}

// write writes the table and the fuse file.
func (j *srkJob) write(c *cli.Context, out *reporter) error {
	fuses := c.String("fuses")
	if fuses != "" && len(j.hashes()) > 1 {
		return whichSoC("--fuses")
	}
	if name := c.String("output"); name != "" {
		data := j.tables[0].Raw
		if j.tables[0].Kind == srk.AHABv2 {
			var err error
			if data, err = srk.Array(j.tables...); err != nil {
				return err
			}
		}
		if err := writeTable(c, out, name, data); err != nil {
			return err
		}
	}
	if fuses == "" {
		return nil
	}
	data := j.fuses(j.hashes()[0])
	if c.String("fuse-format") == "0" {
		data = srk.Fuses8(data)
	}
	return writeTable(c, out, fuses, data)
}

// whichSoC asks for the processor where AHAB's has one hash or another.
func whichSoC(flag string) error {
	return usageHint("i.MX 8 hashes the table by SHA-512, 8ULP and 93 by SHA-256: say --soc", "%s: by which hash depends on the processor", flag)
}

// writeTable writes a file that anybody may read, or to standard output for "-".
func writeTable(c *cli.Context, out *reporter, name string, data []byte) error {
	if name == "-" {
		return out.binary(func(w io.Writer) error { _, err := w.Write(data); return err })
	}
	return fileio.WriteNew(name, data, 0o644, c.Bool("force"))
}
