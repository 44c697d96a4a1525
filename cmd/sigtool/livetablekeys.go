package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
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
	for {
		t.sayLayouts()
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

// sayLayouts names the layouts, and what their two kinds are.
func (t *table) sayLayouts() {
	const undead = "-nodeadkeys"
	names := t.keys.names()
	var all, only []string
	for _, name := range names {
		if strings.HasSuffix(name, undead) {
			continue
		}
		if all = append(all, name); !slices.Contains(names, name+undead) {
			only = append(only, name)
		}
	}
	t.say("", "The layouts: "+strings.Join(all, " ")+".",
		"All but "+strings.Join(only, " ")+" also with "+undead+" behind the name: signs such as ^ and ~ come at once then, and do not wait for a letter.")
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
