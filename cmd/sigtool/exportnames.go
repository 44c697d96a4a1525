package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"
	"golang.org/x/sys/unix"

	"sigtool/keygen/export"
)

// newSecretIn refuses, before any work, a name that a secret file can't be written to, or whose folder is not there or closed.
func newSecretIn(name string) error {
	if err := newSecret(name); err != nil || name == "" {
		return err
	}
	folder := filepath.Dir(name)
	info, err := os.Stat(folder)
	switch {
	case os.IsNotExist(err):
		return withHint(fmt.Errorf("%s: there is no folder %s: %w", name, folder, fs.ErrNotExist), "make the folder, or choose another")
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s: %s is no folder", name, folder)
	}
	if err := unix.Access(folder, unix.W_OK|unix.X_OK); err != nil {
		return fmt.Errorf("%s: can't write in the folder %s: %w", name, folder, err)
	}
	return nil
}

// freeToWrite refuses, when it is known which files will go with the first, what can't be written.
func freeToWrite(c *cli.Context, way *export.Export) error {
	for _, suffix := range way.Beside {
		name := c.String("output") + suffix
		if err := newSecret(name); err != nil {
			return err
		}
		if pass := c.String("new-passphrase-file"); pass != "" && samePath(name, pass) {
			return usagef("the key and its passphrase can't be one file: %s", pass)
		}
	}
	return nil
}

// samePath tells whether two names lead to one place, be there a file or not.
func samePath(a, b string) bool {
	whole := func(name string) string {
		folder, err := filepath.EvalSymlinks(filepath.Dir(name))
		if err == nil {
			folder, err = filepath.Abs(folder)
		}
		if err != nil {
			return filepath.Clean(name)
		}
		return filepath.Join(folder, filepath.Base(name))
	}
	return whole(a) == whole(b)
}
