package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"sigtool/ceremony/live/keymap"
	"sigtool/internal/pid1"
)

// keyboards are the layouts that there are.
type keyboards interface {
	names() []string
	set(name string) error
}

// consoleKeys are those of the console.
type consoleKeys struct{}

func (consoleKeys) names() []string { return keymap.Names() }

func (consoleKeys) set(name string) error {
	layout, ok := keymap.Named(name)
	if !ok {
		return errors.New("there is no such layout")
	}
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer tty.Close()
	return pid1.SetKeymap(tty, layout.Tables)
}

// keyboard has people choose what the keys mean, and try it.
func (t *table) keyboard() error {
	if t.serial {
		t.say("You work on a serial line: the keyboard is that of the other computer, and is chosen there.")
		return t.tryKeys()
	}
	names := t.keys.names()
	for {
		t.say("The layouts: " + strings.Join(names, " ") + ".")
		name, err := t.question("Which one? Enter keeps the one there is: ")
		if err != nil {
			return err
		}
		if name = strings.ToLower(name); name == "" {
			return t.tryKeys()
		}
		if err := t.keys.set(name); err != nil {
			t.say(fmt.Sprintf("%s: %s. Type one of those names.", shown(name), err))
			continue
		}
		t.say("The keys mean " + name + " from now on.")
		return t.tryKeys()
	}
}

// tryKeys shows what is typed. Nothing of it is kept.
func (t *table) tryKeys() error {
	t.say("Try it: type letters, figures and signs, as " + `a z y q 1 0 - . / : ? @, and see whether they come out right. Nothing is kept of it.`)
	for {
		line, err := t.question("Try, or Enter to end: ")
		if err != nil || line == "" {
			return err
		}
	}
}
