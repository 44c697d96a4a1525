package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"
	"golang.org/x/sys/unix"

	"sigtool/ceremony"
	"sigtool/ceremony/transcript"
	"sigtool/internal/fileio"
	"sigtool/verify"
)

// ceremonyFlags are those of run, rehearse and resume.
func ceremonyFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "put what is made into the folder `DIR`, which must be empty or new"},
		&cli.BoolFlag{Name: "tui", Usage: "ask on the full screen (the default on a terminal of 80 by 24 or more)"},
		&cli.BoolFlag{Name: "plain", Usage: "ask line by line: for serial lines and screen readers"},
		&cli.StringFlag{Name: "answers", Usage: "take the answers from `FILE`: for rehearsals, and where the plan allows it"},
		&cli.StringFlag{Name: "print", Usage: "print sheets on the device `TO`, or lay them out in the folder TO, which must be in memory"},
		&cli.StringFlag{Name: "paper", Value: "a4", Usage: "print on `PAPER`: a4, letter, 58mm, 80mm"},
		inputsFlag,
		newPass,
		nowFlag,
	}
}

// holdCeremony reads the plan, chooses who answers, and leads the ceremony to its end.
func holdCeremony(c *cli.Context, out *reporter, mode ceremony.Mode) error {
	return atTheTable(c, out, func(plan *ceremony.Plan, p *ceremonyPlace) error {
		if err := emptyFolder(p.folder); err != nil {
			return err
		}
		done, err := p.lock()
		if err != nil {
			return err
		}
		defer done()
		return p.lead(c, plan, mode, func(w ceremony.World) (*ceremony.Run, error) { return ceremony.NewRun(plan, w, mode) })
	})
}

// resumeCeremony goes on where the journal in the folder ends.
func resumeCeremony(c *cli.Context, out *reporter) error {
	return atTheTable(c, out, func(plan *ceremony.Plan, p *ceremonyPlace) error {
		if !exists(p.journal.path) {
			return withHint(fmt.Errorf("%s: %w", p.journal.path, fs.ErrNotExist), "there is nothing to go on with: a journal is where a ceremony was stopped, and nowhere else")
		}
		done, err := p.lock()
		if err != nil {
			return err
		}
		defer done()
		data, err := fileio.ReadLimited(p.journal.path, transcript.MaxSize)
		if err != nil {
			return err
		}
		if !bytes.Contains(data, []byte("\n")) { // not one whole line
			return withHint(fmt.Errorf("%s: the ceremony was stopped before anything was recorded, and nothing was made", p.journal.path), "begin it again, in a new folder")
		}
		so, err := transcript.ReadJournal(data)
		if err != nil {
			return fmt.Errorf("%s: %w", p.journal.path, err)
		}
		if err := dropHalf(p.folder); err != nil {
			return err
		}
		mode := ceremony.Production
		if so.Rehearsal {
			mode = ceremony.Rehearsal
		}
		if so.Outcome != "" {
			return p.finish(plan, data[:so.Size], so, mode)
		}
		return p.lead(c, plan, mode, func(w ceremony.World) (*ceremony.Run, error) {
			if err := p.journal.takeUp(so.Size); err != nil {
				return nil, err
			}
			return ceremony.Resume(plan, w, data)
		})
	})
}

// finish puts a journal that was sealed before the program was stopped in the transcript's place: it is the transcript.
func (p *ceremonyPlace) finish(plan *ceremony.Plan, data []byte, so *transcript.Transcript, mode ceremony.Mode) error {
	if digest := plan.Digest(); so.Plan != hex.EncodeToString(digest[:]) {
		return fmt.Errorf("%s: it is the journal of another plan", p.journal.path)
	}
	if so.Outcome == transcript.Done {
		if err := so.Complete(); err != nil {
			return fmt.Errorf("%s: %w", p.journal.path, err)
		}
	}
	name := filepath.Join(p.folder, ceremony.TranscriptName)
	there, err := fileio.ReadLimited(name, transcript.MaxSize)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = fileio.WriteNew(name, data, 0o644, false)
	case err == nil && !bytes.Equal(there, data):
		err = fmt.Errorf("%s: it is another transcript than the one of the journal beside it", name)
	}
	if err == nil {
		err = p.journal.remove()
	}
	if err == nil && so.Outcome != transcript.Done {
		err = fmt.Errorf("%w: %s", verify.ErrNotDone, so.Outcome)
	}
	if err != nil {
		return err
	}
	return p.sayHeld(plan, mode)
}

// atTheTable reads plan and flags.
func atTheTable(c *cli.Context, out *reporter, hold func(*ceremony.Plan, *ceremonyPlace) error) error {
	out.configure(c)
	_, plan, err := readPlan(c)
	if err != nil {
		return err
	}
	p, err := newPlace(c, out)
	if err != nil {
		return err
	}
	defer p.close()
	for _, what := range plan.Sign {
		if formatNamed(what.Format) == nil {
			return usageHint("sigtool formats lists them", "the plan signs %s as %q, and there is no such format", what.File, what.Format)
		}
	}
	if plan.NeedsInputs() && p.inputs == "" {
		return usageHint("--inputs DIR, a folder with those files", "where are the files that the plan signs, and its wrapping keys?")
	}
	return hold(plan, p)
}

// lead opens a front end, begins, and goes through to the end.
func (p *ceremonyPlace) lead(c *cli.Context, plan *ceremony.Plan, mode ceremony.Mode, begin func(ceremony.World) (*ceremony.Run, error)) error {
	if err := p.checkPlaces(plan, mode); err != nil {
		return err
	}
	if err := p.setClock(c, mode); err != nil {
		return err
	}
	front, err := p.frontEnd(c, plan, mode)
	if err != nil {
		return err
	}
	defer front.close()
	w, err := p.world(c, front.name)
	if err != nil {
		return err
	}
	if front.print != nil {
		w.Print = front.print
	}
	run, err := begin(w)
	if errors.Is(err, ceremony.ErrVoid) {
		return withHint(err, beginAgain(mode, c.Args().First()))
	}
	if err != nil {
		return err
	}
	interrupted.Store(goOn(c.Args().First(), p.folder))
	err = ceremony.Drive(run, withPrints{front, p})
	interrupted.Store("")
	p.forgetPages()
	front.close()
	if err != nil {
		return err
	}
	return p.sayHeld(plan, mode)
}

// beginAgain and goOn are what to do after a ceremony that is void, and one that was stopped: in a live system there is a menu and no shell.
func beginAgain(mode ceremony.Mode, plan string) string {
	verb := map[ceremony.Mode]string{ceremony.Production: "run", ceremony.Rehearsal: "rehearse"}[mode]
	if isLiveSystem(hostRoot) {
		return "begin again, by the menu"
	}
	return "sigtool ceremony " + verb + " " + shellWord(plan) + " -o NEW-FOLDER"
}

func goOn(plan, folder string) string {
	command := "sigtool ceremony resume " + shellWord(plan) + " -o " + shellWord(folder)
	if isLiveSystem(hostRoot) {
		command = "resume, in the menu,"
	}
	return command + " goes on, or says that its keys are void"
}

// lock keeps a second program out of the folder of a ceremony that goes on: it would take its journal for one that was left.
func (p *ceremonyPlace) lock() (done func(), err error) {
	folder, err := os.Open(p.folder)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(folder.Fd()), unix.LOCK_EX|unix.LOCK_NB); errors.Is(err, unix.EWOULDBLOCK) {
		folder.Close()
		return nil, withHint(fmt.Errorf("%s: a ceremony is going on in this folder", p.folder), "end it where it was begun")
	}
	return func() { folder.Close() }, nil // a medium that knows no locks has none
}

// sayHeld says how anybody can check what was done.
func (p *ceremonyPlace) sayHeld(plan *ceremony.Plan, mode ceremony.Mode) error {
	name := filepath.Join(p.folder, ceremony.TranscriptName)
	if p.out.json {
		return p.out.object(struct {
			File string `json:"file"`
			OK   bool   `json:"ok"`
			Mode string `json:"mode"`
		}{name, true, string(mode)})
	}
	what, flags := "ceremony", ""
	if mode == ceremony.Rehearsal {
		what, flags = "rehearsal", " --rehearsal"
	}
	public := filepath.Join(p.folder, plan.FileName(plan.Keys[0].Label, "pub"))
	if exists(public) {
		flags += " -k " + shellWord(public)
	} else {
		flags += " --any-signer"
	}
	p.out.info("%s: the %s is done; anybody can check it: sigtool verify%s %s", name, what, flags, shellWord(name))
	return nil
}

// shellWord is a name as a shell takes it for one word.
func shellWord(name string) string {
	if strings.ContainsAny(name, " \t'\"$`\\*?[]()<>|&;#~!") {
		return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
	}
	return name
}

// emptyFolder makes the folder for the outputs, or refuses one that holds anything.
func emptyFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := syncFolder(filepath.Dir(folder)); err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, unix.EINVAL) {
		return err // on FAT a new folder is lost with the power, and the journal in it, until the one above is flushed
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) == 0 {
		return err
	}
	refused := fmt.Errorf("%s: the folder is not empty", folder)
	if exists(filepath.Join(folder, ceremony.JournalName)) {
		return withHint(fmt.Errorf("%s: a ceremony was stopped in this folder", folder), "sigtool ceremony resume PLAN -o "+shellWord(folder)+" goes on with it, or says that its keys are void")
	}
	return withHint(refused, "name a new folder: what a ceremony makes stands alone")
}
