package host

import (
	"strings"

	"sigtool/internal/mountinfo"
)

// mounts reads the table; lines that are none are left out.
func (m machine) mounts() ([]mountinfo.Mount, error) {
	rows, err := m.rows(mountinfo.Path)
	var out []mountinfo.Mount
	for _, row := range rows {
		if entry, ok := mountinfo.Parse(row); ok {
			out = append(out, entry)
		}
	}
	return out, err
}

// mountOf finds what is mounted where a path leads, the way the kernel does: from the root down, at each step onto what is mounted
// there on top of where it is. So a mount that another one hides is not taken for the one that is seen.
func mountOf(table []mountinfo.Mount, path string) (mountinfo.Mount, bool) {
	at, ok := rootMount(table)
	if !ok || !strings.HasPrefix(path, "/") {
		return mountinfo.Mount{}, false
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
func rootMount(table []mountinfo.Mount) (mountinfo.Mount, bool) {
	known := map[string]bool{}
	for _, entry := range table {
		known[entry.ID] = true
	}
	for _, entry := range table {
		if entry.Point == "/" && (entry.Parent == entry.ID || !known[entry.Parent]) {
			return entry, true
		}
	}
	return mountinfo.Mount{}, false
}

// onTop goes up the mounts that are stacked on one point. A table that goes in circles, which no kernel makes, ends after its length.
func onTop(table []mountinfo.Mount, at mountinfo.Mount, point string) mountinfo.Mount {
	for range table {
		above := at
		for _, entry := range table {
			if entry.Parent == at.ID && entry.Point == point && entry.ID != at.ID {
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
