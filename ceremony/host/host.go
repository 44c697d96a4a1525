// Package host measures the machine that a ceremony runs on, from /proc and /sys and without a tool, and never reports as fine what it
// could not read.
//
// Where the links are seen from. The ceremony shuts itself into an empty network namespace before its first secret, and from in there
// /proc/net shows no link and no route at all. So nothing here reads /proc/net: /sys/class/net shows the namespace in which sysfs was
// mounted, which stays the machine's, and /proc/1/net shows that of process 1 (measured on kernel 6.18, as root and as an ordinary
// user: a child in a new network namespace sees all of the machine's links in both, and none in /proc/net). The two must name the same
// links; where they differ, or can't be read, that is a blocking finding. In a container all this is about the container, not about
// the machine below it.
package host

import (
	"io/fs"
	"strings"

	"sigtool/ceremony"
)

// Self is what a process knows about itself better than files do. All of it is measured after the process has hardened itself.
type Self struct {
	CoreLimit uint64                   // RLIMIT_CORE, soft, in bytes
	Dumpable  bool                     // PR_GET_DUMPABLE is not 0
	Generator func() error             // draws a byte without waiting; an error if the kernel's generator is not seeded yet
	Env       func(name string) string // os.Getenv
}

// Inspect looks at the machine through root, which is its "/", and returns at least one finding for each of ceremony.Checks.
func Inspect(root fs.FS, self Self) []ceremony.Finding {
	m := machine{root: root}
	var out []ceremony.Finding
	out = append(out, m.links()...)
	out = append(out, m.routes()...)
	out = append(out, m.swap()...)
	out = append(out, m.core(self))
	out = append(out, generator(self))
	return append(out, m.session(self)...)
}

type machine struct{ root fs.FS }

// text reads a small file and cuts the white space around it.
func (m machine) text(name string) (string, error) {
	data, err := fs.ReadFile(m.root, name)
	return strings.TrimSpace(string(data)), err
}

// rows reads a file as lines of fields; empty lines are left out.
func (m machine) rows(name string) ([][]string, error) {
	data, err := fs.ReadFile(m.root, name)
	if err != nil {
		return nil, err
	}
	var out [][]string
	for line := range strings.Lines(string(data)) {
		if fields := strings.Fields(line); len(fields) > 0 {
			out = append(out, fields)
		}
	}
	return out, nil
}

func finding(check string, severity ceremony.Severity, detail string) ceremony.Finding {
	return ceremony.Finding{Check: check, Severity: severity, Detail: detail}
}

// unreadable is the finding for what can't be measured.
func unreadable(check, name string) ceremony.Finding {
	return finding(check, ceremony.Block, "/"+name+" can't be read, so this can't be measured")
}

func generator(self Self) ceremony.Finding {
	if err := self.Generator(); err != nil {
		return finding(ceremony.CheckGenerator, ceremony.Block, "the kernel's generator is not seeded yet; type on the keyboard, wait, and start again")
	}
	return finding(ceremony.CheckGenerator, ceremony.OK, "the kernel's generator is seeded")
}
