package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"sigtool/ceremony"
	"sigtool/internal/media"
)

// littleRoom is when a stick is called full, in bytes: a ceremony of some keys with sheets and exports makes less.
const littleRoom = 512 << 10

// sitting is a ceremony or rehearsal that is held at the table.
type sitting struct {
	what   string // ceremony, rehearsal
	verb   string
	plan   *ceremony.Plan
	stick  liveStick // for outputs
	folder string
	begun  bool // there was something in the folder already
}

// hold holds a ceremony, or a rehearsal.
func (t *table) hold(mode ceremony.Mode) error {
	s := sitting{what: "ceremony", verb: "run"}
	if mode == ceremony.Rehearsal {
		s.what, s.verb = "rehearsal", "rehearse"
	}
	var err error
	if s.plan, err = t.choosePlan(); err != nil {
		return err
	}
	if s.stick, err = t.chooseStick("On which stick shall the outputs of the "+s.what+" go?", true); err != nil {
		return err
	}
	outputs := t.path(outputsAt)
	if err := t.mount(s.stick, outputs, true); err != nil {
		return err
	}
	if s.folder, err = t.newFolder(outputs, s.what); err != nil {
		return errors.Join(err, t.sticks.unmount(s.stick, outputs))
	}
	return t.sit(&s)
}

var folderNumber = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^(?:ceremony|rehearsal)-([0-9]{1,4})$`) })

// newFolder makes the folder for the outputs: the next number that no ceremony and no rehearsal has. It is on the stick when newFolder returns.
func (t *table) newFolder(outputs, what string) (string, error) {
	free, err := t.sticks.free(outputs)
	if err != nil {
		return "", err
	}
	if free < littleRoom {
		t.say(fmt.Sprintf("There is little room on this stick: %s. If that is too little, the ceremony stops and waits until there is more.", media.Bytes(free)))
		if ok, err := t.yes("Use it all the same?", false); err != nil || !ok {
			return "", errors.Join(err, backIf(err == nil))
		}
	}
	last := 0
	names, err := namesOn(outputs, func(e os.DirEntry) bool { return folderNumber().MatchString(e.Name()) })
	if err != nil {
		return "", err
	}
	for _, name := range names {
		n, _ := strconv.Atoi(folderNumber().FindStringSubmatch(name)[1])
		last = max(last, n)
	}
	folder := filepath.Join(outputs, fmt.Sprintf("%s-%d", what, last+1))
	if err := os.Mkdir(folder, 0o700); err != nil { // a number of five digits, or a folder with more names than are looked at
		if errors.Is(err, unix.ENOSPC) {
			return "", withHint(errors.New("the stick is full"), "take another, or make room on this one with another computer")
		}
		return "", err
	}
	return folder, syncFolder(outputs)
}

// sit asks for the rest, runs the verb with the sticks in the keepers' care, and reads back what was made.
func (t *table) sit(s *sitting) error {
	outputs := t.path(outputsAt)
	keeper := t.sticks.keep(s.stick, outputs)
	args, inputs, err := t.verbFor(s, keeper)
	if err != nil {
		keeper.stop()
		now, away, _, _ := keeper.state()
		if away {
			return err
		}
		t.dropEmpty(s.folder)
		return errors.Join(err, t.sticks.unmount(now, outputs))
	}
	t.say("", fmt.Sprintf("The outputs go to %s, folder %s. Leave the stick in.", s.stick.name(), shown(filepath.Base(s.folder))))
	how := t.spawn(args, nil)
	if t.drop != nil {
		_ = t.drop() // what was typed when nothing was asked answers nothing here
	}
	t.endInputs(inputs)
	err = t.awaitStick(keeper)
	keeper.stop()
	now, away, pulled, _ := keeper.state()
	t.sayEnd(s, how)
	if pulled > 0 {
		t.say(fmt.Sprintf("The stick was taken out meanwhile (times: %d). Another computer may therefore offer to repair it; that is not needed if what follows is good.", pulled))
	}
	if away {
		t.say("The stick is not there. What was written to it until it was taken out is there; look at it with verify (4), or go on with resume (3).")
		return err
	}
	s.stick.Device = now.Device
	return errors.Join(err, t.readBack(s))
}

// verbFor are the words of the command line, and the keeper of the stick with inputs.
func (t *table) verbFor(s *sitting, outputs keeper) (args []string, inputs keeper, err error) {
	args = []string{"ceremony", s.verb, t.path(planAt), "-o", s.folder}
	folder, inputs, err := t.chooseInputs(s, outputs)
	if err != nil {
		return nil, nil, err
	}
	if folder != "" {
		args = append(args, "--inputs", folder)
	}
	paper, err := t.choosePrinter()
	if err != nil {
		t.endInputs(inputs)
	}
	if args = append(args, paper...); t.serial {
		args = append(args, "--plain")
	}
	return args, inputs, err
}

// awaitStick waits for the stick if it is out when the verb ended.
func (t *table) awaitStick(k keeper) error {
	for {
		_, away, _, why := k.state()
		if !away {
			return nil
		}
		if why != nil {
			t.say("It can't be used: " + why.Error() + ".")
		}
		t.say("The stick for the outputs is out. Plug it in, and wait some seconds.")
		line, err := t.question("Enter when it is in, or leave: ")
		if err != nil || strings.EqualFold(line, "leave") {
			return err
		}
	}
}

// sayEnd says how the verb ended, and where what is left of it stands.
func (t *table) sayEnd(s *sitting, how ended) {
	t.say("")
	if how.ok() {
		t.say("The " + s.what + " is over, and was done as planned.")
		return
	}
	stopped := exists(filepath.Join(s.folder, ceremony.JournalName))
	why := how.why()
	if how.status == exitUsage && stopped && !s.begun { // it had begun, so its command line was right
		why = "It crashed. " + itsFault
		_, _ = io.WriteString(t.out, wiped)
	}
	t.say("The " + s.what + " was not done. " + why)
	if stopped {
		t.say(fmt.Sprintf("Its journal is in the folder %s: resume (3) goes on with it, or says that its keys are void.", shown(filepath.Base(s.folder))))
	}
}

// dropEmpty removes a folder that nothing was put into.
func (t *table) dropEmpty(folder string) {
	if os.Remove(folder) == nil { // which fails on one that holds anything
		_ = syncFolder(filepath.Dir(folder))
	}
}
