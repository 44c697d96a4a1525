package cpio

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// part is a member to make, and what to make wrong of it.
type part struct {
	name, data, raw string
	mode            uint32
	links           uint32
	change          func(header []byte)
}

func (p part) bytes() []byte {
	m := Member{Name: p.name, CRC: true, Mode: p.mode, Links: max(p.links, 1), Inode: 5}
	if p.mode == 0 {
		m.Mode = 0o100644
	}
	b := m.build([]byte(p.data))
	if p.change != nil {
		p.change(b)
	}
	return append(b, p.raw...)
}

func archive(parts ...part) []byte {
	var b []byte
	for _, p := range append(parts, part{name: trailerName}) {
		b = append(b, p.bytes()...)
	}
	return b
}

// field writes a number over one of a header's.
func field(at int, value string) func([]byte) {
	return func(header []byte) { copy(header[at:], value) }
}

const (
	atSize = 54
	atName = 94
	atSum  = 102
)

func TestHostile(t *testing.T) {
	good := part{name: "a", data: "data"}
	many := make([]part, MaxMembers+1)
	for i := range many {
		many[i] = part{name: fmt.Sprint("m", i)}
	}
	for what, row := range map[string]struct {
		file []byte
		want string
	}{
		"good":              {archive(good, part{name: "b"}), ""},
		"zeros behind":      {append(archive(good), make([]byte, 512)...), ""},
		"small digits":      {archive(part{name: "a", data: "0123456789", change: field(atSize, "0000000a")}), ""},
		"absolute":          {archive(part{name: "/etc/passwd"}), "path-escapes"},
		"dots":              {archive(part{name: ".."}), "path-escapes"},
		"dots first":        {archive(part{name: "../a"}), "path-escapes"},
		"dots within":       {archive(part{name: "a/../../b"}), "path-escapes"},
		"dots last":         {archive(part{name: "a/.."}), "path-escapes"},
		"slash":             {archive(part{name: "a/b"}), "not-a-plain-name"},
		"here":              {archive(part{name: "./a"}), "not-a-plain-name"},
		"dot":               {archive(part{name: "."}), "not-a-plain-name"},
		"no name":           {archive(part{name: ""}), "bad-name"},
		"long name":         {archive(part{name: strings.Repeat("n", MaxName+1)}), "bad-name"},
		"longest name":      {archive(part{name: strings.Repeat("n", MaxName)}), ""},
		"huge name":         {archive(part{name: "a", change: field(atName, "FFFFFFFF")}), "bad-name"},
		"name without NUL":  {archive(part{name: "ab", change: field(atName, "00000002")}), "bad-name"},
		"NUL in name":       {archive(part{name: "a\x00b"}), "bad-name"},
		"directory":         {archive(part{name: "d", mode: 0o040755}), "not-a-file"},
		"link":              {archive(part{name: "l", data: "/etc/passwd", mode: 0o120777}), "not-a-file"},
		"device":            {archive(part{name: "n", mode: 0o060600}), "not-a-file"},
		"unknown kind":      {archive(part{name: "n", mode: 0o150600}), "not-a-file"},
		"hard link":         {archive(part{name: "a", links: 2}, part{name: "b", data: "x", links: 2}), "not-a-file"},
		"twice":             {archive(good, part{name: "b"}, good), "duplicate-member"},
		"size beyond":       {archive(part{name: "a", data: "x", change: field(atSize, "00001000")}), "bad-size"},
		"size overflows":    {archive(part{name: "a", data: "x", change: field(atSize, "FFFFFFFF")}), "bad-size"},
		"sized trailer":     {part{name: trailerName, data: "data"}.bytes(), "bad-size"},
		"sign in a number":  {archive(part{name: "a", change: field(atSize, "-0000001")}), "bad-header"},
		"space in a number": {archive(part{name: "a", change: field(atSize, "       1")}), "bad-header"},
		"old cpio":          {archive(part{name: "a", change: field(0, "070707")}), "bad-header"},
		"padding":           {archive(part{name: "a", data: "x", change: func(b []byte) { b[len(b)-1] = 1 }}), "bad-padding"},
		"name's padding":    {archive(part{name: "abc", change: func(b []byte) { b[len(b)-1] = 1 }}), "bad-padding"},
		"no trailer":        {good.bytes(), "no-trailer"},
		"half a trailer":    {archive(good)[:len(archive(good))-8], "bad-size"},
		"nothing":           {nil, "no-trailer"},
		"bytes behind":      {append(archive(good), "x"...), "trailing-bytes"},
		"archive behind":    {append(archive(good), archive(good)...), "trailing-bytes"},
		"much behind":       {append(archive(good), make([]byte, maxTail+1)...), "trailing-bytes"},
		"bomb":              {archive(many...), "too-many-members"},
	} {
		_, err := Read(bytes.NewReader(row.file), int64(len(row.file)))
		if issue.ID(err) != row.want || err != nil && !errors.Is(err, formats.ErrFormat) {
			t.Errorf("%s: %v, want %q", what, err, row.want)
		}
	}
}

// Every archive that is cut short is refused.
func TestTruncated(t *testing.T) {
	file := archive(part{name: "a", data: "data!"}, part{name: "bc", data: "x"})
	for n := range file {
		if _, err := Read(bytes.NewReader(file[:n]), int64(n)); err == nil {
			t.Errorf("%d of %d bytes are read", n, len(file))
		}
	}
}

// What is read is made of the very bytes that building it again would give, but for how digits are written.
func FuzzRead(f *testing.F) {
	f.Add(archive(part{name: "sw-description", data: "software = {}"}, part{name: "a", data: "x"}))
	f.Add(append(archive(part{name: "a", raw: ""}), make([]byte, 100)...))
	f.Add(archive(part{name: "../a", mode: 0o120777, data: "x"}))
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := Read(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			if issue.ID(err) == "" {
				t.Fatalf("without a name: %v", err)
			}
			return
		}
		at := int64(0)
		for _, m := range a.Members {
			data := file[m.Data : m.Data+m.Size]
			built := m.build(data)
			if m.Header != at || int64(len(built)) != m.End-m.Header {
				t.Fatalf("%+v begins not at %d, or is not made of %d bytes", m, at, len(built))
			}
			sum, _, err := m.Sums(t.Context(), bytes.NewReader(file))
			if sum != Add(0, data) || (err != nil) != (m.CRC && sum != m.Sum) {
				t.Fatalf("%+v: %08x, %v", m, sum, err)
			}
			want := append(bytes.ToUpper(file[m.Header:m.Header+headerSize]), file[m.Header+headerSize:m.End]...)
			if !m.CRC {
				copy(want[atSum:], "00000000") // what SWUpdate does not look at
			}
			if err == nil && !bytes.Equal(built, want) {
				t.Fatalf("%+v is built otherwise", m)
			}
			at = m.End
		}
		if a.Trailer.Header != at || a.End > a.Size {
			t.Fatalf("%+v", a)
		}
	})
}
