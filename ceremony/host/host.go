// Package host measures the machine that a ceremony runs on, from /proc and /sys and without a tool, and never reports as fine what it
// could not read.
//
// Where the links are seen from. The ceremony shuts itself into an empty network namespace before its first secret, and from in there
// /proc/net shows no link and no route at all. So nothing here reads /proc/net: /sys/class/net shows the namespace in which sysfs was
// mounted, which stays the machine's, and /proc/1/net shows that of process 1 (measured on kernel 6.18, as root and as an ordinary
// user: a child in a new network namespace sees all of the machine's links in both, and none in /proc/net). The two must name the same
// links; where they differ, or can't be read, that is a blocking finding. In a container all this is about the container, not about
// the machine below it.
//
// What is read may be hostile: whoever made a USB device chose its name. No file is read beyond maxFile bytes, and a finding is one
// line of printable ASCII of bounded length, whatever it quotes.
package host

import (
	"io/fs"

	"sigtool/ceremony"
)

// Self is what a process knows about itself better than files do. All of it is measured after the process has hardened itself.
type Self struct {
	CoreLimit     uint64                   // RLIMIT_CORE, soft, in bytes
	Dumpable      bool                     // PR_GET_DUMPABLE is not 0
	AllLocked     bool                     // all of the process is locked into memory
	SecretsLocked bool                     // at least secrets are
	NotLocked     error                    // why not all of it
	Generator     func() error             // draws a byte without waiting; an error if the kernel's generator is not seeded yet
	Env           func(name string) string // os.Getenv
	// WorkFolder is where sheets are put in the clear for a printer: absolute, without symbolic links; "" or nil if nowhere.
	WorkFolder func() (string, error)
	// Live is, in a live system of sigtool's own, what its kernel is to be told at the start; "" elsewhere.
	Live string
}

// Inspect looks at the machine through root, which is its "/", and returns at least one finding for each of the checks, in their order; of
// ceremony.Checks it makes all but the clock. The details of two measurements of an unchanged machine are the same.
func Inspect(root fs.FS, self Self, checks []string) []ceremony.Finding {
	m := machine{root}
	var out []ceremony.Finding
	for _, check := range checks {
		out = append(out, m.check(check, self)...)
	}
	return out
}

type machine struct{ root fs.FS }

func (m machine) check(name string, self Self) []ceremony.Finding {
	switch name {
	case ceremony.CheckLinks:
		return m.links()
	case ceremony.CheckRoutes:
		return m.routes()
	case ceremony.CheckRadios:
		return m.radios()
	case ceremony.CheckBluetooth:
		return m.bluetooth()
	case ceremony.CheckSwap:
		return m.swap()
	case ceremony.CheckHibernate:
		return one(m.hibernation())
	case ceremony.CheckCore:
		return one(m.core(self))
	case ceremony.CheckMemory:
		return one(locked(self))
	case ceremony.CheckGenerator:
		return one(m.generator(self))
	case ceremony.CheckSession:
		return m.session(self)
	case ceremony.CheckWorkFolder:
		return one(m.workFolder(self))
	case ceremony.CheckMedium:
		return one(m.medium())
	case ceremony.CheckSecureBoot:
		return append(one(m.secureBoot()), m.openDoors(self)...)
	case ceremony.CheckDevices:
		return m.devices()
	case ceremony.CheckUSB:
		return one(m.usb())
	}
	return nil // the clock, which is a step of its own
}
