package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"sigtool/ceremony/live/disk"
	"sigtool/internal/media"
)

// liveStick is a device that may hold a file system, and what it holds.
type liveStick struct {
	media.Device
	media.Volume
	err error // it could not be read
}

// sticks are what is plugged in, and what can be done with it.
type sticks interface {
	list() ([]liveStick, error)
	blank(target string) error
	mount(s liveStick, target string, write bool) error
	unmount(s liveStick, target string) error
	free(target string) (int64, error)
	keep(s liveStick, target string) keeper     // mounts it again when it was pulled out and put back
	keepAny(s *liveStick, target string) keeper // and any other that is plugged in from now on, read-only; nil: there is none yet
	sectorsRead(s liveStick) (int64, bool)      // from the stick itself, of 512 bytes
}

// realSticks are those of the machine.
type realSticks struct{ sys fs.FS }

func (r realSticks) list() ([]liveStick, error) {
	devices, err := media.List(r.sys)
	var found []liveStick
	for _, d := range devices {
		s := liveStick{Device: d}
		s.Volume, s.err = media.Look(d)
		found = append(found, s)
	}
	return found, err
}

func (realSticks) blank(target string) error { return media.Blank(target) }

func (realSticks) mount(s liveStick, target string, write bool) error {
	return media.MountFAT(s.Path(), target, write)
}

func (realSticks) free(target string) (int64, error) { return media.Free(target) }

// unmount waits a little for programs that are about to end. What is in use after that is taken off all the same, and said.
func (realSticks) unmount(s liveStick, target string) error {
	err := media.Unmount(s.Path(), target)
	for range 10 {
		if !errors.Is(err, media.ErrBusy) {
			return err
		}
		time.Sleep(200 * time.Millisecond)
		err = media.Unmount(s.Path(), target)
	}
	return errors.Join(err, media.Abandon(target))
}

func (r realSticks) sectorsRead(s liveStick) (int64, bool) { return media.SectorsRead(r.sys, s.Name) }

// isOutputs tells the partition that every stick made by sigtool live build has for outputs.
func (s liveStick) isOutputs() bool { return s.PartName == disk.Label && s.Kind == media.FAT }

// name is how a stick is called.
func (s liveStick) name() string {
	name := s.Label
	if name == "" {
		name = "stick without a name"
	}
	return name
}

// about is what tells it from others.
func (s liveStick) about() string {
	text := media.Bytes(s.Size)
	if s.Maker != "" {
		text += ", " + s.Maker
	}
	if s.Partition > 0 {
		text += fmt.Sprintf(", partition %d", s.Partition)
	}
	if s.isOutputs() {
		text += ": a ceremony stick's room for outputs"
	}
	if s.ReadOnly {
		text += " (write-protected)"
	}
	return text
}

// trouble says why a stick can't be used, and what to do; "" if it can.
func (s liveStick) trouble(write bool) string {
	switch {
	case s.err != nil:
		return "it can't be read: pull it out, plug it in again, or take another"
	case s.Kind != media.FAT:
		return fmt.Sprintf("it holds %s; only FAT can be used here. Format it as FAT32 on another computer, which erases it, or take another", s.Kind)
	case write && s.ReadOnly:
		return "it is write-protected: move its switch and plug it in again, or take another"
	}
	return ""
}

// offered are the sticks to choose from, and those that are no use with the reason. The partition that the machine starts from is neither.
func offered(all []liveStick, write bool) (usable, not []liveStick) {
	for _, s := range all {
		hidden := s.Partition > 0 && s.PartName != disk.Label && slices.ContainsFunc(all, func(o liveStick) bool { return o.Disk == s.Disk && o.PartName == disk.Label })
		switch {
		case hidden:
		case s.trouble(write) == "":
			usable = append(usable, s)
		default:
			not = append(not, s)
		}
	}
	return usable, not
}

// chooseStick asks for a stick. Enter takes the one for outputs, if there is one alone, or the only one there is. Those but are not offered.
func (t *table) chooseStick(question string, write bool, but ...liveStick) (liveStick, error) {
	for {
		all, err := t.sticks.list()
		if err != nil {
			return liveStick{}, err
		}
		usable, options, preset := t.stickOptions(all, write, but)
		options = append(options, option{"look again", "after a stick was plugged in; this takes some seconds"}, option{"back", "to the menu"})
		at, err := t.choose(question, preset, options...)
		switch {
		case err != nil:
			return liveStick{}, err
		case at == len(usable)+1:
			return liveStick{}, errBack
		case at < len(usable):
			return usable[at], nil
		}
	}
}

// stickOptions are the sticks as options, and says of the others why they are none.
func (t *table) stickOptions(all []liveStick, write bool, but []liveStick) (usable []liveStick, options []option, preset int) {
	usable, not := offered(all, write)
	usable = slices.DeleteFunc(usable, func(s liveStick) bool {
		return slices.ContainsFunc(but, func(o liveStick) bool { return s.Name == o.Name && s.Sequence == o.Sequence })
	})
	preset = -1
	for i, s := range usable {
		options = append(options, option{s.name(), s.about()})
		if s.isOutputs() {
			preset = i
		}
	}
	if n := len(slices.DeleteFunc(slices.Clone(usable), func(s liveStick) bool { return !s.isOutputs() })); n > 1 {
		preset = -1
	}
	if len(usable) == 1 {
		preset = 0
	}
	for _, s := range not {
		t.say(fmt.Sprintf("%s (%s) can't be used: %s.", s.name(), s.about(), s.trouble(write)))
	}
	if len(usable) == 0 {
		t.say("There is no stick here that can be used. Plug one in, wait some seconds, and press Enter.")
		preset = 0
	}
	return usable, options, preset
}

// useStick mounts a stick, and takes it off when use is done with it.
func (t *table) useStick(s liveStick, target string, write bool, use func(folder string) error) error {
	folder := t.path(target)
	if err := t.mount(s, folder, write); err != nil {
		return err
	}
	err := use(folder)
	if off := t.sticks.unmount(s, folder); off != nil {
		err = errors.Join(err, notOff(s, off))
	}
	return err
}

func (t *table) mount(s liveStick, folder string, write bool) error {
	err := t.sticks.mount(s, folder, write)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, media.ErrProtected):
		return withHint(fmt.Errorf("%s: %w", s.name(), err), "move its switch and plug it in again, or take another")
	case errors.Is(err, media.ErrNotFAT):
		return withHint(fmt.Errorf("%s: %w", s.name(), err), "its file system is damaged: format it as FAT32 on another computer, or take another")
	case errors.Is(err, os.ErrNotExist):
		return withHint(fmt.Errorf("%s is not there any more", s.name()), "plug it in again, and leave it in until you are told")
	}
	return withHint(fmt.Errorf("%s: %w", s.name(), err), "plug it in again, or take another")
}

func notOff(s liveStick, err error) error {
	return withHint(fmt.Errorf("%s: not all of it may have been written: %w", s.name(), err), "plug it in again and look at what is on it (verify, in the menu) before you rely on it")
}

// takeOut says that a stick is not used any more.
func (t *table) takeOut(s liveStick) { t.say("You can take " + s.name() + " out now.") }
