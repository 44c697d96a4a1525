package main

import (
	"context"
	"crypto/rand"
	"encoding/pem"

	"sigtool/formats/imx/pki"
	"sigtool/formats/imx/srk"
	"sigtool/internal/secret"
	"sigtool/keygen"
	"sigtool/keygen/cert"
)

// treeFile is a file of a tree: its path with slashes, and its content.
type treeFile struct {
	name   string
	data   []byte
	secret bool
}

func wipeFiles(files []treeFile) {
	for _, f := range files {
		if f.secret {
			secret.Wipe(f.data)
		}
	}
}

// publicFiles are the certificates, OpenSSL's records of them, and the SRK table with its hash.
func (t *imxTree) publicFiles() ([]treeFile, *srk.Table, error) {
	var files []treeFile
	index := ""
	for n, m := range t.members {
		der := t.certs[n].Raw
		files = append(files, treeFile{name: m.Name.CertFile(".der"), data: der}, treeFile{name: m.Name.CertFile(".pem"), data: cert.Encode(der)})
		if m.Above >= 0 {
			index += m.IndexLine(t.certs[n].NotAfter)
		}
	}
	files = append(files, treeFile{name: "keys/index.txt", data: []byte(index)}, treeFile{name: "keys/index.txt.attr", data: []byte(pki.IndexAttributes)},
		treeFile{name: "keys/serial", data: []byte(pki.SerialText(t.nextSerial()) + "\n")},
		treeFile{name: "crts/serial.txt", data: []byte(t.nextSerial().String() + "\n")}) // CST 4 counts here, in decimal
	table, err := t.table()
	if err != nil {
		return nil, nil, err
	}
	files = append(files, treeFile{name: t.shape.TableFile(), data: table.Raw})
	for _, hash := range t.fuseHashes() {
		files = append(files, treeFile{name: t.shape.FuseFile(hash), data: table.Fuses(imxHash(hash))})
	}
	return files, table, nil
}

// fuseHashes are the hashes of the table that processors burn: AHAB's burn one of two.
func (t *imxTree) fuseHashes() []string {
	if t.shape.AHAB {
		return []string{"sha256", "sha512"}
	}
	return []string{"sha256"}
}

// table is the SRK table.
func (t *imxTree) table() (*srk.Table, error) {
	kind := srk.HAB
	if t.shape.AHAB {
		kind = srk.AHAB
	}
	var entries []srk.Entry
	for n, m := range t.members {
		if m.Name.Role != pki.SRK {
			continue
		}
		entry, err := srk.EntryOf(t.certs[n], imxHash(t.shape.Hash()))
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return srk.New(kind, entries)
}

// seal seals every key by the one passphrase, opens it again, and returns its files.
func (t *imxTree) seal(ctx context.Context, out *reporter, passphrase *secret.Bytes) ([]treeFile, error) {
	files := make([]treeFile, 2*len(t.members))
	err := t.side(ctx, out, "sealing keys:", func(n int) error {
		der, err := t.keys[n].Marshal()
		if err != nil {
			return err
		}
		defer secret.Wipe(der)
		text, err := keygen.Seal(der, passphrase.Bytes(), t.kdf, rand.Reader)
		if err != nil {
			return err
		}
		name := t.members[n].Name
		sealed := sealedKey{text, passphrase, t.keys[n].Seed}
		if err := sealed.opens(name.KeyFile(".pem"), t.keys[n].Signer.Public()); err != nil {
			return err
		}
		block, _ := pem.Decode(text)
		files[2*n] = treeFile{name.KeyFile(".pem"), text, true}
		files[2*n+1] = treeFile{name.KeyFile(".der"), block.Bytes, true}
		return nil
	})
	return files, err
}
