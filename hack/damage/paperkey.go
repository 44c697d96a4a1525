package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// paperkey writes an OpenPGP key with paperkey 1.6, and reads it back with it. Its key is larger than a seed: a sheet of some ten lines.
func paperkey() (subject, error) {
	home, err := os.MkdirTemp("", "damage")
	if err != nil {
		return subject{}, err
	}
	run := func(stdin []byte, name string, args ...string) ([]byte, error) {
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), "GNUPGHOME="+home)
		cmd.Stdin = bytes.NewReader(stdin)
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return out, nil
	}
	if _, err := run(nil, "gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", "damage@example.org", "ed25519", "sign", "never"); err != nil {
		return subject{}, err
	}
	key, err := run(nil, "gpg", "--batch", "--export-secret-keys")
	if err != nil {
		return subject{}, err
	}
	public, err := run(nil, "gpg", "--batch", "--export")
	if err != nil {
		return subject{}, err
	}
	ring := filepath.Join(home, "public.pgp")
	if err := os.WriteFile(ring, public, 0o600); err != nil {
		return subject{}, err
	}
	sheet, err := run(key, "paperkey")
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
