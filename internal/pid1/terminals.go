package pid1

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// maxSerial bounds how many serial lines are offered: a kernel with many ports built in finds no more than a few that are real.
const maxSerial = 4

// Terminals names the terminals that a machine has: the first virtual console, and each serial line with a chip at its end. The kernel makes
// a device for every port there may be; type 0 (PORT_UNKNOWN) says that none answered.
func Terminals(sys fs.FS) (names []string) {
	if _, err := fs.Stat(sys, "class/tty/tty1"); err == nil {
		names = append(names, "tty1")
	}
	entries, _ := fs.ReadDir(sys, "class/tty")
	var ports []int
	for _, e := range entries {
		digits, serial := strings.CutPrefix(e.Name(), "ttyS")
		port, err := strconv.ParseUint(digits, 10, 16)
		if serial && err == nil && hasChip(sys, e.Name()) {
			ports = append(ports, int(port))
		}
	}
	slices.Sort(ports)
	for _, port := range ports[:min(len(ports), maxSerial)] {
		names = append(names, "ttyS"+strconv.Itoa(port))
	}
	return names
}

func hasChip(sys fs.FS, name string) bool {
	kind, err := fs.ReadFile(sys, "class/tty/"+name+"/type")
	if err != nil {
		return false
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(kind)))
	return err == nil && n != 0
}
