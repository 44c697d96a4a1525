package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"sigtool/ceremony"
)

func TestTableHolds(t *testing.T) {
	sticks := newSticks(t, firmwareStick(), outputsStick(), otherStick())
	b := newBench(t, sticks, "hold", "", "", "7", "")
	b.put(b.path("/plan.yaml"), ceremony.Example(ceremony.KindGenerate))
	b.put(filepath.Join(sticks.folders["sda2"], "rehearsal-3", "x"), nil)
	b.holds(ended{}, "transcript.jsonl", "key.pub")
	b.run(sticks, "The outputs go to OUTPUTS, folder ceremony-4.", "The ceremony is over, and was done as planned.", "Read again from the stick: 2 files, 23 bytes, all as they were written.",
		"16 transcript.jsonl", "You can take OUTPUTS out now.")
	if got := strings.Join(b.ran, "\n"); got != `ceremony check /run/plan.yaml
ceremony run /run/plan.yaml -o /outputs/ceremony-4 --plain
verify --any-signer /outputs/ceremony-4/transcript.jsonl` {
		t.Error(got)
	}
	if strings.Contains(b.out.String(), "EFI") {
		t.Error("what the machine starts from is offered")
	}
}

// Whatever becomes of the verb, the sticks are taken off, and it is said in plain words.
func TestTableEnds(t *testing.T) {
	for want, how := range map[string]ended{
		"It crashed (signal 11, segmentation fault).": {signal: syscall.SIGSEGV},
		"It was killed (signal 9), most likely":       {signal: syscall.SIGKILL},
		"The ceremony was given up or refused":        {status: exitCeremony},
		"It crashed. This is a fault of the program":  {status: 2},
		"It was interrupted.":                         {status: exitInterrupted},
		"It could not be started: no memory.":         {err: errors.New("no memory")},
		"It failed (status 77).":                      {status: 77},
	} {
		sticks := newSticks(t, outputsStick())
		b := newBench(t, sticks, "1", "", "", "7", "yes")
		b.put(b.path("/plan.yaml"), ceremony.Example(ceremony.KindGenerate))
		b.holds(how, "journal.jsonl")
		b.run(sticks, "The rehearsal was not done. "+want, "Its journal is in the folder rehearsal-1: resume (3) goes on with it", "You can take OUTPUTS out now.")
	}
}

// A verb that ends before it wrote anything leaves no folder.
func TestTableLeavesNoEmptyFolder(t *testing.T) {
	sticks := newSticks(t, outputsStick())
	b := newBench(t, sticks, "1", "", "", "7", "")
	b.put(b.path("/plan.yaml"), ceremony.Example(ceremony.KindGenerate))
	b.holds(ended{status: exitUsage})
	b.run(sticks, "It ended before it began")
	if names := namesIn(t, sticks.folders["sda2"]); len(names) != 0 {
		t.Error(names)
	}
}

func TestTableStickThatForgets(t *testing.T) {
	for want, sabotage := range map[string]func(*fakeSticks){
		"key.pub is not on the stick as it was written": func(f *fakeSticks) {
			f.lost = func(folder string) {
				_ = os.WriteFile(filepath.Join(folder, "ceremony-1", "key.pub"), []byte("other"), 0o600)
			}
		},
		"the files did not come from the stick": func(f *fakeSticks) { f.stale = true },
		"what was written can't be read again": func(f *fakeSticks) {
			f.lost = func(folder string) { _ = os.RemoveAll(filepath.Join(folder, "ceremony-1")) }
		},
	} {
		sticks := newSticks(t, outputsStick())
		b := newBench(t, sticks, "2", "", "", "7", "")
		b.put(b.path("/plan.yaml"), ceremony.Example(ceremony.KindGenerate))
		b.holds(ended{}, "key.pub")
		sabotage(sticks)
		b.run(sticks, want, "do not rely on this stick")
	}
}
