package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/ceremony"
	"sigtool/internal/media"
)

// Whatever is wrong with a stick is said with what to do, and leads back to the choice or the menu.
func TestTableSticksOfNoUse(t *testing.T) {
	exfat, protected := otherStick(), outputsStick()
	exfat.Volume = media.Volume{Kind: media.ExFAT}
	protected.ReadOnly = true
	sticks := newSticks(t, exfat, protected)
	b := newBench(t, sticks, "2", "", "", "back", "7", "")
	b.put(b.path("/plan.yaml"), ceremony.Example(ceremony.KindGenerate))
	b.run(sticks, "it holds exFAT; only FAT can be used here. Format it as FAT32 on another computer", "it is write-protected: move its switch", "There is no stick here that can be used.")
	for want, err := range map[string]error{
		"Error: OUTPUTS: the stick is write-protected. What to do: move its switch":                      media.ErrProtected,
		"Error: OUTPUTS: not a FAT file system that can be used. What to do: its file system is damaged": media.ErrNotFAT,
		"Error: OUTPUTS is not there any more. What to do: plug it in again":                             os.ErrNotExist,
	} {
		sticks := newSticks(t, outputsStick())
		sticks.fail = err
		b := newBench(t, sticks, "2", "", "", "7", "")
		b.put(b.path("/plan.yaml"), ceremony.Example(ceremony.KindGenerate))
		b.run(sticks, want)
	}
	sticks = newSticks(t, outputsStick())
	sticks.room = 1000
	b = newBench(t, sticks, "2", "", "", "no", "7", "")
	b.put(b.path("/plan.yaml"), ceremony.Example(ceremony.KindGenerate))
	b.run(sticks, "There is little room on this stick: 1000 bytes.")
}

// A plan comes from a stick; its name may be anything that FAT allows, or that a hostile file system has.
func TestTablePlanOnStick(t *testing.T) {
	sticks := newSticks(t, outputsStick(), otherStick())
	b := newBench(t, sticks, "rehearse", "2", "2", "", "7", "")
	hers := sticks.folders["sdb1"]
	b.put(filepath.Join(hers, "a\x1b[2Jb\u202e.YAML"), []byte("no: plan"))
	b.put(filepath.Join(hers, "plan.yml"), ceremony.Example(ceremony.KindGenerate))
	b.put(filepath.Join(hers, "._plan.yaml"), []byte("what a Mac puts"))
	if err := os.Symlink("/etc/passwd", filepath.Join(hers, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	b.holds(ended{}, "transcript.jsonl")
	b.run(sticks, "1 a?[2Jb?.YAML 2 plan.yml 3 back", "You can take HERS out now.", "The rehearsal is over")
	if strings.Join(sticks.log[:2], ", ") != "mount sdb1 inputs false, unmount sdb1 inputs" {
		t.Error(sticks.log)
	}
}

// A plan that can't be used leads back to the menu, and no other stick is touched.
func TestTableBadPlan(t *testing.T) {
	sticks := newSticks(t, otherStick(), outputsStick())
	b := newBench(t, sticks, "hold", "1", "1", "7", "")
	b.put(filepath.Join(sticks.folders["sdb1"], "plan.yaml"), []byte("\xff\xfev\x00"))
	b.verb = func([]string) ended { return ended{status: 1} }
	b.run(sticks, "This plan can't be used as it is.", "mend it on another computer with sigtool ceremony check")
	if len(sticks.log) != 2 {
		t.Error(sticks.log)
	}
	many := newSticks(t, otherStick())
	b = newBench(t, many, "hold", "1", "back", "7", "")
	for i := range 60 {
		b.put(filepath.Join(many.folders["sdb1"], fmt.Sprintf("%02d.yaml", i)), nil)
	}
	b.run(many, "There are 60. Only the first 40 are offered")
}

// What was stopped is gone on with, by the plan in its folder.
func TestTableResumes(t *testing.T) {
	sticks := newSticks(t, outputsStick())
	b := newBench(t, sticks, "resume", "", "", "7", "")
	folder := sticks.folders["sda2"]
	b.put(filepath.Join(folder, "ceremony-1", "transcript.jsonl"), nil)
	b.put(filepath.Join(folder, "ceremony-2", "journal.jsonl"), nil)
	b.put(filepath.Join(folder, "ceremony-2", "plan.yaml"), ceremony.Example(ceremony.KindGenerate))
	b.run(sticks, "1 ceremony-2 2 back", "folder ceremony-2")
	if got := strings.Join(b.ran, "\n"); !strings.Contains(got, "ceremony resume /run/plan.yaml -o /outputs/ceremony-2 --plain") {
		t.Error(got)
	}
	none := newSticks(t, outputsStick())
	newBench(t, none, "resume", "", "7", "").run(none, "OUTPUTS has no folder with the journal of a ceremony that was stopped")
}

// The stick is out when the verb ends: people put it back, or leave it.
func TestTableStickIsOut(t *testing.T) {
	sticks := newSticks(t, outputsStick())
	sticks.away = func(k *fakeKeeper) bool { return k.asked < 3 }
	b := newBench(t, sticks, "2", "", "", "", "", "7", "")
	b.put(b.path("/plan.yaml"), ceremony.Example(ceremony.KindGenerate))
	b.holds(ended{}, "transcript.jsonl")
	b.run(sticks, "The stick for the outputs is out.", "The stick was taken out meanwhile (times: 3).", "Read again from the stick: 1 files")
}

// A copy goes through memory, is compared byte by byte, and takes no name that is taken.
func TestTableCopies(t *testing.T) {
	sticks := newSticks(t, outputsStick(), otherStick())
	b := newBench(t, sticks, "copy", "1", "", "", "copy", "1", "", "", "7", "")
	b.put(filepath.Join(sticks.folders["sda2"], "ceremony-1", "key.pub"), []byte("public"))
	b.put(filepath.Join(sticks.folders["sda2"], "ceremony-1", "more", "a"), []byte("deeper"))
	b.run(sticks, "same: 6 key.pub", "same: 6 more/a", "Copied to HERS, folder ceremony-1: 2 files, each compared byte by byte.", "folder ceremony-1-copy-2", "You can take HERS out now.")
	sticks.lost = func(folder string) {
		_ = os.WriteFile(filepath.Join(folder, "ceremony-1-copy-3", "key.pub"), []byte("other"), 0o600)
	}
	b = newBench(t, sticks, "copy", "1", "", "", "7", "")
	b.run(sticks, "OTHER: key.pub", "Error: the copy is not what was read. What to do: do not rely on this stick")
	full := newSticks(t, outputsStick(), otherStick())
	full.room = 3
	b = newBench(t, full, "copy", "1", "", "", "7", "")
	b.put(filepath.Join(full.folders["sda2"], "ceremony-1", "key.pub"), []byte("public"))
	b.run(full, "HERS has too little room: 3 bytes of 6")
}

// People look at a stick, and have what is on it verified.
func TestTableVerifies(t *testing.T) {
	sticks := newSticks(t, outputsStick())
	b := newBench(t, sticks, "verify", "", "1", "3", "2", "2", "1", "4", "", "7", "")
	folder := filepath.Join(sticks.folders["sda2"], "ceremony-1")
	b.put(filepath.Join(folder, "transcript.jsonl"), nil)
	b.put(filepath.Join(folder, "key.pub"), nil)
	b.put(filepath.Join(folder, "module.ko"), nil)
	b.verb = func(args []string) ended { return ended{status: exitMismatch} }
	b.run(sticks, "1 ceremony-1 folder 2 done with this stick", "On OUTPUTS, folder / ceremony-1 1 key.pub 0 bytes 2 module.ko 0 bytes 3 transcript.jsonl 0 bytes 4 up", "The transcript does not verify. Something is not what it was",
		"Who must have signed module.ko?", "module.ko: it does not verify.",
		"No key and no certificate lies beside it: whoever signed it is taken, and named. key.pub: it does not verify.", "You can take OUTPUTS out now.")
}

func TestTableKeyboard(t *testing.T) {
	sticks := newSticks(t)
	b := newBench(t, sticks, "6", "xx", "DE", "azerty", "", "7", "no", "7", "")
	b.serial = false
	b.run(sticks, "The layouts: de us. All but us also with -nodeadkeys behind the name:", "xx: there is no such layout.", "The keys mean de from now on.")
}

// Nonsense at every question asks again, and is no way out but back.
func TestTableNonsense(t *testing.T) {
	sticks := newSticks(t, outputsStick())
	b := newBench(t, sticks, "", "99", "re", "-1", "; sh", strings.Repeat("x", 4000), "ver", "nope", "0", "power off", "maybe", "y")
	b.run(sticks, "Type a number from 1 to 7, or the word behind it.", "Type yes or no.")
}

// A page ends where there is a gap, so that a digest is not torn apart.
func TestTablePages(t *testing.T) {
	b := newBench(t, newSticks(t), "", "", "7", "")
	text := strings.Repeat("above\n", 14) + "\n" + strings.Repeat("below\n", 30)
	if err := b.page(text); err != nil {
		t.Fatal(err)
	}
	for want, times := range map[string]int{"-- 30 more lines": 1, "-- 10 more lines": 1, "below": 30} {
		if got := strings.Count(b.out.String(), want); got != times {
			t.Errorf("%q: %d times", want, got)
		}
	}
}
