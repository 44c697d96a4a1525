package live

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigtool/internal/issue"
)

// Names in a list of what is no file.
const (
	stubName  = "stub"  // the EFI stub, with its date and checksum zero
	ImageName = "image" // all of it, as it was built
)

// listHead is the first line of a list.
const listHead = "# sigtool live image 1"

// MaxList bounds a list, in bytes.
const MaxList = 64 << 10

const (
	maxEntries = 200
	maxName    = 100
)

// Entry is a file in the image, or a part of one.
type Entry struct {
	Name   string // "CONTENTS.TXT" on the EFI partition, ".linux" a section of its file that is started, "/init" in the first file system; or see above
	Size   int64
	SHA256 [sha256.Size]byte
}

func entryOf(name string, data []byte) Entry {
	return Entry{name, int64(len(data)), sha256.Sum256(data)}
}

// String is the entry as a line.
func (e Entry) String() string { return fmt.Sprintf("%x  %d  %s", e.SHA256, e.Size, e.Name) }

// Find returns the entry of that name.
func Find(list []Entry, name string) (Entry, bool) {
	at := slices.IndexFunc(list, func(e Entry) bool { return e.Name == name })
	if at < 0 {
		return Entry{}, false
	}
	return list[at], true
}

// FormatList writes a list: its first line says what it is, then there is a line for each part.
//
//	# sigtool live image 1
//	SHA-256 in hexadecimal  SIZE in bytes  NAME
func FormatList(list []Entry) string {
	var b strings.Builder
	b.WriteString(listHead + "\n")
	for _, e := range list {
		b.WriteString(e.String() + "\n")
	}
	return b.String()
}

// ParseList reads what FormatList writes. A line may end as Windows ends it.
func ParseList(text []byte) ([]Entry, error) {
	if len(text) > MaxList {
		return nil, fmt.Errorf("a list has at most %d bytes", MaxList)
	}
	lines := strings.Split(strings.TrimSuffix(string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))), "\n"), "\n")
	if lines[0] != listHead {
		return nil, issue.New("not-a-list", nil, "its first line is not %q", listHead).Advise("sigtool live build --list prints the list of an image, and so does live verify --list")
	}
	if len(lines) > maxEntries {
		return nil, fmt.Errorf("a list has at most %d lines", maxEntries)
	}
	var list []Entry
	for i, line := range lines[1:] {
		e, err := parseEntry(line)
		if _, twice := Find(list, e.Name); err == nil && twice {
			err = fmt.Errorf("%s stands there twice", e.Name)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+2, err)
		}
		list = append(list, e)
	}
	if len(list) == 0 {
		return nil, errors.New("the list names nothing")
	}
	return list, nil
}

func parseEntry(line string) (e Entry, err error) {
	fields := strings.Split(line, "  ")
	if len(fields) != 3 || fields[2] == "" || len(fields[2]) > maxName || strings.ContainsFunc(fields[2], func(c rune) bool { return c <= ' ' || c > '~' }) {
		return e, errors.New("not SHA-256, size and name with two spaces between")
	}
	sum, err := hex.DecodeString(fields[0])
	if err != nil || len(sum) != sha256.Size || strings.ToLower(fields[0]) != fields[0] {
		return e, fmt.Errorf("%q is no SHA-256", fields[0])
	}
	size, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != fields[1] {
		return e, fmt.Errorf("%q is no size", fields[1])
	}
	return Entry{fields[2], size, [sha256.Size]byte(sum)}, nil
}

// Difference is one between an image and a list.
type Difference struct {
	Name string
	What string // "differs", "missing" (in the image) or "added" (the list has none)
}

// Compare says in what an image's parts are not those of a list: in the order of the image, what is missing last.
func Compare(image, list []Entry) (all []Difference) {
	for _, e := range image {
		switch other, ok := Find(list, e.Name); {
		case !ok:
			all = append(all, Difference{e.Name, "added"})
		case other != e:
			all = append(all, Difference{e.Name, "differs"})
		}
	}
	for _, e := range list {
		if _, ok := Find(image, e.Name); !ok {
			all = append(all, Difference{e.Name, "missing"})
		}
	}
	return all
}
