package host

import (
	"strings"
)

const mountsProc = "proc/self/mountinfo"

// A mount is a line of /proc/self/mountinfo (proc_pid_mountinfo(5)):
//
//	0  1      2     3    4     5       6…        -  type  source  super
//	36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
type mount struct {
	id, parent, point, kind, options string
}

// mounts reads the table; lines that are none are left out.
func (m machine) mounts() ([]mount, error) {
	rows, err := m.rows(mountsProc)
	var out []mount
	for _, row := range rows {
		if entry, ok := parseMount(row); ok {
			out = append(out, entry)
		}
	}
	return out, err
}

func parseMount(row []string) (mount, bool) {
	const fixed = 6
	for i := fixed; i+3 < len(row); i++ {
		if row[i] == "-" {
			return mount{id: row[0], parent: row[1], point: unescape(row[4]), kind: row[i+1], options: row[i+3]}, true
		}
	}
	return mount{}, false
}

// unescape undoes \040 and the like, as which the kernel writes white space and backslashes.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) && octal(s[i+1]) && s[i+1] < '4' && octal(s[i+2]) && octal(s[i+3]) {
			b.WriteByte((s[i+1]-'0')<<6 | (s[i+2]-'0')<<3 | (s[i+3] - '0'))
			i += 3
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func octal(c byte) bool { return '0' <= c && c <= '7' }

// mountOf finds what is mounted where a path leads, the way the kernel does: from the root down, at each step onto what is mounted
// there on top of where it is. So a mount that another one hides is not taken for the one that is seen.
func mountOf(table []mount, path string) (mount, bool) {
	at, ok := rootMount(table)
	if !ok || !strings.HasPrefix(path, "/") {
		return mount{}, false
	}
	at = onTop(table, at, "/")
	for i := 1; i < len(path); i++ {
		if i+1 == len(path) || path[i+1] == '/' {
			at = onTop(table, at, path[:i+1])
		}
	}
	return at, true
}

// rootMount is the mount of "/" that is mounted on none of the table.
func rootMount(table []mount) (mount, bool) {
	known := map[string]bool{}
	for _, entry := range table {
		known[entry.id] = true
	}
	for _, entry := range table {
		if entry.point == "/" && (entry.parent == entry.id || !known[entry.parent]) {
			return entry, true
		}
	}
	return mount{}, false
}

// onTop goes up the mounts that are stacked on one point. A table that goes in circles, which no kernel makes, ends after its length.
func onTop(table []mount, at mount, point string) mount {
	for range table {
		above := at
		for _, entry := range table {
			if entry.parent == at.id && entry.point == point && entry.id != at.id {
				above = entry
			}
		}
		if above == at {
			break
		}
		at = above
	}
	return at
}
