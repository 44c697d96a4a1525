package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"sigtool/ceremony"
	"sigtool/ceremony/transcript"
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

// resume goes on with a ceremony that was stopped, with the plan that lies in its folder.
func (t *table) resume() error {
	s := sitting{what: "ceremony", verb: "resume", begun: true}
	var err error
	if s.stick, err = t.chooseStick("On which stick are the outputs of the ceremony that was stopped?", true); err != nil {
		return err
	}
	outputs := t.path(outputsAt)
	if err := t.mount(s.stick, outputs, true); err != nil {
		return err
	}
	leave := func(err error) error { return errors.Join(err, t.sticks.unmount(s.stick, outputs)) }
	names, err := namesOn(outputs, func(e os.DirEntry) bool {
		return e.IsDir() && exists(filepath.Join(outputs, e.Name(), ceremony.JournalName))
	})
	if err != nil {
		return leave(err)
	}
	if len(names) == 0 {
		return leave(withHint(fmt.Errorf("%s has no folder with the journal of a ceremony that was stopped", s.stick.name()),
			"one that was not stopped has a transcript instead: verify it (4)"))
	}
	name, err := t.chooseName("Which one was stopped?", names)
	if err != nil {
		return leave(err)
	}
	s.folder = filepath.Join(outputs, name)
	if journal, err := readSmall(filepath.Join(s.folder, ceremony.JournalName), transcript.MaxSize); err == nil {
		if so, err := transcript.ReadJournal(journal); err == nil && so.Rehearsal {
			s.what = "rehearsal"
		}
	}
	data, err := readSmall(filepath.Join(s.folder, ceremony.PlanName), maxPlan)
	if err == nil {
		s.plan, err = t.takePlan(data)
	} else {
		t.say("Its folder has no plan that can be read: it was stopped before that. Choose the plan that it was begun with.")
		s.plan, err = t.choosePlan()
	}
	if err != nil {
		return leave(err)
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
	args, inputs, err := t.verbFor(s)
	if err != nil {
		t.dropEmpty(s.folder)
		return errors.Join(err, t.sticks.unmount(s.stick, outputs))
	}
	t.say("", fmt.Sprintf("The outputs go to %s, folder %s. Leave the stick in.", s.stick.name(), shown(filepath.Base(s.folder))))
	keeper := t.sticks.keep(s.stick, outputs)
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
func (t *table) verbFor(s *sitting) (args []string, inputs keeper, err error) {
	args = []string{"ceremony", s.verb, t.path(planAt), "-o", s.folder}
	folder, inputs, err := t.chooseInputs(s)
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

// chooseInputs mounts the stick with what the plan needs, or with the keys that people bring.
func (t *table) chooseInputs(s *sitting) (folder string, kept keeper, err error) {
	inputs := t.path(inputsAt)
	keys := slices.ContainsFunc(s.plan.People, func(p ceremony.Person) bool { return p.Key != "" })
	if keys {
		t.say("Somebody signs with an own key, which is a file on a stick. When the ceremony asks for its name, that is " + inputsAt + "/ and the name on that stick. " +
			"Several sticks may be used, one after another: take out the one before, plug in the next, wait some seconds. They are only read. " +
			"What is plugged in after the machine was measured needs a reason in the transcript: plug in now what fits.")
	}
	switch {
	case s.plan.NeedsInputs():
		t.say("The plan needs files that are brought on a stick.")
	case !keys:
		return "", nil, nil
	default:
		if in, err := t.yes("Is the first of these sticks in already?", false); err != nil {
			return "", nil, err
		} else if !in {
			return "", t.sticks.keepAny(nil, inputs), nil
		}
	}
	from, err := t.chooseStick("On which stick are these files?", false)
	if err != nil {
		return "", nil, err
	}
	if from.Name == s.stick.Name {
		t.say("That is the stick for the outputs as well; its files begin with " + outputsAt + "/ then.")
		return t.path(outputsAt), t.sticks.keepAny(nil, inputs), nil
	}
	if err := t.mount(from, inputs, false); err != nil {
		return "", nil, err
	}
	return inputs, t.sticks.keepAny(&from, inputs), nil
}

// endInputs takes the stick with inputs off. Nothing was written to it.
func (t *table) endInputs(k keeper) {
	if k == nil {
		return
	}
	k.stop()
	if now, away, _, _ := k.state(); !away {
		_ = t.sticks.unmount(now, t.path(inputsAt))
		t.takeOut(now)
	}
}

// choosePrinter asks whether a printer that is plugged in is to be used.
func (t *table) choosePrinter() ([]string, error) {
	printers, _ := filepath.Glob(t.path("/dev/usb/lp*"))
	if len(printers) == 0 {
		return nil, nil
	}
	slices.Sort(printers)
	at, err := t.choose("A printer is plugged in. Print sheets on it?", 0, option{"a4", "on A4 paper"}, option{"letter", "on US Letter paper"},
		option{"58mm", "it is a receipt printer, with a roll of 58 mm"}, option{"80mm", "it is a receipt printer, with a roll of 80 mm"}, option{"no", "write by hand"})
	if err != nil || at == 4 {
		return nil, err
	}
	return []string{"--print", printers[0], "--paper", []string{"a4", "letter", "58mm", "80mm"}[at]}, nil
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
