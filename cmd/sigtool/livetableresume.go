package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sigtool/ceremony"
	"sigtool/ceremony/transcript"
)

// resume goes on with a ceremony that was stopped.
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
	if err := t.findStopped(&s, outputs); err != nil {
		return errors.Join(err, t.sticks.unmount(s.stick, outputs))
	}
	return t.sit(&s)
}

// findStopped asks for the folder of the one that was stopped, and takes from it what it was and the plan, which lies there.
func (t *table) findStopped(s *sitting, outputs string) error {
	name, err := t.chooseName("Which one was stopped?", outputs,
		func(e os.DirEntry) bool {
			return e.IsDir() && exists(filepath.Join(outputs, e.Name(), ceremony.JournalName))
		},
		withHint(fmt.Errorf("%s has no folder with the journal of a ceremony that was stopped", s.stick.name()),
			"one that was not stopped has a transcript instead: verify it (4)"))
	if err != nil {
		return err
	}
	s.folder = filepath.Join(outputs, name)
	if journal, err := readSmall(filepath.Join(s.folder, ceremony.JournalName), transcript.MaxSize); err == nil && ofRehearsal(journal) {
		s.what = "rehearsal"
	}
	data, err := readSmall(filepath.Join(s.folder, ceremony.PlanName), maxPlan)
	if err == nil {
		s.plan, err = t.takePlan(data)
		return err
	}
	t.say("Its folder has no plan that can be read: it was stopped before that. Choose the plan that it was begun with.")
	s.plan, err = t.choosePlan()
	return err
}

// ofRehearsal tells whether a journal or transcript says that it is that of a rehearsal.
func ofRehearsal(data []byte) bool {
	so, err := transcript.ReadJournal(data)
	return err == nil && so.Rehearsal
}
