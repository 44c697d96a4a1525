package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/sys/unix"

	"sigtool/ceremony"
	"sigtool/ceremony/host"
	"sigtool/ceremony/plain"
	"sigtool/ceremony/script"
	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/internal/term"
)

// holdCeremony reads the plan, chooses who answers, and leads the ceremony to its end.
func holdCeremony(c *cli.Context, out *reporter, mode ceremony.Mode) error {
	out.configure(c)
	_, plan, err := readPlan(c)
	if err != nil {
		return err
	}
	folder := c.String("output")
	if folder == "" {
		return usageHint("-o DIR, a folder that is empty or new", "where should the ceremony put what it makes?")
	}
	now, err := ceremonyClock(c)
	if err != nil {
		return err
	}
	front, name, done, err := frontEnd(c, out, plan, mode, folder)
	if err != nil {
		return err
	}
	defer done()
	if err := emptyFolder(folder); err != nil {
		return err
	}
	run, err := ceremony.NewRun(plan, ceremonyWorld(folder, name, now), mode)
	if err != nil {
		return err
	}
	if err := ceremony.Drive(run, front); err != nil {
		return err
	}
	return sayHeld(out, folder, mode)
}

func sayHeld(out *reporter, folder string, mode ceremony.Mode) error {
	name := filepath.Join(folder, ceremony.TranscriptName)
	if out.json {
		return out.object(struct {
			File string `json:"file"`
			OK   bool   `json:"ok"`
			Mode string `json:"mode"`
		}{name, true, string(mode)})
	}
	out.info("%s: the %s is done; anybody can check it: sigtool verify -k KEY.pub %s", folder, map[ceremony.Mode]string{
		ceremony.Production: "ceremony", ceremony.Rehearsal: "rehearsal"}[mode], name)
	return nil
}

// emptyFolder makes the folder for the outputs, or refuses one that holds anything.
func emptyFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return withHint(fmt.Errorf("%s: the folder is not empty", folder), "name a new folder: what a ceremony makes stands alone")
	}
	return nil
}

// ceremonyClock is the clock of the transcript; a time given with --now or SOURCE_DATE_EPOCH stands still.
func ceremonyClock(c *cli.Context) (func() time.Time, error) {
	start, err := timeOf(c)
	if err != nil {
		return nil, err
	}
	if c.String("now") != "" || os.Getenv("SOURCE_DATE_EPOCH") != "" {
		return func() time.Time { return start }, nil
	}
	return time.Now, nil
}

// ceremonyWorld is what a ceremony does outside itself.
func ceremonyWorld(folder, front string, now func() time.Time) ceremony.World {
	return ceremony.World{
		Rand:    rand.Reader,
		Now:     now,
		Machine: measureMachine,
		PutFile: func(name string, data []byte, secret bool) error {
			if secret {
				return fileio.WriteSecret(filepath.Join(folder, name), data)
			}
			return fileio.WriteNew(filepath.Join(folder, name), data, 0o644, false)
		},
		ReadBack: func(name string) ([]byte, error) { return fileio.ReadLimited(filepath.Join(folder, name), 32<<20) },
		Program:  "sigtool " + version,
		Front:    front,
	}
}

// measureMachine looks at this machine as it is now.
func measureMachine() []ceremony.Finding {
	var core unix.Rlimit
	limit := ^uint64(0)
	if unix.Getrlimit(unix.RLIMIT_CORE, &core) == nil {
		limit = core.Cur
	}
	dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	return host.Inspect(os.DirFS("/"), host.Self{
		CoreLimit: limit,
		Dumpable:  err != nil || dumpable != 0,
		Generator: func() error {
			_, err := unix.Getrandom(make([]byte, 1), unix.GRND_NONBLOCK)
			return err
		},
		Env: os.Getenv,
	})
}

// frontEnd chooses who answers: a file of answers, or a person at the terminal. done puts away what it opened.
func frontEnd(c *cli.Context, out *reporter, plan *ceremony.Plan, mode ceremony.Mode, folder string) (front ceremony.FrontEnd, name string, done func(), err error) {
	answers, passphraseFile := c.String("answers"), c.String("new-passphrase-file")
	switch {
	case answers != "" && c.Bool("plain"):
		return nil, "", nil, usagef("--plain and --answers exclude each other")
	case answers != "":
		front, err := fromAnswers(out, answers, plan, mode, folder, passphraseFile)
		return front, "answers", func() {}, err
	case passphraseFile != "":
		return nil, "", nil, usagef("--new-passphrase-file is for --answers: people write the passphrase on paper")
	}
	terminal, err := term.Open()
	if err != nil {
		return nil, "", nil, usageHint("sigtool ceremony rehearse PLAN -o DIR --answers FILE needs none", "a ceremony needs a terminal")
	}
	return plain.New(out.err, plain.Terminal{
		ReadLine:   terminal.ReadLine,
		ReadSecret: terminal.ReadSecret,
		ShowSecret: terminal.ShowSecret,
		ReadFile:   func(path string) ([]byte, error) { return fileio.ReadLimited(path, maxSheet) },
	}), "plain", func() { terminal.Close() }, nil
}

func fromAnswers(out *reporter, name string, plan *ceremony.Plan, mode ceremony.Mode, folder, passphraseFile string) (ceremony.FrontEnd, error) {
	data, err := readSmall(name, maxPlan)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(data)
	hands := script.Hands{
		ReadSheet: func(sheet string) ([]byte, error) { return fileio.ReadLimited(filepath.Join(folder, sheet), maxSheet) },
	}
	if !out.quiet && !out.json {
		hands.Show = plain.New(out.err, plain.Terminal{}).Show
	}
	if passphraseFile != "" {
		hands.Keep = func(passphrase *secret.Bytes) error {
			kept := sealedKey{passphrase: passphrase}
			line := kept.passphraseLine()
			defer secret.Wipe(line)
			return fileio.WriteSecret(passphraseFile, line)
		}
	}
	front, err := script.New(data, plan, mode, hands)
	if err != nil {
		return nil, withHint(fmt.Errorf("%s: %w", name, err), "sigtool man ceremony describes the answers file")
	}
	return front, nil
}
