package swdesc

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Entry is an image, a file or a script that is installed.
type Entry struct {
	Section  string // "images", "files", "scripts", "uboot", "bootenv"
	Filename string // of the package's member
	Type     string // the handler; "" where swupdate finds it by other attributes
	Name     string
	Version  string
	SHA256   string // as it is written; "" where there is none
	Target   string // the device, volume or path that it goes to; "" where it names none

	node  *Node
	list  []string // the path of the section
	index int      // in it
}

// Path is where the entry stands: "software.stable.copy1.images[0]". Entries do not keep it, as long names would add up.
func (e Entry) Path() string { return fmt.Sprintf("%s[%d]", strings.Join(e.list, "."), e.index) }

// Sum returns the entry's hash. SWUpdate takes 64 hexadecimal digits, small or capital, and holds one of zeros for none.
func (e Entry) Sum() (sum [32]byte, found bool) {
	b, err := hex.DecodeString(e.SHA256)
	if err != nil || len(b) != len(sum) {
		return sum, false
	}
	copy(sum[:], b)
	return sum, sum != [32]byte{}
}

// Blank tells whether a hash is still to be filled in: it is missing, empty, zeros, or words for a build tool ("$swupdate_get_sha256(…)",
// "@IMAGE_SHA256@").
func (e Entry) Blank() bool {
	return strings.Trim(e.SHA256, "0") == "" || e.SHA256[0] == '$' || e.SHA256[0] == '@'
}

// What swupdate asks of a signed package (core/parser.c, check_missing_hash; asked of 2022.12): each entry of images, files and scripts has a
// hash, a script without a file too. Entries of partitions have none. A boot loader's script (uboot, bootenv) may do without, and is then
// covered by nothing; where it has a hash it is checked. Compressed and encrypted files are hashed as they stand in the package. "hook" and
// "embedded-script" change nothing here: the script is part of the description.

// sections are the settings that swupdate looks for files in.
var sections = []string{"images", "files", "scripts", "uboot", "bootenv"}

// Entries returns all that may be installed, each entry once, in the order of the file. Which of them a device takes depends on its board's
// name, its software set and its mode (software.BOARD.SET.MODE.images and shorter paths), and the root's name on how swupdate was built:
// so every group is searched, and "ref" is followed as swupdate does. Errors are of the kind formats.ErrFormat: "bad-reference",
// "reference-loop", "bad-description".
func (d *Description) Entries() ([]Entry, error) {
	w := walker{d: d, active: map[place]bool{}, done: map[place]bool{}, known: map[*Node]bool{}}
	if err := w.group(d.Root, nil); err != nil {
		return nil, err
	}
	slices.SortStableFunc(w.entries, func(a, b Entry) int { return a.node.Start - b.node.Start })
	return w.entries, nil
}

// maxRefs bounds how many lists may refer on to others in a row.
const maxRefs = 64

type place struct {
	node    *Node
	section string
}

type walker struct {
	d       *Description
	entries []Entry
	active  map[place]bool // lists on the way here
	done    map[place]bool // lists that were searched
	known   map[*Node]bool // entries that were found
}

// group looks for sections in a group and all groups in it.
func (w *walker) group(n *Node, path []string) error {
	for _, child := range n.Children {
		here := append(path[:len(path):len(path)], child.Name)
		if slices.Contains(sections, child.Name) {
			if err := w.section(child, here, child.Name); err != nil {
				return err
			}
		}
		if child.Kind == Group {
			if err := w.group(child, here); err != nil {
				return err
			}
		}
	}
	return nil
}

// section takes a section's entries. libconfig's readers count a group's settings like a list's values, so a group will do.
func (w *walker) section(n *Node, path []string, section string) error {
	if ref := n.text("ref"); ref != "" {
		return w.link(path, ref, section)
	}
	if n.Kind != List && (n.Kind != Group || w.d.JSON) {
		return nil
	}
	here := place{n, section}
	if w.active[here] || len(w.active) == maxRefs {
		return bad("reference-loop", "sw-description: the references of %s do not end", strings.Join(path, "."))
	}
	if w.done[here] {
		return nil
	}
	w.active[here], w.done[here] = true, true
	defer delete(w.active, here)
	for i, e := range n.Children {
		var err error
		if ref := e.text("ref"); ref != "" {
			err = w.link(path, ref, section)
		} else if e.Kind == Group {
			err = w.entry(e, path, i, section)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// link takes the section that a reference leads to.
func (w *walker) link(path []string, ref, section string) error {
	target, there, err := w.d.resolve(path, ref)
	if err != nil || target == nil {
		return err
	}
	return w.section(target, there, section)
}

// entry takes one entry, if it has a file.
func (w *walker) entry(n *Node, list []string, index int, section string) error {
	filename, boot := n.Get("filename"), section == "uboot" || section == "bootenv"
	if w.known[n] || filename == nil || boot && n.Get("name") != nil {
		return nil // a boot loader's variable has a name and a value
	}
	for _, name := range []string{"filename", "sha256"} {
		if value := n.Get(name); value != nil && value.Kind != String {
			return bad("bad-description", "sw-description: %s of %s[%d] is not a string", name, strings.Join(list, "."), index)
		}
	}
	w.known[n] = true
	w.entries = append(w.entries, Entry{Section: section, Filename: filename.Text, Type: n.text("type"), Name: n.text("name"),
		Version: n.text("version"), SHA256: n.text("sha256"), Target: cmp.Or(n.text("device"), n.text("volume"), n.text("path"), n.text("mtdname")), node: n, list: list, index: index})
	return nil
}
