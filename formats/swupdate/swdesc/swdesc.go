// Package swdesc reads SWUpdate's sw-description, in both of its languages, keeps where each value stands, and fills in the hashes of images.
package swdesc

import (
	"bytes"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// Bounds of a sw-description.
const (
	// MaxSize is the size of the largest one in bytes. SWUpdate has no bound; they have a few kilobytes.
	MaxSize  = 1 << 20
	maxDepth = 32 // of groups and lists within each other: that is json-c's bound
	maxNodes = 1 << 16
)

// Kind is what a value is.
type Kind int

// The kinds of values.
const (
	Group Kind = iota // settings with names: {} and the file itself
	List              // values of any kind: () of libconfig, [] of JSON
	Array             // values of one simple kind: [] of libconfig
	String
	Int
	Float
	Bool
	Null // JSON only
)

// Node is a value.
type Node struct {
	Kind     Kind
	Name     string // of the setting; "" for values in lists and arrays
	Text     string // a string's value without quotes and escapes; other simple values as they are written
	Children []*Node
	NameAt   int // where the setting's name begins in the file, in bytes; for other values Start
	Start    int // where the value begins
	End      int // behind it

	named map[string]*Node // a group's children
}

// Description is a sw-description.
type Description struct {
	JSON bool // else it is in libconfig's language
	Root *Node
	data []byte
}

// Get returns a group's setting of that name, or nil. Names are case-sensitive, and no group has one twice.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	return n.named[name]
}

// text is the value of a group's setting, where it is a string.
func (n *Node) text(name string) string {
	if child := n.Get(name); child != nil && child.Kind == String {
		return child.Text
	}
	return ""
}

// Parse reads a sw-description. SWUpdate asks libconfig first and json-c next; a file that begins with a brace is one that libconfig can't
// read. Errors are of the kind formats.ErrFormat: "bad-description", and "include-refused" for libconfig's @include, which would read
// files.
func Parse(data []byte) (*Description, error) {
	if len(data) > MaxSize {
		return nil, bad("bad-description", "sw-description has %d bytes, more than %d", len(data), MaxSize)
	}
	s := scanner{data: data}
	if at := bytes.IndexByte(data, 0); at >= 0 {
		return nil, s.bad(at, "a NUL byte")
	}
	d := &Description{data: data, Root: &Node{Kind: Group, End: len(data)}}
	if err := s.blank(false); err != nil {
		return nil, err
	}
	var err error
	if s.peek() == '{' {
		d.JSON = true
		d.Root, err = parseJSON(&s)
	} else {
		err = parseConfig(data, d.Root)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

func bad(id, format string, args ...any) *issue.Error {
	return issue.New(id, formats.ErrFormat, format, args...)
}
