package main

import (
	"encoding/hex"
	"path/filepath"

	"sigtool/formats/imx/srk"
	"sigtool/keygen"
)

// announce says what there is now, and what comes next.
func (t *imxTree) announce(out *reporter, table *srk.Table) error {
	tablePath := filepath.Join(t.folder, filepath.FromSlash(t.shape.TableFile()))
	hashes := map[string]string{}
	for _, name := range t.fuseHashes() {
		hashes[name] = hex.EncodeToString(table.Fuses(imxHash(name)))
	}
	if out.json {
		members := make([]imxMember, len(t.members))
		for n, m := range t.members {
			members[n] = imxMember{m.Name.String(), keygen.Fingerprint(t.keys[n].Signer.Public())}
		}
		return out.object(struct {
			File      string            `json:"file"`
			OK        bool              `json:"ok"`
			Algorithm string            `json:"algorithm"`
			Keys      []imxMember       `json:"keys"`
			Table     string            `json:"srk_table"`
			Hashes    map[string]string `json:"srk_hash"`
		}{t.folder, true, string(t.shape.Algorithm), members, tablePath, hashes})
	}
	format, kind := "imx-hab", table.Kind
	if t.shape.AHAB {
		format = "imx-ahab"
	}
	out.info("%s: %d keys and certificates for %s, %s", t.folder, len(t.members), kind, t.shape.Algorithm)
	for _, name := range t.fuseHashes() {
		out.info("hash of the SRK table, %s: %s", name, hashes[name])
	}
	out.info("its words and fuse commands: sigtool cert imx-srk --soc SOC %s", shellWord(tablePath))
	out.info("sign: sigtool sign %s --pki %s -o OUT IMAGE", format, shellWord(t.folder))
	if t.shape.Below {
		out.info("keys/CA1_* and keys/SRK* sign nothing but certificates: keep them, and a copy, off the machine that signs images")
	}
	for _, note := range t.notes() {
		out.warn("%s", note)
	}
	return nil
}

// imxMember is a key of the tree, for programs.
type imxMember struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

// notes are what not every processor takes.
func (t *imxTree) notes() (notes []string) {
	_, isRSA := t.keys[0].Signer.Public().(interface{ Size() int })
	if !t.shape.AHAB && !isRSA {
		notes = append(notes, "HABv4 knows ECDSA from version 4.5 on (i.MX 8M Plus); older boot ROMs know RSA alone")
	}
	if t.shape.AHAB && t.shape.Below {
		notes = append(notes, "many versions of AHAB's firmware refuse subordinate keys; try it on an open board, or make a tree without --sgk")
	}
	return notes
}
