package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"sigtool/ceremony/live"
	"sigtool/ceremony/live/keymap"
	"sigtool/internal/pid1"
)

// setKeyboard gives the console the keymap that the stick was built with, or the American one: the kernel's own has keys that lead to other
// consoles or stop the screen.
func (l *liveSystem) setKeyboard() {
	m, err := builtKeymap(os.DirFS("/"))
	l.note(err)
	if m == nil {
		return
	}
	for _, t := range l.screens {
		if !t.Serial() {
			l.note(setKeymap(t, m))
		}
	}
}

// builtKeymap reads the keymap of the stick. Where there is none, or a damaged one, it is the American one.
func builtKeymap(root fs.FS) (*keymap.Map, error) {
	us, _ := keymap.Named("us")
	data, err := fs.ReadFile(root, live.KeymapPath)
	if errors.Is(err, fs.ErrNotExist) {
		return us, nil
	}
	if err == nil {
		var m *keymap.Map
		if m, err = keymap.Parse(data); err == nil {
			return m, nil
		}
	}
	return us, fmt.Errorf("the keymap of the stick can't be used, the keyboard is American (us): %w", err)
}

func setKeymap(t *pid1.Terminal, m *keymap.Map) error {
	tty, err := t.TTY()
	if err != nil {
		return err
	}
	defer tty.Close()
	return pid1.SetKeymap(tty, m.Tables)
}
