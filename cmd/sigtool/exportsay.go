package main

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/internal/term"
	"sigtool/keygen"
	"sigtool/keygen/export"
)

// writeExport writes the passphrase, then the files, and reads each back. If one fails, those before it are taken back. After a signal it
// begins nothing.
func writeExport(c *cli.Context, result *export.Result, passphrase *secret.Bytes) error {
	if c.Context.Err() != nil {
		return errInterrupted
	}
	sealed := &sealedKey{passphrase: passphrase}
	return sealed.afterPassphrase(c.String("new-passphrase-file"), func() error {
		for n, file := range result.Files {
			if err := writeBack(c.String("output")+file.Suffix, file.Data); err != nil {
				for _, done := range result.Files[:n] {
					_ = os.Remove(c.String("output") + done.Suffix)
				}
				return err
			}
		}
		return nil
	})
}

// writeBack writes a secret file and reads it again; what does not read back is removed.
func writeBack(name string, data []byte) error {
	if err := fileio.WriteSecret(name, data); err != nil {
		return err
	}
	back, err := fileio.ReadLimited(name, int64(len(data)))
	defer secret.Wipe(back)
	if err == nil && !bytes.Equal(back, data) {
		err = errors.New("the file just written does not read back, do not use it")
	}
	if err != nil {
		_ = os.Remove(name)
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// exported is an export that was written.
type exported struct {
	target *export.Target
	way    *export.Export
	public crypto.PublicKey
	result *export.Result
}

// exportJSON is the JSON object of an export. Its fields are stable; fields may be added.
type exportJSON struct {
	File      string            `json:"file"`
	OK        bool              `json:"ok"`
	Target    string            `json:"target"`
	Algorithm string            `json:"algorithm"`
	Key       string            `json:"key"`
	Wrap      *wrapJSON         `json:"wrap,omitempty"`
	Files     []string          `json:"files"`
	Names     map[string]string `json:"names"`
	Commands  []commandJSON     `json:"commands"`
	Notes     []string          `json:"notes"`
	Warnings  []string          `json:"warnings"`
}

type wrapJSON struct {
	Algorithm string `json:"algorithm"`
	Key       string `json:"key"`
	Pinned    bool   `json:"pinned"`
}

type commandJSON struct {
	What   string `json:"what"`
	Line   string `json:"line"`
	Online bool   `json:"online"`
	Check  bool   `json:"check"`
}

// sayExport says what was made, and what to do with it.
func sayExport(c *cli.Context, out *reporter, e *exported) error {
	alg, err := keygen.AlgorithmOf(e.public)
	if err != nil {
		return err
	}
	if out.json {
		return out.object(e.object(c, alg))
	}
	sayFolded(out, out.info, fmt.Sprintf("%s: %s key %s for %s", filepath.Clean(c.String("output")), alg, keygen.Fingerprint(e.public), e.target.Name))
	for _, file := range e.result.Files[min(1, len(e.result.Files)):] {
		out.info("%s: goes with it", filepath.Clean(c.String("output")+file.Suffix))
	}
	if names := keygen.Names(e.public); len(names) > 0 {
		out.info("")
		for _, name := range names {
			out.info("  %-10s  %s", name.Label, name.Value)
		}
	}
	e.sayRemarks(out)
	e.sayCommands(out)
	return nil
}

// sayRemarks prints what to know of an export.
func (e *exported) sayRemarks(out *reporter) {
	if len(e.result.Notes)+len(e.result.Warnings) > 0 {
		out.info("")
	}
	for _, note := range e.result.Notes {
		sayFolded(out, out.info, "note: "+note)
	}
	for _, warning := range e.result.Warnings {
		sayFolded(out, out.line, "sigtool: warning: "+warning)
	}
}

// sayCommands prints what to type, numbered. On a terminal a shell's line goes on in the next, where 80 columns do not show it whole.
func (e *exported) sayCommands(out *reporter) {
	const margin = "   "
	for n, command := range e.result.Commands {
		online := ""
		if command.Online {
			online = " (online)"
		}
		out.info("")
		sayFolded(out, out.info, fmt.Sprintf("%d. %s%s", n+1, command.What, online))
		for line := range strings.Lines(strings.TrimSpace(command.Line)) {
			parts := []string{strings.TrimRight(line, "\n")}
			if term.IsTerminal(out.err.Fd()) {
				parts = foldCommand(parts[0], columns-len(margin))
			}
			for _, part := range parts {
				out.info("%s%s", margin, part)
			}
		}
	}
}

func (e *exported) object(c *cli.Context, alg keygen.Algorithm) *exportJSON {
	output := c.String("output")
	object := &exportJSON{File: output, OK: true, Target: e.target.Name, Algorithm: string(alg), Key: keygen.Fingerprint(e.public),
		Names: map[string]string{}, Files: []string{}, Commands: []commandJSON{}, Notes: []string{}, Warnings: []string{}}
	for _, file := range e.result.Files {
		object.Files = append(object.Files, output+file.Suffix)
	}
	for _, name := range keygen.Names(e.public) {
		object.Names[name.Kind] = name.Value
	}
	for _, command := range e.result.Commands {
		object.Commands = append(object.Commands, commandJSON{command.What, strings.TrimSpace(command.Line), command.Online, command.Check})
	}
	object.Notes = append(object.Notes, e.result.Notes...)
	object.Warnings = append(object.Warnings, e.result.Warnings...)
	if e.way.Wrapping != "" {
		object.Wrap = &wrapJSON{e.way.WrappingAlg, e.way.Wrapping, c.String("wrap-fingerprint") != ""}
		if !object.Wrap.Pinned {
			object.Warnings = append(object.Warnings, unpinned(c, e.way))
		}
	}
	return object
}
