package tartree

import (
	"crypto/sha256"
	"path"
	"strings"

	"sigtool/internal/issue"
)

// place is what a name in the tree stands for.
type place byte

const (
	placeOther place = iota + 1 // a file that was passed on, a device
	placeFolder
	placeLink
	placeWorked // a file that was worked on
)

// names remembers what the names before stand for, by 16 bytes of a digest each.
type names map[[16]byte]place

func digestOf(name string) (d [16]byte) {
	sum := sha256.Sum256([]byte(name))
	copy(d[:], sum[:])
	return d
}

// local returns the name as it leads to its place from where the tree is unpacked, or refuses one that leads elsewhere.
func local(name string) (string, error) {
	escapes := name == "" || strings.HasPrefix(name, "/")
	for element := range strings.SplitSeq(name, "/") {
		escapes = escapes || element == ".."
	}
	if escapes {
		return "", issue.New("path-escapes", nil, "%q leads out of the folder that the tree is unpacked in", name).Advise("make the tree anew, with names below one folder")
	}
	return path.Clean(name), nil
}

// find returns the name's digest, and what a member of that name that came before stands for, or 0. A name below a link is refused: what has it
// would be written, or linked to, wherever the link leads.
func (n names) find(name string) (d [16]byte, before place, err error) {
	clean, err := local(name)
	if err != nil {
		return d, 0, err
	}
	for i, c := range clean {
		if c == '/' && n[digestOf(clean[:i])] == placeLink {
			return d, 0, issue.New("path-escapes", nil, "%q lies below %q, which is a link in this tree", name, clean[:i])
		}
	}
	d = digestOf(clean)
	return d, n[d], nil
}

// add notes a member's name. A second one of the same name is refused, unless both are folders: of two files the second would take the first
// one's place.
func (n names) add(name string, what place) error {
	d, before, err := n.find(name)
	if err != nil {
		return err
	}
	if before != 0 && (before != placeFolder || what != placeFolder) {
		return issue.New("duplicate-member", nil, "%q is there twice", name).Advise("make the tree anew: whoever unpacks it gets one of the two")
	}
	if len(n) >= maxMembers {
		return issue.New("too-many-members", nil, "the tree has more than %d members", maxMembers)
	}
	n[d] = what
	return nil
}
