package main

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/formats/imx/srk"
	"sigtool/internal/sigalg"
	"sigtool/keygen"
)

// notClosing is why no command that closes a device is ever printed.
const notClosing = "nothing here closes the device: do that when it has booted a signed image without one event, by its manual; there is no way back"

// srkJSON is what --json prints of a table.
type srkJSON struct {
	File     string        `json:"file"`
	OK       bool          `json:"ok"`
	Tables   []srkTable    `json:"tables"`
	SoC      string        `json:"soc,omitempty"`
	FuseProg []string      `json:"fuse_prog,omitempty"`
	ReadBack *srkComparing `json:"read_back,omitempty"`
	Notes    []string      `json:"notes,omitempty"`
	Output   string        `json:"output,omitempty"`
	Fuses    string        `json:"fuses,omitempty"`
	Error    *jsonError    `json:"error,omitempty"`
}

type srkTable struct {
	Kind   string    `json:"kind"`
	Bytes  int       `json:"bytes"`
	Keys   []srkKey  `json:"keys"`
	Hashes []srkHash `json:"hashes"`
}

type srkKey struct {
	Alg   string `json:"alg,omitempty"`
	Key   string `json:"key,omitempty"`
	CA    bool   `json:"ca"`
	Short bool   `json:"short,omitempty"`
	Hash  string `json:"hash,omitempty"`
	PSS   bool   `json:"pss,omitempty"`
}

type srkHash struct {
	Hash  string   `json:"hash"`
	Hex   string   `json:"hex"`
	Words []string `json:"words"`
	Bytes string   `json:"format0"` // as srktool -f 0 writes it
}

type srkComparing struct {
	Equal bool      `json:"equal"`
	Blank bool      `json:"blank"`
	Words []srkWord `json:"words"`
}

type srkWord struct {
	Place string `json:"place"`
	Want  string `json:"want"`
	Have  string `json:"have"`
	Equal bool   `json:"equal"`
}

// kindNames are the kinds in JSON.
var kindNames = map[srk.Kind]string{srk.HAB: "hab", srk.AHAB: "ahab", srk.AHABv2: "ahab-v2"}

// report prints the table: as JSON, or for people. With a file of it on standard output it prints nothing there.
func (j *srkJob) report(c *cli.Context, out *reporter, held *srkHeld) error {
	text, err := j.fuseText()
	if err != nil || c.String("output") == "-" || c.String("fuses") == "-" {
		return err
	}
	if out.json {
		return out.object(j.json(c, text, held))
	}
	for _, note := range j.notes() {
		out.warn("%s", note)
	}
	var b bytes.Buffer
	for _, t := range j.tables {
		j.describe(&b, t)
	}
	b.WriteString(text)
	if err := out.data(b.Bytes()); err != nil {
		return err
	}
	switch {
	case text != "":
		out.info("%s", notClosing)
	case held == nil:
		out.info("--soc SOC prints U-Boot's commands that burn it")
	}
	return nil
}

// notes are what a person should know of the tables.
func (j *srkJob) notes() (notes []string) {
	for _, t := range j.tables {
		notes = append(notes, t.Notes()...)
	}
	if len(j.tables) > 1 {
		notes = append(notes, "the second table's hash, for its keys of ML-DSA, goes into fuses of its own, which we do not know by U-Boot's banks")
	}
	return notes
}

func (j *srkJob) json(c *cli.Context, text string, held *srkHeld) srkJSON {
	o := srkJSON{File: j.name, OK: true, Notes: j.notes(), Output: c.String("output"), Fuses: c.String("fuses")}
	for _, t := range j.tables {
		o.Tables = append(o.Tables, j.tableJSON(t))
	}
	if j.soc != nil {
		o.SoC, o.FuseProg = j.soc.Name, strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	}
	if held != nil {
		o.ReadBack, o.Error = held.json(), asJSON(held.verdict())
		o.OK = o.Error == nil
	}
	return o
}

// fuseText is the commands that burn the first table's hash; "" where the processor was not named.
func (j *srkJob) fuseText() (string, error) {
	if j.soc == nil {
		return "", nil
	}
	return j.soc.FuseText(j.tables[0].Fuses(j.soc.Hash))
}

// describe prints a table for people.
func (j *srkJob) describe(b *bytes.Buffer, t *srk.Table) {
	fmt.Fprintf(b, "table:   %s, %d keys, %d bytes\n", t.Kind, len(t.Records), len(t.Raw))
	for n, r := range t.Records {
		fmt.Fprintf(b, "key %d:   %s\n", n+1, strings.Join(keyWords(t.Kind, r), ", "))
	}
	for _, h := range j.hashes() {
		hash := t.Fuses(h)
		fmt.Fprintf(b, "hash:    %x (%s%s)\n", hash, h, j.users(t.Kind, h))
		for n, word := range srk.Words(hash) {
			switch {
			case n == 0:
				b.WriteString("words:  ")
			case n%4 == 0:
				b.WriteString("\n        ")
			}
			fmt.Fprintf(b, " 0x%08X", word)
		}
		b.WriteByte('\n')
	}
}

// users are the processors that hash tables of a kind by h, where more than one hash is told.
func (j *srkJob) users(kind srk.Kind, h crypto.Hash) string {
	if len(j.hashes()) == 1 {
		return ""
	}
	var names []string
	for _, s := range srk.SoCs() {
		if s.Kind == kind && s.Hash == h {
			names = append(names, s.Name)
		}
	}
	return ": " + strings.Join(names, " ")
}

// keyWords say what an entry is.
func keyWords(kind srk.Kind, r srk.Record) []string {
	if r.Alg == "" {
		return []string{"a hash, " + hex.EncodeToString(r.Digest)}
	}
	words := []string{r.Alg}
	if kind != srk.HAB {
		words = append(words, r.Hash.String())
	}
	if r.PSS {
		words = append(words, "by PSS")
	}
	if r.CA {
		words = append(words, "CA")
	}
	if r.Key != nil {
		return append(words, keygen.Fingerprint(r.Key))
	}
	return append(words, "the key's hash "+hex.EncodeToString(r.Digest))
}

func (j *srkJob) tableJSON(t *srk.Table) srkTable {
	o := srkTable{Kind: kindNames[t.Kind], Bytes: len(t.Raw)}
	for _, r := range t.Records {
		key := srkKey{Alg: r.Alg, CA: r.CA, Short: r.Alg == "", PSS: r.PSS}
		if t.Kind != srk.HAB {
			key.Hash = sigalg.HashName(r.Hash)
		}
		if r.Key != nil {
			key.Key = keygen.Fingerprint(r.Key)
		}
		o.Keys = append(o.Keys, key)
	}
	for _, h := range j.hashes() {
		hash := t.Fuses(h)
		one := srkHash{Hash: sigalg.HashName(h), Hex: hex.EncodeToString(hash), Bytes: hex.EncodeToString(srk.Fuses8(hash))}
		for _, word := range srk.Words(hash) {
			one.Words = append(one.Words, fmt.Sprintf("0x%08X", word))
		}
		o.Hashes = append(o.Hashes, one)
	}
	return o
}
