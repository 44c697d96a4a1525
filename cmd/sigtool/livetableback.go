package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"sigtool/ceremony"
	"sigtool/ceremony/transcript"
	"sigtool/internal/fileio"
)

// readBack takes the stick off, which flushes it, mounts it again read-only, and compares: every file with what was there before, and the transcript
// with its files. Then it takes it off.
func (t *table) readBack(s *sitting) error {
	outputs := t.path(outputsAt)
	t.dropEmpty(s.folder)
	before, err := digestsOf(s.folder)
	if errors.Is(err, fs.ErrNotExist) { // it made nothing
		return t.sticks.unmount(s.stick, outputs)
	}
	if off := t.sticks.unmount(s.stick, outputs); off != nil {
		return notOff(s.stick, off)
	}
	if err != nil {
		return err
	}
	err = t.useStick(s.stick, outputsAt, false, func(string) error {
		if err := t.compareAgain(s, before); err != nil {
			return err
		}
		t.listFolder(s.folder, before)
		return t.verifyFolder(s.folder)
	})
	if err == nil {
		t.takeOut(s.stick)
	}
	return err
}

// compareAgain reads every file anew, and sees that it was the stick that was read.
func (t *table) compareAgain(s *sitting, before map[string]kept) error {
	useless := func(what string) error {
		return withHint(errors.New(what), "do not rely on this stick: hold it again with another one; paper that was made is good, and the plan's restore brings its keys back")
	}
	from, counted := t.sticks.sectorsRead(s.stick)
	after, err := digestsOf(s.folder)
	if err != nil {
		return useless("what was written can't be read again: " + err.Error())
	}
	to, _ := t.sticks.sectorsRead(s.stick)
	var sum int64
	for name, file := range before {
		if after[name] != file {
			return useless(shown(name) + " is not on the stick as it was written")
		}
		sum += file.size
	}
	if len(after) != len(before) {
		return useless("the stick has other files than were written")
	}
	if counted && (to-from)*512 < sum {
		return useless("the files did not come from the stick when they were read again")
	}
	t.say("", fmt.Sprintf("Read again from the stick: %d files, %d bytes, all as they were written.", len(after), sum))
	return nil
}

// listFolder says what is in a folder.
func (t *table) listFolder(folder string, files map[string]kept) {
	t.say("In the folder " + shown(filepath.Base(folder)) + ":")
	names := sortedNames(files)
	for i, name := range names {
		if i == maxOffered {
			t.say(fmt.Sprintf("  and %d more", len(names)-i))
			break
		}
		t.say(fmt.Sprintf("  %10d  %s", files[name].size, shown(name)))
	}
}

// verifyFolder verifies the transcript of a folder, or says that there is none.
func (t *table) verifyFolder(folder string) error {
	name := filepath.Join(folder, ceremony.TranscriptName)
	if !exists(name) {
		t.say("There is no transcript: it was not done to its end.")
		return nil
	}
	return t.verifyTranscript(name)
}

// verifyTranscript verifies a transcript, with the key that was made if there is one.
func (t *table) verifyTranscript(name string) error {
	args := []string{"verify"}
	data, err := fileio.ReadLimited(name, transcript.MaxSize)
	if err != nil {
		return err
	}
	if ofRehearsal(data) {
		args = append(args, "--rehearsal")
	}
	key := publicKeyBeside(name)
	if key != "" {
		args = append(args, "-k", key)
	} else {
		args = append(args, "--any-signer")
	}
	t.say("")
	text, how := t.captured(append(args, name)...)
	if err := t.page(text); err != nil {
		return err
	}
	if how.ok() {
		t.say("The transcript is whole, and so are the public files that it names.")
		return nil
	}
	if how.status == exitCeremony {
		t.say("The transcript is that of a ceremony that was not done, or is not complete: the lines above say which. A key that was made in it must not be used.")
		return nil
	}
	t.say("The transcript does not verify. " + how.why())
	return nil
}

// publicKeyBeside is the public key of the first key of the plan that lies beside a transcript, if there is one.
func publicKeyBeside(name string) string {
	folder := filepath.Dir(name)
	_, plan, err := readPlanFile(filepath.Join(folder, ceremony.PlanName))
	if err != nil {
		return ""
	}
	key := filepath.Join(folder, plan.FileName(plan.Keys[0].Label, "pub"))
	if !exists(key) {
		return ""
	}
	return key
}
