package host

import (
	"slices"
	"strings"

	"sigtool/ceremony"
	"sigtool/internal/mountinfo"
)

// inMemory are the file systems that live in memory. tmpfs may be swapped out, which is another check.
var inMemory = []string{"tmpfs", "ramfs", "rootfs"}

// readOnly are the file systems of live media, which can't be written to.
var readOnly = []string{"squashfs", "erofs", "iso9660"}

// workFolder reports where sheets in the clear are put for a printer.
func (m machine) workFolder(self Self) ceremony.Finding {
	const check = ceremony.CheckWorkFolder
	folder, err := "", error(nil)
	if self.WorkFolder != nil {
		folder, err = self.WorkFolder()
	}
	switch {
	case err != nil:
		return finding(check, ceremony.Block, "the work folder can't be found, so this can't be measured")
	case folder == "":
		return finding(check, ceremony.OK, "no work folder: nothing secret is put in a file")
	}
	table, err := m.mounts()
	if err != nil {
		return unreadable(check, mountinfo.Path)
	}
	at, ok := mountOf(table, folder)
	switch {
	case !ok:
		return finding(check, ceremony.Block, "/"+mountinfo.Path+" does not tell what "+folder+" is on")
	case slices.Contains(inMemory, at.Kind):
		return finding(check, ceremony.OK, folder+" is in memory ("+at.Kind+")")
	}
	return finding(check, ceremony.Block, folder+" is on a disk ("+at.Kind+"): name a folder below /dev/shm or /run")
}

// medium reports whether the system runs from a live medium and forgets what was done to it.
func (m machine) medium() ceremony.Finding {
	const check = ceremony.CheckMedium
	table, err := m.mounts()
	if err != nil {
		return untold(check, mountinfo.Path)
	}
	root, ok := mountOf(table, "/")
	switch {
	case !ok:
		return finding(check, ceremony.Warn, "/"+mountinfo.Path+" does not tell what / is on")
	case slices.Contains(inMemory, root.Kind), slices.Contains(readOnly, root.Kind):
		return finding(check, ceremony.OK, "the system is live: / is "+root.Kind)
	case root.Kind == "overlay":
		return m.overlay(table, root)
	}
	return finding(check, ceremony.Warn, "the system is installed on a disk: / is "+root.Kind)
}

// overlay judges a live system by where it keeps what is written: in memory, or on a disk that outlives the ceremony. That layer may be
// out of sight, mounted before the system was; then the words the kernel was booted with have to tell a live system from a container.
func (m machine) overlay(table []mountinfo.Mount, root mountinfo.Mount) ceremony.Finding {
	const check = ceremony.CheckMedium
	upper := option(root.Options, "upperdir")
	if upper == "" {
		return finding(check, ceremony.OK, "the system is live: / is an overlay that can't be written to")
	}
	if at, ok := mountOf(table, upper); ok && at.ID != root.ID {
		if slices.Contains(inMemory, at.Kind) {
			return finding(check, ceremony.OK, "the system is live: / is an overlay, what is written to it stays in memory")
		}
		return finding(check, ceremony.Warn, "what is written to / stays on a disk ("+at.Kind+", persistence)")
	}
	words, _ := m.bootWords()
	if slices.ContainsFunc(words, isLive) && !slices.ContainsFunc(words, isPersistent) {
		return finding(check, ceremony.OK, "the system is live: / is an overlay, and nothing asked for persistence at boot")
	}
	return finding(check, ceremony.Warn, "/ is an overlay, but where it keeps what is written can't be told: a container, or persistence")
}

// option is the value of one of a mount's options.
func option(options, name string) string {
	for word := range strings.SplitSeq(options, ",") {
		if key, value, ok := strings.Cut(word, "="); ok && key == name {
			return mountinfo.Unescape(value)
		}
	}
	return ""
}

// isLive tells by a word of the boot loader: Ubuntu's and Debian's live systems, dracut's (Fedora and others).
func isLive(word string) bool {
	return word == "boot=casper" || word == "boot=live" || word == "rd.live.image" || strings.HasPrefix(word, "root=live:")
}

// isPersistent tells by the word by which these are asked to keep what is written.
func isPersistent(word string) bool {
	return strings.HasPrefix(word, "persist") || strings.HasPrefix(word, "rd.live.overlay=")
}
