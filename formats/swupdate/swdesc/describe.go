package swdesc

import (
	"strings"

	"sigtool/formats"
)

// Version is that of the software: the first setting of that name outside of entries, or "". SWUpdate refuses a description that has none.
func (d *Description) Version() string { return d.find(d.Root, "version", nil) }

// Describe returns what the description says of itself, for people: version, name, description, and the hardware that it is for.
func (d *Description) Describe() []formats.Property {
	var all []formats.Property
	for _, name := range []string{"version", "name", "description"} {
		if value := d.find(d.Root, name, nil); value != "" {
			all = append(all, formats.Property{Name: name, Value: value})
		}
	}
	boards := hardware(d.Root, nil)
	return append(all, boards[:min(len(boards), maxBoards)]...)
}

// find returns the first simple value of that name in a group, or else in the groups in it: SWUpdate is content with a version that is a number.
// It may be a reference.
func (d *Description) find(group *Node, name string, path []string) string {
	if value := group.Get(name); value != nil && value.Kind >= String && value.Text != "" {
		return value.Text
	}
	if ref := group.Get(name).text("ref"); ref != "" {
		if target, _, err := d.resolve(append(path[:len(path):len(path)], name), ref); err == nil && target != nil && target.Kind == String {
			return target.Text
		}
	}
	for _, child := range group.Children {
		if child.Kind == Group {
			if text := d.find(child, name, append(path[:len(path):len(path)], child.Name)); text != "" {
				return text
			}
		}
	}
	return ""
}

// maxBoards bounds the lists of hardware that are told of.
const maxBoards = 100

// hardware returns each list of revisions, by the board that it is of, and stops behind maxBoards in a group.
func hardware(group *Node, path []string) []formats.Property {
	var all []formats.Property
	for _, child := range group.Children {
		if len(all) >= maxBoards {
			break
		}
		if child.Name == "hardware-compatibility" && child.Kind != Group {
			var revisions []string
			for _, n := range child.Children {
				revisions = append(revisions, n.Text)
			}
			name := "hardware"
			if len(path) > 1 {
				name += " of " + strings.Join(path[1:], ".")
			}
			all = append(all, formats.Property{Name: name, Value: strings.Join(revisions, ", ")})
		}
		if child.Kind == Group {
			all = append(all, hardware(child, append(path[:len(path):len(path)], child.Name))...)
		}
	}
	return all
}
