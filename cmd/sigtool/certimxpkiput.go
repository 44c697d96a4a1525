package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"
	"golang.org/x/sys/unix"

	"sigtool/internal/fileio"
	"sigtool/internal/secret"
)

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
		var at *fs.PathError
		if errors.As(err, &at) {
			err = at.Err // and not the name that it has while it is made
		}
		return fmt.Errorf("%s: can't be made: %w", folder, err)
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
	_ = syncFolder(temp) // its two folders are in it for good before it has its name; not every file system can do this
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

// imxPassphraseFile is the file of the new passphrase, and whether it lies in the tree, where it is made with it.
func imxPassphraseFile(c *cli.Context, folder string) (file string, inside bool, err error) {
	file = c.String("new-passphrase-file")
	if file == "" {
		return "", false, nil
	}
	below, err := below(folder, file)
	if err != nil {
		return "", false, err
	}
	if filepath.IsLocal(below) {
		if filepath.ToSlash(below) != imxKeyPass {
			return "", false, usageHint("--new-passphrase-file "+filepath.Join(folder, filepath.FromSlash(imxKeyPass)), "%s: the tree has one place for its passphrase", file)
		}
		return file, true, nil
	}
	return file, false, newSecret(file)
}

// below is the path of a file from a folder on, however either is written.
func below(folder, file string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	if file, err = filepath.Abs(file); err != nil {
		return "", err
	}
	return filepath.Rel(folder, file)
}

// imxKeyPass is where CST looks for the passphrase of a tree.
const imxKeyPass = "keys/key_pass.txt"

// passphraseText is a passphrase as its file holds it. CST's scripts have OpenSSL read one file for the passphrase of what it reads and of
// what it writes, and want it twice in theirs; the caller wipes it.
func passphraseText(passphrase *secret.Bytes, file string) []byte {
	times := 1
	if filepath.Base(file) == filepath.Base(imxKeyPass) {
		times = 2
	}
	text := make([]byte, 0, times*(passphrase.Len()+1))
	for range times {
		text = append(append(text, passphrase.Bytes()...), '\n')
	}
	return text
}
