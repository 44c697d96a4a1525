package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v2"

	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/internal/term"
	"sigtool/keygen"
)

// maxPassphrase bounds what is read as a passphrase, in bytes.
const maxPassphrase = 64 << 10

var passphraseFlags = []cli.Flag{
	&cli.StringFlag{Name: "passphrase-file", Usage: "read the passphrase from the first line of `FILE`"},
	&cli.IntFlag{Name: "passphrase-fd", Value: -1, Usage: "read the passphrase from file descriptor `N`", DefaultText: "none"},
}

// passphraseSource tells where the passphrase comes from, in the order of sigtool(1): descriptor, file, environment's file, terminal.
type passphraseSource struct {
	fd   int
	file string
	kept *keptPassphrase // nil: read anew each time
}

// keptPassphrase is one that was read from a descriptor or a file, for the other keys of the run.
type keptPassphrase struct{ secret *secret.Bytes }

// keeping returns a source that reads its descriptor or file once, for several keys: neither a pipe nor a descriptor can be read again. What it
// keeps is gone after forget.
func (p passphraseSource) keeping() (_ passphraseSource, forget func()) {
	p.kept = &keptPassphrase{}
	return p, func() {
		if p.kept.secret != nil {
			p.kept.secret.Destroy()
		}
	}
}

// read gets the passphrase that comes without asking a person.
func (p passphraseSource) read() (typed *secret.Bytes, err error) {
	if p.kept != nil && p.kept.secret != nil {
		return secret.From(bytes.Clone(p.kept.secret.Bytes())), nil
	}
	if p.fd >= 0 {
		typed, err = fromDescriptor(p.fd)
	} else {
		typed, err = fromFile(p.file)
	}
	if err == nil && p.kept != nil {
		p.kept.secret = secret.From(bytes.Clone(typed.Bytes()))
	}
	return typed, err
}

func passphrases(c *cli.Context) passphraseSource {
	source := passphraseSource{fd: c.Int("passphrase-fd"), file: c.String("passphrase-file")}
	if source.file == "" {
		source.file = os.Getenv("SIGTOOL_PASSPHRASE_FILE")
	}
	return source
}

// given tells whether a passphrase comes without asking a person.
func (p passphraseSource) given() bool { return p.fd >= 0 || p.file != "" }

// ask returns a function that gets the passphrase for what is named, once.
func (p passphraseSource) ask(what string) func() (*secret.Bytes, error) {
	return func() (*secret.Bytes, error) {
		if p.given() {
			return p.read()
		}
		terminal, err := term.Open()
		if err != nil {
			return nil, usageHint("--passphrase-file FILE or --passphrase-fd N gives it without a terminal", "%s: sealed by a passphrase, and there is no terminal to ask on", what)
		}
		defer terminal.Close()
		typed, err := askSecret(terminal, fmt.Sprintf("passphrase for %s: ", clean(what)))
		if err != nil {
			return nil, err
		}
		if canonical, ok := keygen.Canonical(typed.Bytes()); ok {
			typed.Destroy()
			return canonical, nil
		}
		return typed, nil
	}
}

// askSecret reads a secret that is not shown. Its end without a line is errInterrupted.
func askSecret(terminal *term.Terminal, prompt string) (*secret.Bytes, error) {
	typed, err := terminal.ReadSecret(prompt)
	if errors.Is(err, io.EOF) {
		err = errInterrupted
	}
	return typed, err
}

func fromFile(name string) (*secret.Bytes, error) {
	data, err := fileio.ReadLimited(name, maxPassphrase)
	if err != nil {
		return nil, err
	}
	return firstLine(data, name)
}

func fromDescriptor(fd int) (*secret.Bytes, error) {
	file := os.NewFile(uintptr(fd), fmt.Sprintf("descriptor %d", fd))
	if file == nil {
		return nil, usagef("--passphrase-fd %d: no such descriptor", fd)
	}
	defer file.Close()
	buf := make([]byte, maxPassphrase+1)
	n, err := readAll(file, buf)
	if err != nil {
		return nil, fmt.Errorf("descriptor %d: %w", fd, err)
	}
	if n > maxPassphrase {
		secret.Wipe(buf)
		return nil, fmt.Errorf("descriptor %d: a passphrase has at most %d bytes", fd, maxPassphrase)
	}
	return firstLine(buf[:n], file.Name())
}

// firstLine takes the passphrase out of what was read, as openssl's -passin file: does, and wipes the rest.
func firstLine(data []byte, name string) (*secret.Bytes, error) {
	defer secret.Wipe(data[:cap(data)])
	line, _, _ := bytes.Cut(data, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) == 0 {
		return nil, usagef("%s: the passphrase is empty", name)
	}
	return secret.From(line), nil
}
