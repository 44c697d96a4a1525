package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// openPGPKey makes a key with gpg in a folder of its own, and leaves its public half there.
func openPGPKey(folder string) (key []byte, ring string, err error) {
	gpg := func(name string, args ...string) []byte {
		if err != nil {
			return nil
		}
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), "GNUPGHOME="+folder)
		var out []byte
		if out, err = cmd.Output(); err != nil {
			err = fmt.Errorf("%s: %w", name, err)
		}
		return out
	}
	gpg("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", "damage@example.org", "ed25519", "sign", "never")
	key = gpg("gpg", "--batch", "--export-secret-keys")
	public := gpg("gpg", "--batch", "--export")
	gpg("gpgconf", "--kill", "gpg-agent") // it would outlive us
	if err != nil {
		return nil, "", err
	}
	ring = filepath.Join(folder, "public.pgp")
	return key, ring, os.WriteFile(ring, public, 0o600)
}

// paperkey writes an OpenPGP key with paperkey 1.6, and reads it back with it. Its key is larger than a seed: a sheet of some ten lines. The
// folder is for gpg, and needed as long as the subject is read.
func paperkey(folder string) (subject, error) {
	key, ring, err := openPGPKey(folder)
	if err != nil {
		return subject{}, err
	}
	write := exec.Command("paperkey")
	write.Stdin = bytes.NewReader(key)
	sheet, err := write.Output()
	if err != nil {
		return subject{}, err
	}
	var head, rows [][]byte
	numbered := regexp.MustCompile(`^ *[0-9]+: `)
	for _, row := range bytes.Split(sheet, []byte("\n")) {
		if numbered.Match(row) {
			rows = append(rows, row)
		} else {
			head = append(head, row)
		}
	}
	line := regexp.MustCompile(`line [0-9]+`)
	read := func(rows [][]byte) verdict {
		cmd := exec.Command("paperkey", "--pubring", ring)
		cmd.Stdin = bytes.NewReader(append(append(bytes.Join(head, []byte("\n")), '\n'), append(bytes.Join(rows, []byte("\n")), '\n')...))
		var out, said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &said
		switch err := cmd.Run(); {
		case err == nil && bytes.Equal(out.Bytes(), key):
			return restored
		case err == nil:
			return wrong
		case line.Match(said.Bytes()):
			return located
		}
		return refused
	}
	if got := read(rows); got != restored {
		return subject{}, fmt.Errorf("paperkey does not read its own sheet: %d", got)
	}
	return subject{name: "paperkey 1.6", rows: rows, read: read, slow: true}, nil
}
