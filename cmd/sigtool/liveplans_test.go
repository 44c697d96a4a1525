//go:build live

package main

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// Without the processor's random numbers the system waits until there is enough randomness, and goes on. (With them it waits too: it does not take a
// processor's word.) Then people bring sticks that are no use and
// plans that are none: each is named with what to do, and nothing is begun. In the end a rehearsal is held with the plan and the outputs on a stick
// of their own, and copied to another.
func TestLaptopPlans(t *testing.T) {
	t.Parallel()
	l := newLaptop(t)
	l.cpu = "max,-rdrand,-rdseed"
	l.newStick("plans", 1024, badPlans(string(testPlan(t, stickPlan))))
	l.newStick("safe", 1024, map[string]string{"readme.txt": "no plan"})
	l.foreign("other", "\xeb\x76\x90EXFAT   ", 0)
	l.foreign("blank", "", 0)
	l.with("plans", false)
	l.with("safe", true)
	l.with("other", false)
	l.with("blank", false)
	r := l.on(false)
	said := flat(l.comesUp(r))
	for _, text := range []string{"random generator has not gathered enough yet. Waiting for it.", "random generator is ready"} {
		if !strings.Contains(said, text) {
			t.Errorf("without RDRAND the first screen does not say %q:\n%s", text, said)
		}
	}
	r.press("Enter")
	for name := range badPlans("") {
		if name == "good.yaml" || name == "readme.txt" {
			continue
		}
		r.chooses("rehearse")
		r.says("stick")
		r.isTold("it holds exFAT; only FAT can be used here. Format it as FAT32", "it holds no file system: only zeros")
		r.says("plans")
		r.says(name)
		r.skipsPages()
		r.isTold("This plan can't be used as it is.", "sigtool: error: ")
	}
	r.chooses("rehearse")
	r.says("stick", "safe")
	r.isTold("SAFE has no file whose name ends with .yaml")

	r.chooses("rehearse")
	r.says("stick", "plans", "good.yaml")
	r.skipsPages()
	r.isTold("SAFE", "it is write-protected: move its switch and plug it in again, or take another")
	r.says("safe")
	r.isTold("Type a number")
	r.says("plans")
	r.toMenu()
	r.isTold("The rehearsal is over, and was done as planned.")
	r.chooses("copy")
	r.says("plans", "rehearsal-1", "outputs")
	r.toMenu()
	r.powersOff()
	l.verifies("rehearsal-1")
	l.stick = filepath.Join(l.folder, "plans.img")
	l.verifies("rehearsal-1")
}

// badPlans are files that are no plans, one that is, and one that is not looked at.
func badPlans(plan string) map[string]string {
	wide := "\xff\xfe"
	for _, unit := range utf16.Encode([]rune(plan)) {
		wide += string([]byte{byte(unit), byte(unit >> 8)})
	}
	return map[string]string{
		"good.yaml":   plan,
		"wide.yaml":   wide,                                                         // UTF-16, as some editors save "Unicode"
		"latin.yaml":  strings.Replace(plan, "Ada", "\xc4da", 1),                    // Latin-1
		"other.yaml":  strings.Replace(plan, "kind: generate", "kind: teleport", 1), // not known
		"escape.yaml": strings.Replace(plan, "Trial", "\x1b[2JTrial", 1),            // drives a terminal
		"large.yaml":  strings.Repeat("# ", 100<<10),
		"empty.yaml":  "",
		"readme.txt":  "no plan",
	}
}
