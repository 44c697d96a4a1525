package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"sigtool/ceremony/live/disk"
	"sigtool/internal/media"
)

// offered are the sticks to choose from, and those that are no use with the reason. The partition that the machine starts from is neither.
func offered(all []liveStick, write bool) (usable, not []liveStick) {
	for _, s := range all {
		switch {
		case slices.ContainsFunc(all, func(o liveStick) bool { return besideOutputs(s.Device, o.Device) }):
		case s.trouble(write) == "":
			usable = append(usable, s)
		default:
			not = append(not, s)
		}
	}
	return usable, not
}

// besideOutputs tells a partition of a ceremony's stick that machines start from, by the one for outputs on the same stick.
func besideOutputs(d, other media.Device) bool {
	return d.Partition > 0 && d.PartName != disk.Label && other.Disk == d.Disk && other.PartName == disk.Label
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
		if o := (option{s.name(), s.about()}); slices.Contains(options, o) {
			t.say(fmt.Sprintf("Two sticks look the same: %s. Take one of them out and look again, if it matters which.", s.name()))
		}
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
