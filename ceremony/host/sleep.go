package host

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"sigtool/ceremony"
)

const (
	sleepStates = "sys/power/state"
	sleepDisk   = "sys/power/disk"
	resumeFrom  = "sys/power/resume"
	commandLine = "proc/cmdline"
)

// hibernation reports whether all of memory, locked or not, could be written to a disk, which a lid that is shut may be enough for. A
// kernel that can't (built so, nohibernate, or locked down) has no state "disk", or says [disabled] of it.
func (m machine) hibernation() ceremony.Finding {
	const check = ceremony.CheckHibernate
	states, err := m.text(sleepStates)
	switch {
	case errors.Is(err, fs.ErrNotExist) && m.noSysfs() == nil:
		return finding(check, ceremony.OK, "the kernel can't hibernate")
	case err != nil:
		return unreadable(check, sleepStates)
	}
	disk, diskErr := m.text(sleepDisk)
	if !slices.Contains(strings.Fields(states), "disk") || diskErr == nil && strings.Contains(disk, "[disabled]") {
		return finding(check, ceremony.OK, "the kernel can't hibernate")
	}
	swaps, err := m.rows(swapsProc)
	if err != nil {
		return unreadable(check, swapsProc)
	}
	place, err := m.resume()
	switch {
	case err != nil:
		return unreadable(check, commandLine)
	case place != "":
		return finding(check, ceremony.Block, "memory would be written to the disk "+place+" when the machine hibernates; boot with nohibernate")
	case len(swaps) > 1:
		return finding(check, ceremony.Block, "memory would be written to swap when the machine hibernates; swapoff -a, or boot with nohibernate")
	}
	return finding(check, ceremony.Warn, "the kernel can hibernate, though it has no disk to write memory to now; boot with nohibernate")
}

// resume is the disk that the kernel was told to take memory back from, "" for none.
func (m machine) resume() (string, error) {
	if device, err := m.text(resumeFrom); err == nil && device != "" && device != "0:0" {
		return device, nil
	}
	words, err := m.bootWords()
	if err != nil {
		return "", err
	}
	if slices.Contains(words, "noresume") {
		return "", nil
	}
	for _, word := range words {
		if device, ok := strings.CutPrefix(word, "resume="); ok && device != "" {
			return device, nil
		}
	}
	return "", nil
}

// bootWords are what the boot loader told the kernel.
func (m machine) bootWords() ([]string, error) {
	line, err := m.text(commandLine)
	return strings.Fields(line), err
}
