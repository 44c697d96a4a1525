package disk

import (
	"slices"
	"strings"

	"sigtool/internal/issue"
)

// node is a file or a folder that is to be written.
type node struct {
	short  [11]byte // its name as it stands in an entry: eight and three characters, filled up with spaces
	folder bool
	data   []byte // of a file
	within []*node
}

// add puts a file where its path says, and the folders above it. It tells how many nodes that made.
func (n *node) add(file File) (made int, err error) {
	folders := strings.Split(file.Path, "/")
	for i, name := range folders {
		short, ok := shorten(name)
		if !ok || i > maxDepth {
			return made, issue.New("file-name", nil, "%q can't be the path of a file on the EFI system partition", file.Path)
		}
		last := i == len(folders)-1
		at := slices.IndexFunc(n.within, func(other *node) bool { return other.short == short })
		if at >= 0 && (last || !n.within[at].folder) {
			return made, issue.New("file-twice", nil, "%s: there is another of that name", file.Path)
		}
		if at < 0 {
			at = len(n.within)
			n.within = append(n.within, &node{short: short, folder: !last})
			made++
		}
		n = n.within[at]
	}
	n.data = file.Data
	return made, nil
}

// size is what it takes, in bytes. A folder has entries for itself and for the one above it, too.
func (n *node) size() int {
	if n.folder {
		return (len(n.within) + 2) * entryBytes
	}
	return len(n.data)
}

// clusters is how many clusters all in a folder take, of the EFI system partition.
func (n *node) clusters() (count int) {
	for _, inner := range n.within {
		count += (inner.size()+espCluster-1)/espCluster + inner.clusters()
	}
	return count
}

// shorten returns a name as it stands in an entry of a folder.
func shorten(name string) (short [11]byte, ok bool) {
	base, extension, dotted := strings.Cut(name, ".")
	if base == "" || len(base) > 8 || len(extension) > 3 || dotted && extension == "" {
		return short, false
	}
	copy(short[:], "           ")
	copy(short[:8], base)
	copy(short[8:], extension)
	_, ok = lengthen(short[:])
	return short, ok
}

// lengthen is the other way. Letters are large, and others than A to Z are none of ours: what they mean depends on who reads them.
func lengthen(short []byte) (name string, ok bool) {
	base, extension := strings.TrimRight(string(short[:8]), " "), strings.TrimRight(string(short[8:11]), " ")
	odd := func(c rune) bool {
		return !(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-')
	}
	if base == "" || strings.ContainsFunc(base+extension, odd) {
		return "", false
	}
	if extension != "" {
		base += "." + extension
	}
	return base, true
}
