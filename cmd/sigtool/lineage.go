package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/lineage"
	"sigtool/internal/fileio"
)

// lineageFlag has `sigtool sign apk` make a rotation record instead of signing a file.
var lineageFlag = &cli.StringFlag{Name: "lineage-out", Category: "of apk", Usage: "make or extend the record of a key's rotation, and write it to `FILE`; sign no file"}

// lineageOptions are the options that a record is made from.
var lineageOptions = []string{"lineage", "next-key", "next-cert"}

// rotate makes the record by which the key of -k vouches for that of --next-key, reads it back, and writes it.
func rotate(c *cli.Context, out *reporter) error {
	target := c.String("lineage-out")
	named, args := splitFormat(c)
	switch {
	case named != nil && named.Name() != "apk":
		return usagef("--lineage-out is for apk, not for %s", named.Name())
	case len(args) > 0:
		return usagef("--lineage-out makes a record and signs no file: %q", args[0])
	case target == "" || c.IsSet("output") || c.Bool("in-place"):
		return usagef("--lineage-out FILE says where the record goes: neither -o nor -i")
	case target == "-" && out.json:
		return usagef("--json and --lineage-out - both want standard output")
	}
	s := &signer{out: out, named: formatNamed("apk")}
	if err := s.readKeys(c); err != nil {
		return err
	}
	record, err := s.vouched()
	if err != nil {
		return err
	}
	if target == "-" {
		return out.binary(func(w io.Writer) error { _, err := w.Write(record.File()); return err })
	}
	if err := fileio.WriteNew(target, record.File(), 0o644, c.Bool("force")); err != nil {
		return err
	}
	if out.json {
		return out.object(lineageObject(target, record))
	}
	out.info("%s: rotation record of %d signers; the newest is %s", target, len(record.Nodes), record.Nodes[len(record.Nodes)-1].Cert.Subject)
	return nil
}

// vouched is the record given, or a new one, with each next key vouched for by the one before it.
func (s *signer) vouched() (*lineage.Lineage, error) {
	for _, option := range s.options.set() {
		if !slices.Contains(lineageOptions, option.Name) {
			return nil, usagef("--lineage-out makes a record and signs no file: --%s has no meaning there", option.Name)
		}
	}
	values, err := s.options.values(s.named)
	if err != nil {
		return nil, err
	}
	request := formats.Request{Key: s.key, Chain: s.chain, Options: values}
	wanted := s.elsewhere.began(&request)
	last, err := request.Certificate()
	if err != nil {
		return nil, err
	}
	keys, chains := request.Options.Keys("next-key"), request.Options.Chains("next-cert")
	if len(keys) == 0 {
		return nil, usageHint("--next-key KEY --next-cert CERT", "to which key does it rotate?")
	}
	var record *lineage.Lineage
	if data := values.Bytes("lineage"); data != nil {
		if record, err = lineage.ParseFile(data); err != nil {
			return nil, fmt.Errorf("--lineage: %w", err)
		}
	}
	by := lineage.Signer{Key: request.Key, Cert: last}
	for i, key := range keys {
		next := lineage.Signer{Key: key, Cert: chains[i][0]}
		if record, err = lineage.Extend(record, by, next); err != nil {
			return nil, wanted.explain(err)
		}
		by = next
	}
	return lineage.ParseFile(record.File()) // what would not be read again is never written
}

// inspectLineage says what a rotation record is; found is false for any other file.
func inspectLineage(out *reporter, in input, file *fileio.File) (found bool, err error) {
	magic := make([]byte, 4)
	if n, _ := file.ReadAt(magic, 0); n < len(magic) || binary.LittleEndian.Uint32(magic) != lineage.Magic {
		return false, nil
	}
	data, err := readText(file, maxKeyFile)
	if err != nil {
		return true, errorIn(in, err)
	}
	record, err := lineage.ParseFile(data)
	if err != nil {
		return true, errorIn(in, err)
	}
	if out.json {
		return true, out.object(lineageObject(in.name, record))
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s: rotation record of an APK's signing key (lineage)\n", clean(in.name))
	for i, node := range record.Nodes {
		c := node.Cert
		fmt.Fprintf(&text, "  signer %d: %s\n    sha256:  %x\n    valid:   %s to %s\n    trusted: %s\n", i+1, clean(c.Subject.String()), sha256.Sum256(c.Raw),
			c.NotBefore.Format(time.DateOnly), c.NotAfter.Format(time.DateOnly), trustedWith(node))
		if i > 0 {
			fmt.Fprintf(&text, "    vouched for by signer %d: %s\n", i, alg.Name(node.ParentAlg, record.Nodes[i-1].Cert.PublicKey))
		}
	}
	return true, out.data(text.Bytes())
}

func trustedWith(node lineage.Node) string {
	if may := node.Capabilities(); len(may) > 0 {
		return strings.Join(may, ", ")
	}
	return "nothing"
}

type lineageJSON struct {
	File   string     `json:"file"`
	Format string     `json:"format"`
	OK     bool       `json:"ok"`
	Nodes  []nodeJSON `json:"nodes"`
}

type nodeJSON struct {
	Cert         *certJSON `json:"cert"`
	Alg          string    `json:"alg,omitempty"` // of the signature by the signer before
	Capabilities []string  `json:"capabilities"`
}

func lineageObject(file string, record *lineage.Lineage) lineageJSON {
	object := lineageJSON{File: file, Format: "lineage", OK: true}
	for i, node := range record.Nodes {
		n := nodeJSON{Cert: certObject(node.Cert), Capabilities: append([]string{}, node.Capabilities()...)}
		if i > 0 {
			n.Alg = alg.Name(node.ParentAlg, record.Nodes[i-1].Cert.PublicKey)
		}
		object.Nodes = append(object.Nodes, n)
	}
	return object
}
