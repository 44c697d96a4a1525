package tartree

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"sigtool/internal/issue"
)

// pax is what the records of an extended header say that matters here; "" where they say nothing.
//
//	length space key = value newline, one after the other; the length, in decimal digits, counts the whole record
type pax struct {
	path, link, size string
	sparse           bool   // a sparse file, as GNU tar writes them since 1.14
	sparseName       string // then: its name
}

// parsePax reads the records of an extended header. Keys that matter must not come twice, nor be taken back by an empty value, nor stand in a
// header for all members that follow (global): readers take that for different things.
func parsePax(data []byte, global bool) (p pax, err error) {
	for len(data) > 0 {
		key, value, rest, ok := record(data)
		if !ok {
			return p, issue.New("tar-header", nil, "an extended header has a damaged record")
		}
		data = rest
		var field *string
		switch {
		case key == "path":
			field = &p.path
		case key == "linkpath":
			field = &p.link
		case key == "size":
			field = &p.size
		case key == "GNU.sparse.name":
			field, p.sparse = &p.sparseName, true
		case strings.HasPrefix(key, "GNU.sparse."):
			p.sparse = true
		}
		switch {
		case global && (field != nil || p.sparse):
			return p, issue.New("tar-header", nil, "an extended header for all members has %q, which is one member's", key)
		case field == nil:
			continue
		case value == "" || *field != "" || strings.Contains(value, "\x00"):
			return p, issue.New("tar-header", nil, "an extended header has %q twice, empty or with a zero byte", key)
		}
		*field = value
	}
	return p, nil
}

// record cuts the first record off.
func record(data []byte) (key, value string, rest []byte, ok bool) {
	digits, _, found := bytes.Cut(data[:min(len(data), 20)], []byte{' '})
	n, err := strconv.ParseUint(string(digits), 10, 31)
	if !found || err != nil || n > uint64(len(data)) || n < uint64(len(digits))+2 || data[n-1] != '\n' {
		return "", "", nil, false
	}
	key, value, ok = strings.Cut(string(data[len(digits)+1:n-1]), "=")
	return key, value, data[n:], ok && key != ""
}

// withSize returns the records with another size.
func withSize(data []byte, size int64) []byte {
	var out []byte
	for len(data) > 0 {
		key, _, rest, _ := record(data)
		if key == "size" {
			out = append(out, newRecord(key, strconv.FormatInt(size, 10))...)
		} else {
			out = append(out, data[:len(data)-len(rest)]...)
		}
		data = rest
	}
	return out
}

// newRecord makes a record, whose length counts its own digits.
func newRecord(key, value string) string {
	body := " " + key + "=" + value + "\n"
	n := len(body) + 1
	for len(strconv.Itoa(n))+len(body) != n {
		n++
	}
	return fmt.Sprint(n, body)
}
