package host

import (
	"strconv"
	"strings"

	"sigtool/ceremony"
)

const swapsProc = "proc/swaps"

// swap reports every swap area. One in compressed memory or under dm-crypt warns; any other blocks. The secrets are locked in memory
// besides, as far as the kernel lets an ordinary user lock.
func (m machine) swap() []ceremony.Finding {
	rows, err := m.rows(swapsProc)
	if err != nil {
		return one(unreadable(ceremony.CheckSwap, swapsProc))
	}
	var out []ceremony.Finding
	for i, row := range rows {
		if i > 0 {
			out = append(out, m.swapArea(row[0]))
		}
	}
	if len(out) == 0 {
		out = append(out, finding(ceremony.CheckSwap, ceremony.OK, "no swap"))
	}
	return out
}

func (m machine) swapArea(device string) ceremony.Finding {
	name := strings.TrimPrefix(device, "/dev/")
	plain := name != device && !strings.Contains(name, "/") // /dev/sda2, not a file and not below /dev/mapper
	if plain && strings.HasPrefix(name, "zram") {
		if backing, err := m.text("sys/block/" + name + "/backing_dev"); err != nil || backing == "none" {
			return finding(ceremony.CheckSwap, ceremony.Warn, "swap on "+device+", compressed memory")
		}
		return finding(ceremony.CheckSwap, ceremony.Block, "swap on "+device+", which writes back to a disk")
	}
	if plain {
		if id, err := m.text("sys/block/" + name + "/dm/uuid"); err == nil && strings.HasPrefix(id, "CRYPT-") {
			return finding(ceremony.CheckSwap, ceremony.Warn, "swap on "+device+", encrypted")
		}
	}
	return finding(ceremony.CheckSwap, ceremony.Block, "swap on "+device+"; switch it off with swapoff -a")
}

// core reports whether a crash of this process could leave its memory on a disk. A pattern that pipes to a program is not held back by
// a core limit of 0 (core(5)); only a process that is not dumpable is safe from it.
func (m machine) core(self Self) ceremony.Finding {
	const name = "proc/sys/kernel/core_pattern"
	pattern, err := m.text(name)
	switch {
	case !self.Dumpable:
		return finding(ceremony.CheckCore, ceremony.OK, "the kernel will not dump this process")
	case err != nil:
		return unreadable(ceremony.CheckCore, name)
	case strings.HasPrefix(pattern, "|"):
		return finding(ceremony.CheckCore, ceremony.Block, "a crash would be piped to a program: core_pattern is "+strconv.Quote(pattern))
	case self.CoreLimit > 0:
		return finding(ceremony.CheckCore, ceremony.Block, "a crash would be written to a core file")
	}
	return finding(ceremony.CheckCore, ceremony.OK, "core files are limited to 0 bytes")
}

// locked reports how much of this process the kernel keeps out of swap. Without swap there is nothing to keep it out of, but swap can be
// switched on at any time.
func locked(self Self) ceremony.Finding {
	const check = ceremony.CheckMemory
	why := ""
	if self.NotLocked != nil {
		why = ": " + self.NotLocked.Error()
	}
	switch {
	case self.AllLocked:
		return finding(check, ceremony.OK, "all of the program is locked into memory")
	case self.SecretsLocked:
		return finding(check, ceremony.Warn, "secrets are locked into memory, the rest of the program is not"+why)
	}
	return finding(check, ceremony.Block, "not even secrets are locked into memory"+why)
}
