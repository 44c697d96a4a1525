package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"
	"golang.org/x/sys/unix"

	"sigtool/formats/imx/pki"
	"sigtool/formats/imx/srk"
	"sigtool/internal/fileio"
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
		treeFile{name: "keys/serial", data: []byte(pki.SerialText(t.nextSerial()) + "\n")})
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
func (t *imxTree) seal(c *cli.Context, out *reporter, passphrase *secret.Bytes) ([]treeFile, error) {
	kdf, err := kdfNamed(c.String("kdf"))
	if err != nil {
		return nil, err
	}
	files := make([]treeFile, 2*len(t.members))
	err = t.side(c.Context, out, "sealing keys:", func(n int) error {
		der, err := t.keys[n].Marshal()
		if err != nil {
			return err
		}
		defer secret.Wipe(der)
		text, err := keygen.Seal(der, passphrase.Bytes(), kdf, rand.Reader)
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

// putIMXTree writes the passphrase, where it goes to a file, and then the tree: a passphrase without its keys is waste, keys without their
// passphrase are a loss.
func putIMXTree(ctx context.Context, folder string, files []treeFile, passphrase *secret.Bytes, passphraseFile string, inside bool) error {
	if passphraseFile == "" {
		return newTree(ctx, folder, files)
	}
	text := passphraseText(passphrase, passphraseFile)
	defer secret.Wipe(text)
	if inside {
		return newTree(ctx, folder, append(files, treeFile{imxKeyPass, text, true}))
	}
	if err := fileio.WriteSecret(passphraseFile, text); err != nil {
		return err
	}
	err := newTree(ctx, folder, files)
	if err != nil {
		_ = os.Remove(passphraseFile)
	}
	return err
}

func errTreeExists(folder string) error {
	return withHint(fmt.Errorf("%s: %w", folder, fileio.ErrExists), "a tree is never made over something else: choose another name, or move it away")
}

// newTree writes the files into a folder beside the one that is wanted, and gives it its name when all of them are on the disk. Where that
// fails, nothing stays.
func newTree(ctx context.Context, folder string, files []treeFile) (err error) {
	folder = filepath.Clean(folder)
	parent, base := filepath.Split(folder)
	var mark [6]byte
	_, _ = rand.Read(mark[:])
	temp := filepath.Join(parent, "."+base+"."+hex.EncodeToString(mark[:]))
	if err := os.Mkdir(temp, 0o777); err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(temp)
		}
	}()
	for name, perm := range map[string]fs.FileMode{"keys": 0o700, "crts": 0o777} {
		if err := os.Mkdir(filepath.Join(temp, name), perm); err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
	}
	for _, f := range files {
		path := filepath.Join(temp, filepath.FromSlash(f.name))
		if f.secret {
			err = fileio.WriteSecret(path, f.data)
		} else {
			err = fileio.WriteNew(path, f.data, 0o644, false)
		}
		if err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return errInterrupted
	}
	return moveNew(temp, folder)
}

// moveNew gives a folder a name that is free.
func moveNew(from, to string) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
	if err == unix.EINVAL || err == unix.ENOSYS { // a file system that has no such rename puts it in the place of an empty folder
		if err := os.Mkdir(to, 0o700); err != nil {
			return treeError(to, err)
		}
		if err := os.Rename(from, to); err != nil {
			_ = os.Remove(to)
			return treeError(to, err)
		}
	} else if err != nil {
		return treeError(to, err)
	}
	_ = syncFolder(filepath.Dir(to)) // it is there, and not every file system can do this
	return nil
}

func treeError(folder string, err error) error {
	if errors.Is(err, fs.ErrExist) {
		return errTreeExists(folder)
	}
	return fmt.Errorf("%s: %w", folder, err)
}

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
