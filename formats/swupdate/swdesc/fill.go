package swdesc

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// FillHashes puts the SHA-256 of files into the entries that name them and have none, or hold its place (Entry.Blank). sums are by file name;
// entries whose file is not there are left as they are. A new hash stands before the entry's file name, as that is indented and its line ends.
// Errors: "hash-differs" (formats.ErrMismatch) where another hash is there already, and those of Parse and Entries.
func FillHashes(data []byte, sums map[string][32]byte) ([]byte, error) {
	d, err := Parse(data)
	if err != nil {
		return nil, err
	}
	entries, err := d.Entries()
	if err != nil {
		return nil, err
	}
	var edits []edit
	for _, e := range entries {
		sum, known := sums[e.Filename]
		if !known {
			continue
		}
		if there, _ := e.Sum(); there == sum {
			continue
		}
		if !e.Blank() {
			return nil, issue.New("hash-differs", formats.ErrMismatch, "%s has the hash %s of %q, the file's is %x", e.Path(), e.SHA256, e.Filename, sum).
				Advise("leave sha256 out, or empty, to have it filled in")
		}
		edits = append(edits, d.put(e, hex.EncodeToString(sum[:])))
	}
	// A reference may lead to an entry within another one, whose own hash may come behind it.
	slices.SortFunc(edits, func(a, b edit) int { return a.at - b.at })
	var out []byte
	done := 0
	for _, e := range edits {
		out = append(append(out, data[done:e.at]...), e.text...)
		done = e.end
	}
	out = append(out, data[done:]...)
	return out, checkFilled(d, out, sums)
}

// edit is a text to write in place of what stands from at to end.
type edit struct {
	at, end int
	text    string
}

// put says what to write so that the entry has this hash.
func (d *Description) put(e Entry, sum string) edit {
	if there := e.node.Get("sha256"); there != nil {
		return edit{there.Start, there.End, `"` + sum + `"`}
	}
	filename := e.node.Get("filename")
	at := filename.NameAt
	name := "sha256"
	if d.JSON {
		name = `"sha256"`
	}
	// Between name and value it looks as it does there, unless that is more than a sign and spaces.
	equals := d.data[at+len(name)+len("filename")-len("sha256") : filename.Start]
	if len(bytes.Trim(equals, " \t=:")) > 0 {
		equals = []byte(": ")
	}
	closing := ";"
	if d.JSON {
		closing = ","
	}
	return edit{at, at, fmt.Sprintf(`%s%s"%s"%s%s`, name, equals, sum, closing, d.gap(at))}
}

// gap is what stands between an entry's settings: a line break and the indentation of the line, or a space where a line has several.
func (d *Description) gap(at int) string {
	line := bytes.LastIndexByte(d.data[:at], '\n') + 1
	indent := d.data[line:at]
	if line == 0 || len(bytes.Trim(indent, " \t")) > 0 {
		return " "
	}
	if line > 1 && d.data[line-2] == '\r' {
		return "\r\n" + string(indent)
	}
	return "\n" + string(indent)
}

// checkFilled checks that a filled description says what it said before, and the hashes.
func checkFilled(before *Description, out []byte, sums map[string][32]byte) error {
	after, err := Parse(out)
	if err != nil {
		return err
	}
	entries, err := after.Entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		sum, known := sums[e.Filename]
		if there, _ := e.Sum(); known && there != sum {
			return bad("bad-description", "the hash of %s can't be filled in", e.Path())
		}
	}
	if !same(before.Root, after.Root) {
		return bad("bad-description", "sw-description would say something else with its hashes filled in")
	}
	return nil
}

// same tells whether two values are, but for hashes.
func same(a, b *Node) bool {
	return a.Kind == b.Kind && a.Name == b.Name && a.Text == b.Text && slices.EqualFunc(unhashed(a), unhashed(b), same)
}

func unhashed(n *Node) []*Node {
	return slices.DeleteFunc(slices.Clone(n.Children), func(child *Node) bool { return child.Name == "sha256" })
}
