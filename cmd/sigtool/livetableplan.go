package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigtool/ceremony"
)

// maxNames bounds how many names of a folder on a stick are looked at, and maxOffered how many are offered to choose from.
const (
	maxNames   = 2000
	maxOffered = 40
)

// choosePlan asks which plan is to be used, copies it to where verbs find it, and shows what it will do.
func (t *table) choosePlan() (*ceremony.Plan, error) {
	data, err := t.planToUse()
	if err != nil {
		return nil, err
	}
	return t.takePlan(data)
}

// planToUse is the plan that the image was built with, or one on a stick.
func (t *table) planToUse() ([]byte, error) {
	built, err := readSmall(t.path(builtIn), maxPlan)
	if err != nil {
		return t.planOnStick()
	}
	title := "which can't be read; the check says why"
	if plan, err := ceremony.ParsePlan(built); err == nil {
		title = shown(plan.Title)
	}
	at, err := t.choose("Which plan?", 0, option{"this one", title + " (it came with this system)"}, option{"stick", "a plan on a stick, whose name ends with .yaml"})
	if err != nil || at == 0 {
		return built, err
	}
	return t.planOnStick()
}

// planOnStick asks for a stick, and for one of the plans in its first folder. The stick is mounted only meanwhile, and read-only.
func (t *table) planOnStick() (data []byte, err error) {
	s, err := t.chooseStick("On which stick is the plan?", false)
	if err != nil {
		return nil, err
	}
	err = t.useStick(s, inputsAt, false, func(folder string) error {
		name, err := t.chooseName("Which plan?", folder, func(e os.DirEntry) bool { return isPlanName(e.Name()) && e.Type().IsRegular() },
			withHint(fmt.Errorf("%s has no file whose name ends with .yaml", s.name()), "put the plan into its first folder, not into one below, on another computer"))
		if err != nil {
			return err
		}
		data, err = readSmall(filepath.Join(folder, name), maxPlan)
		return err
	})
	if err == nil && !s.isOutputs() {
		t.takeOut(s)
	}
	return data, err
}

// isPlanName takes both spellings in any case, but not what a Mac puts beside each file.
func isPlanName(name string) bool {
	ending := strings.ToLower(filepath.Ext(name))
	return (ending == ".yaml" || ending == ".yml") && !strings.HasPrefix(name, ".")
}

// namesOn lists the names in a folder that are wanted, sorted.
func namesOn(folder string, wanted func(os.DirEntry) bool) (names []string, err error) {
	dir, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	entries, err := dir.ReadDir(maxNames)
	if err != nil && !errors.Is(err, io.EOF) { // which is an empty folder's
		return nil, err
	}
	for _, e := range entries {
		if wanted(e) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// chooseName asks for one of the names in a folder that are wanted; a single one still has to be accepted. Where there is none, the error is none.
func (t *table) chooseName(question, folder string, wanted func(os.DirEntry) bool, none error) (string, error) {
	names, err := namesOn(folder, wanted)
	if err != nil {
		return "", err
	}
	if len(names) == 0 {
		return "", none
	}
	if n := len(names); n > maxOffered {
		t.say(fmt.Sprintf("There are %d. Only the first %d are offered: take others off the stick if yours is not among them.", n, maxOffered))
		names = names[:maxOffered]
	}
	var options []option
	for _, name := range names {
		options = append(options, option{word: shown(name)})
	}
	preset := -1
	if len(names) == 1 {
		preset = 0
	}
	at, err := t.choose(question, preset, append(options, option{"back", "to the menu"})...)
	if err != nil || at == len(names) {
		return "", errors.Join(err, backIf(err == nil))
	}
	return names[at], nil
}

func backIf(yes bool) error {
	if yes {
		return errBack
	}
	return nil
}

// takePlan copies a plan to where the verbs find it, has it checked, and shows what the check says.
func (t *table) takePlan(data []byte) (*ceremony.Plan, error) {
	name := t.path(planAt)
	if err := os.WriteFile(name, data, 0o600); err != nil {
		return nil, err
	}
	t.say("The plan is checked; this takes a moment.")
	text, how := t.captured("ceremony", "check", name)
	if err := t.page(strings.ReplaceAll(text, name, "the plan")); err != nil {
		return nil, err
	}
	plan, err := ceremony.ParsePlan(data)
	if !how.ok() || err != nil {
		t.say("This plan can't be used as it is. " + how.why())
		t.say("What to do: mend it on another computer with sigtool ceremony check, and bring it on a stick.")
		return nil, errBack
	}
	return plan, nil
}
