package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
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
	keep(s liveStick, target string) keeper // mounts it again when it was pulled out and put back
	// keepAny does so with any other that is plugged in from now on, read-only, but what outputs waits for; nil: there is none yet.
	keepAny(s *liveStick, target string, outputs keeper) keeper
	sectorsRead(s liveStick) (int64, bool) // from the stick itself, of 512 bytes
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

// mount looks again at what is plugged in: while people read what there is to choose from, another stick may have taken the name.
func (r realSticks) mount(s liveStick, target string, write bool) error {
	devices, err := r.devices()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(devices, s.Same) {
		return fs.ErrNotExist
	}
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
func (s liveStick) name() string { return cmp.Or(s.Label, "stick without a name") }

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
