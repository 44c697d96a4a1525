package host

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"sigtool/ceremony"
)

const (
	efiDir     = "sys/firmware/efi"
	secureBoot = efiDir + "/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
	lockdown   = "sys/kernel/security/lockdown"

	modulesDisabled = "proc/sys/kernel/modules_disabled"
)

// secureBoot reports whether the firmware checked what it started. The variable is, as efivarfs shows it:
//
//	0          4
//	attributes 1 if it did
func (m machine) secureBoot() ceremony.Finding {
	const check = ceremony.CheckSecureBoot
	value, err := m.head(secureBoot, 16)
	switch {
	case err == nil && len(value) == 5 && value[4] == 1:
		return finding(check, ceremony.OK, "Secure Boot is on; "+m.lockdown())
	case err == nil && len(value) == 5:
		return finding(check, ceremony.Warn, "Secure Boot is off; "+m.lockdown())
	case err == nil:
		return finding(check, ceremony.Warn, "whether Secure Boot is on can't be told: its variable is not 5 bytes; "+m.lockdown())
	}
	if _, err := fs.Stat(m.root, efiDir); errors.Is(err, fs.ErrNotExist) && m.noSysfs() == nil {
		return finding(check, ceremony.Warn, "the system was not started by EFI, so nothing checked what was started; "+m.lockdown())
	}
	return untold(check, secureBoot)
}

// openDoors are what a live system of sigtool's own shut and finds open: firmware, or who set it up, told the kernel something else (systemd's
// stub takes that from a boot entry, and from SMBIOS strings), the kernel guards itself less, or it still loads modules.
func (m machine) openDoors(self Self) (out []ceremony.Finding) {
	if self.Live == "" {
		return nil
	}
	block := func(detail string) { out = append(out, finding(ceremony.CheckSecureBoot, ceremony.Block, detail)) }
	if told, err := m.text(commandLine); err != nil {
		block("what the kernel was told at the start can't be read")
	} else if told != self.Live {
		block("the kernel was told something else at the start than this stick tells it: " + otherWords(told, self.Live))
	}
	if mode := m.lockdown(); mode != "kernel lockdown: confidentiality" {
		block("the kernel does not guard itself as this stick asks for: " + mode)
	}
	if disabled, err := m.text(modulesDisabled); err != nil || disabled != "1" {
		block("the kernel still loads modules")
	}
	return out
}

// otherWords says in what a command line is not the wanted one. That has some 300 characters, in which nobody would find it.
func otherWords(told, wanted string) string {
	has, wants := strings.Fields(told), strings.Fields(wanted)
	var out []string
	for _, word := range has {
		if !slices.Contains(wants, word) {
			out = append(out, "with "+quoted(word))
		}
	}
	for _, word := range wants {
		if !slices.Contains(has, word) {
			out = append(out, "without "+quoted(word))
		}
	}
	if out == nil {
		return "the same words, but in another order or twice"
	}
	return strings.Join(out, ", ")
}

// lockdown says how far the kernel guards itself against root: "none [integrity] confidentiality".
func (m machine) lockdown() string {
	text, err := m.text(lockdown)
	if err == nil {
		if _, rest, ok := strings.Cut(text, "["); ok {
			if mode, _, ok := strings.Cut(rest, "]"); ok {
				return "kernel lockdown: " + mode
			}
		}
	}
	return "kernel lockdown is not known"
}
