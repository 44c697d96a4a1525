package swdesc

import (
	"strconv"
	"strings"
)

// maxLinks bounds how many groups may refer on to others in a row, as swupdate's MAX_LINKS_DEPTH does.
const maxLinks = 10

// resolve follows a reference that stands in the setting at path: "#./name" is beside that setting, "#../name" a group higher up, "#/a/b"
// begins at the root (swupdate's corelib/parsing_library.c, set_find_path). A group with a "ref" of its own stands for what it refers to. It
// returns nil where nothing is there, which swupdate passes over.
func (d *Description) resolve(path []string, ref string) (target *Node, there []string, err error) {
	for range maxLinks {
		var ok bool
		if path, ok = follow(path, ref); !ok {
			return nil, nil, bad("bad-reference", "sw-description: the reference %q in %s is none that swupdate can follow", ref, strings.Join(path, "."))
		}
		target := d.Root
		for _, name := range path {
			target = d.step(target, name)
		}
		if ref = target.text("ref"); ref == "" {
			return target, path, nil
		}
	}
	return nil, nil, bad("reference-loop", "sw-description: the references of %s do not end", strings.Join(path, "."))
}

// follow returns the path that a reference leads to.
func follow(path []string, ref string) (to []string, ok bool) {
	rest, ok := strings.CutPrefix(ref, "#")
	if !ok || len(path) == 0 {
		return path, false
	}
	to = path[: len(path)-1 : len(path)-1]
	named, first := false, true
	for name := range strings.SplitSeq(rest, "/") {
		switch {
		case name == "": // slashes in a row are one
			continue
		case name == ".":
		case name == "..":
			if len(to) == 0 {
				return path, false
			}
			to = to[: len(to)-1 : len(to)-1]
		default:
			if first {
				to = nil
			}
			to, named = append(to, name), true
		}
		first = false
	}
	return to, named
}

// step goes from a value to one in it. libconfig knows a list's values by numbers in brackets.
func (d *Description) step(n *Node, name string) *Node {
	if n == nil || n.Kind != List || d.JSON {
		return n.Get(name)
	}
	digits, _ := strings.CutSuffix(strings.TrimPrefix(name, "["), "]")
	i, err := strconv.Atoi(digits)
	if err != nil || i < 0 || i >= len(n.Children) {
		return nil
	}
	return n.Children[i]
}
