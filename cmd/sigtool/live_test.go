//go:build live

package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Somebody rehearses at the serial line of a machine with two network cards in it, of which the system sees neither. The stick is pulled out in
// the middle of it and put back, and is full later on: nothing is lost, and what was made verifies on another machine.
func TestLaptopSerial(t *testing.T) {
	t.Parallel()
	l := newLaptop(t)
	l.card("lan", "e1000e,romfile=")
	l.card("usblan", "usb-net,bus=usb.0")
	l.put(l.outputs(), "filler", strings.Repeat("x", l.free()-littleLeft))
	r := l.on(false)
	said := flat(l.comesUp(r))
	digest := ""
	for i, word := range r.paper.program {
		digest += fmt.Sprintf("%d %s ", i+1, word)
	}
	for _, text := range []string{digest, "Network: no link but lo, the machine's own loop.", "The kernel loads no module any more, of whatever kind.",
		"lockdown: confidentiality"} {
		if !strings.Contains(said, text) {
			t.Errorf("the first screen does not say %q:\n%s", text, said)
		}
	}
	r.press("Enter")
	r.chooses("rehearse")
	r.toCeremony()

	r.until("Step 2 of")
	l.pull("stick")
	r.untilAsked("Type yes to try again")
	r.isTold("plug it in again where it was. Nothing is lost while this program runs.")
	l.plug("stick", false)
	r.triesAgain()

	r.untilAsked("Type yes to try again")
	r.isTold("no space left on device", "Free some room on the medium")
	l.pull("stick")
	mtools(t, "mdel", "-i", l.outputs(), "::filler")
	l.plug("stick", false)
	r.triesAgain()

	r.toMenu()
	r.isTold("The rehearsal is over, and was done as planned.", "all as they were written", "The transcript is whole")
	r.powersOff()
	out := l.verifies("rehearsal-1")
	if links := findings(t, out, "links"); len(links) != 1 || !strings.Contains(links[0], `"severity":"ok"`) {
		t.Errorf("links: %q", links)
	}
	l.noFrames("lan")
	l.noFrames("usblan")
	l.imageIsSound("the partition for outputs was used")
}

// littleLeft is what is left on a stick that is nearly full, in bytes: a transcript takes 12,000.
const littleLeft = 12000

// Somebody rehearses at the screen, with a keyboard. Pictures of it stay.
func TestLaptopScreen(t *testing.T) {
	t.Parallel()
	l := newLaptop(t)
	r := l.on(true)
	l.comesUp(r)
	l.picture("1-start")
	r.press("Enter")
	r.now()
	l.picture("2-menu")
	l.strikes("ctrl", "alt", "delete") // nothing comes of that
	l.strikes("alt", "sysrq", "b")
	l.strikes("alt", "f2")
	l.strikes("ctrl", "backslash")
	r.sees(`^\`)
	r.says("", "")
	r.chooses("keyboard")
	r.says("de", "yz")
	r.isTold("The keys mean de from now on.", "Try, or Enter to end: zy")
	r.says("", "kezboard", "us", "")
	r.chooses("rehearse")
	r.toCeremony()
	l.picture("3-identity")
	r.until("Step 5 of")
	r.untilAsked("Rolls")
	l.picture("5-dice")
	r.untilAsked("The rows of the sheet")
	l.picture("8-drill")
	r.toMenu()
	l.picture("9-end")
	r.isTold("The rehearsal is over, and was done as planned.")
	r.says("power off", "yes")
	r.sees("The machine switches itself off now.")
	l.picture("9-off")
	r.off()
	l.verifies("rehearsal-1")
}

// The power fails: before the drill, and what was made is void; after it, and the ceremony goes on.
func TestLaptopPower(t *testing.T) {
	t.Parallel()
	l := newLaptop(t)
	r := l.on(false)
	l.comesUp(r)
	r.press("Enter")
	r.chooses("rehearse")
	r.toCeremony()
	r.until("Step 7 of") // the key is there, its paper is not
	l.cut(r)

	r = l.resumes(r)
	v := r.toMenu()
	if !strings.Contains(v.words(), "are void") {
		t.Errorf("it does not say that the key is void:\n%s", v.text)
	}
	r.chooses("rehearse")
	r.toCeremony()
	r.until("Step 9 of") // the key is proven, and its files are not made
	l.cut(r)

	r = l.resumes(r)
	r.toMenu()
	r.isTold("The rehearsal is over, and was done as planned.", "stopped and resumed once: lines 1 to 37 are those of which the witness had noted the words")
	r.powersOff()
	l.verifies("rehearsal-2")
	l.imageIsSound("the partition for outputs was used")
}

// resumes switches the machine on again, and goes on with what was stopped.
func (l *laptop) resumes(before *robot) *robot {
	l.t.Helper()
	r := l.on(false)
	r.paper = before.paper
	l.comesUp(r)
	r.press("Enter")
	r.chooses("resume")
	r.toCeremony()
	return r
}

// imageIsSound verifies the stick as it is now, and that it says so.
func (l *laptop) imageIsSound(says string) {
	l.t.Helper()
	cmd := exec.Command(liveFile(liveProgram), "live", "verify", "--against", liveFile(liveList), l.stick)
	if said, err := cmd.CombinedOutput(); err != nil || !strings.Contains(flat(string(said)), says) {
		l.t.Errorf("live verify does not say %q: %v:\n%s", says, err, said)
	}
}

// verifies verifies what a rehearsal left, as somebody does who was not there, and returns the folder.
func (l *laptop) verifies(folder string) string {
	l.t.Helper()
	out := l.take(folder)
	cmd := exec.Command(liveFile(liveProgram), "verify", "--rehearsal", "-k", filepath.Join(out, "key.pub"), filepath.Join(out, "transcript.jsonl"))
	if said, err := cmd.CombinedOutput(); err != nil {
		l.t.Errorf("verify: %v:\n%s", err, said)
	}
	return out
}
