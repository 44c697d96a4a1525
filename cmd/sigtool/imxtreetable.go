package main

import (
	"bytes"
	"crypto"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/pki"
	"sigtool/formats/imx/srk"
	"sigtool/internal/fileio"
)

// usualTable is what NXP's guide calls a table.
const usualTable = "SRK_1_2_3_4_table.bin"

// maxListed bounds how many files of a folder are looked at.
const maxListed = 1000

// complete gives a run what the command line left out and the tree has: the certificate, the CSF key, the SRK table.
func (t *imxKeys) complete(s *signer, source passphraseSource) error {
	if t == nil {
		return nil
	}
	var err error
	var found []string // what nobody named, and is told
	if len(s.chain) == 0 && t.sign.cert != "" {
		if s.chain, err = certificates(t.sign.cert, s.key); err != nil {
			return err
		}
	}
	if t.csf.key != "" && len(s.options.keys[optionCSFKey]) == 0 {
		key, chain, err := t.csf.load(s.out, source, s.elsewhere)
		if err != nil {
			return err
		}
		s.options.keys[optionCSFKey] = append(s.options.keys[optionCSFKey], key)
		s.options.chains["csf-cert"] = append(s.options.chains["csf-cert"], chain)
		found = append(found, "CSF key "+t.csf.key)
	}
	if t.number > 0 && s.options.files["srk-table"] == nil {
		name, table, err := t.findTable()
		if err != nil {
			return err
		}
		if table != nil {
			s.options.files["srk-table"] = table
			found = append(found, "SRK table "+name)
		} else if t.given && !s.force { // -f keeps a table that a container has
			return t.noTable()
		}
	}
	if len(found) > 0 {
		s.out.info("%s: with it %s", t.sign.key, strings.Join(found, ", "))
	}
	if t.srk.cert != "" && s.options.files["sgk-cert"] == nil {
		return t.certify(s, source)
	}
	return nil
}

// certify has the SRK certify the key that signs in its place, as CST does each time that it signs.
func (t *imxKeys) certify(s *signer, source passphraseSource) error {
	key, chain, err := t.srk.load(s.out, source, s.elsewhere)
	if err != nil {
		return err
	}
	grant, err := subordinate(s.options.files["srk-table"], key, s.chain[0], sigblk.PermitContainer)
	if absent, is := key.(*absentKey); is {
		err = absent.asked.explain(err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", t.srk.cert, err)
	}
	s.options.files["sgk-cert"] = grant
	s.options.chains["srk-cert"] = append(s.options.chains["srk-cert"], chain)
	return nil
}

// findTable finds the SRK table in the tree: one that lists the SRK, by its usual name or else the only one. Tables that differ in no more than
// which keys they have in full are one. It is nil where there is none.
func (t *imxKeys) findTable() (name string, found []byte, err error) {
	key, err := t.rootKey()
	if err != nil || key == nil {
		return "", nil, err
	}
	var hash []byte
	for _, candidate := range t.files() {
		data, err := fileio.ReadLimited(candidate, srk.MaxFile)
		if err != nil {
			continue
		}
		tables, err := srk.ParseFile(data)
		if err != nil || tables[0].Index(key) < 0 {
			continue
		}
		table := tables[0]
		if (table.Kind == srk.HAB) == t.ahab {
			t.other = candidate
			continue
		}
		if filepath.Base(candidate) == usualTable {
			return candidate, data, nil
		}
		fuses := table.Fuses(crypto.SHA512)
		if found != nil && !bytes.Equal(hash, fuses) {
			return "", nil, usageHint("--srk-table FILE, the one whose hash is in the fuses", "%s and %s are different SRK tables, and both have the key", name, candidate)
		}
		found, name, hash = data, candidate, fuses
	}
	return name, found, nil
}

// noTable says of a tree that it has no table, or one of the other kind.
func (t *imxKeys) noTable() error {
	if t.other == "" {
		return usageHint("sigtool cert imx-srk -o TABLE CERT... makes one of the SRKs' certificates, and --srk-table TABLE names it", "%s: no SRK table in it lists SRK%d", t.crts, t.number)
	}
	text, format := "for AHAB, not for HABv4", "imx-ahab"
	if t.ahab {
		text, format = "for HABv4, not for AHAB", "imx-hab"
	}
	return usageHint("these keys sign with: sigtool sign "+format, "%s: an SRK table %s", t.other, text)
}

// rootKey is the public key of the SRK, by its certificate in the tree; nil where there is none. Where trees of several kinds of key share a
// folder, it is the SRK of the same kind as the key that signs.
func (t *imxKeys) rootKey() (crypto.PublicKey, error) {
	names, err := filepath.Glob(filepath.Join(globbed(t.crts), "SRK"+strconv.Itoa(t.number)+"_*_crt.*"))
	if err != nil {
		return nil, err
	}
	var all, alike []string
	signs, _ := pki.ParseName(t.sign.cert)
	for _, name := range names {
		n, ok := pki.ParseName(name)
		switch {
		case !ok || n.Role != pki.SRK || n.Number != t.number:
			continue
		case n.Hash == signs.Hash && n.Kind == signs.Kind:
			alike = append(alike, name)
		}
		all = append(all, name)
	}
	if len(alike) > 0 {
		all = alike
	}
	return oneKey(all)
}

// oneKey is the public key that certificates are of; nil where there are none.
func oneKey(certs []string) (key crypto.PublicKey, err error) {
	for _, name := range certs {
		chain, err := readChain(name)
		if err != nil {
			return nil, err
		}
		if key != nil && !formats.SameKey(key, chain[0].PublicKey) {
			return nil, usageHint("--srk-table FILE", "%s and others are certificates of different SRKs of one number", name)
		}
		key = chain[0].PublicKey
	}
	return key, nil
}

// files are those of the tree that may be tables, in order of name.
func (t *imxKeys) files() (names []string) {
	folders := []string{t.crts}
	if above := filepath.Dir(t.crts); above != t.crts {
		folders = append(folders, above)
	}
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue
		}
		for _, entry := range entries[:min(len(entries), maxListed)] {
			if ending := strings.ToLower(filepath.Ext(entry.Name())); ending == ".bin" || ending == ".tbl" {
				names = append(names, filepath.Join(folder, entry.Name()))
			}
		}
	}
	return names
}

// globbed is a folder as filepath.Glob takes it: with what would stand for others written so that it does not.
func globbed(folder string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(folder)
}
