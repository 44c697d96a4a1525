package mender

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// A built artifact is a good one, so that what is refused below is refused for what was changed in it.
func TestBuilt(t *testing.T) {
	if err := verify(t, sign(t, parts{}.build(), "p256"), "p256"); err != nil {
		t.Fatal(err)
	}
}

func named(name string) []entry { return []entry{{name: name, content: []byte("x")}} }

func typed(kind byte, link string) []entry {
	return []entry{{name: "file.txt", content: []byte("x"), change: func(b []byte) { b[156] = kind; copy(b[157:], link) }}}
}

func sized(field string) []entry {
	return []entry{{name: "file.txt", content: []byte("x"), change: func(b []byte) { clear(b[124:136]); copy(b[124:136], field) }}}
}

// pax is a payload whose file has these records before it.
func pax(records string) []entry {
	return []entry{{name: "PaxHeaders/file.txt", content: []byte(records), change: func(b []byte) { b[156] = 'x' }}, {name: "file.txt", content: []byte("x")}}
}

func record(text string) string {
	n := len(text) + 3
	for len(fmt.Sprint(n))+len(text)+2 != n {
		n++
	}
	return fmt.Sprintf("%d %s\n", n, text)
}

func base256(n uint64, first byte) string {
	b := make([]byte, 12)
	b[0] = first
	binary.BigEndian.PutUint64(b[4:], n)
	return string(b)
}

// swap exchanges two members; drop leaves one out; twice has it two times, rename gives it another name.
func swap(i, j int) func([]entry) []entry {
	return func(e []entry) []entry { e[i], e[j] = e[j], e[i]; return e }
}
func drop(i int) func([]entry) []entry {
	return func(e []entry) []entry { return slices.Delete(e, i, i+1) }
}
func twice(i int) func([]entry) []entry {
	return func(e []entry) []entry { return slices.Insert(e, i, e[i]) }
}
func rename(i int, name string) func([]entry) []entry {
	return func(e []entry) []entry { e[i].name = name; return e }
}
func outerChange(i int, change func([]byte)) func([]entry) []entry {
	return func(e []entry) []entry { e[i].change = change; return e }
}
func add(lines string) func(string) string { return func(s string) string { return s + lines } }

// tricks are artifacts that nobody makes by chance, each with the name that its refusal has.
var tricks = []struct {
	what string
	id   string
	made parts
}{
	{"a path upwards", "path-escapes", parts{payload: named("../etc/passwd")}},
	{"a path upwards, further in", "path-escapes", parts{payload: named("a/../../b")}},
	{"an absolute path", "path-escapes", parts{payload: named("/etc/passwd")}},
	{"dot", "path-escapes", parts{payload: named("./file.txt")}},
	{"an empty name", "path-escapes", parts{payload: named("")}},
	{"a folder in the payload", "forbidden-name", parts{payload: named("folder/file.txt")}},
	{"a control character", "forbidden-name", parts{payload: named("file\ttxt")}},
	{"a space", "forbidden-name", parts{payload: named("a file")}},
	{"a path in pax records", "path-escapes", parts{payload: pax(record("path=../../evil"))}},
	{"a symbolic link", "no-plain-file", parts{payload: typed('2', "/etc/passwd")}},
	{"a hard link", "no-plain-file", parts{payload: typed('1', "/etc/passwd")}},
	{"a folder", "no-plain-file", parts{payload: typed('5', "")}},
	{"a device", "no-plain-file", parts{payload: typed('3', "")}},
	{"a sparse file", "no-plain-file", parts{payload: typed('S', "")}},
	{"a GNU long name", "no-plain-file", parts{payload: typed('L', "")}},
	{"records for all", "no-plain-file", parts{payload: typed('g', "")}},
	{"a file that points elsewhere", "no-plain-file", parts{payload: typed('0', "/etc/passwd")}},
	{"a negative size", "impossible-size", parts{payload: sized(base256(1, 0xff))}},
	{"a size that overflows", "impossible-size", parts{payload: sized(base256(1<<63, 0x80))}},
	{"the largest size", "impossible-size", parts{payload: sized(base256(1<<63-1, 0x80))}},
	{"a size in words", "impossible-size", parts{payload: sized("-0000000001\x00")}},
	{"an octal size that is none", "impossible-size", parts{payload: sized("00000000008\x00")}},
	{"two sizes", "impossible-size", parts{payload: pax(record("size=2"))}},
	{"a negative size in records", "impossible-size", parts{payload: pax(record("size=-1"))}},
	{"records of a sparse file", "odd-records", parts{payload: pax(record("GNU.sparse.major=1"))}},
	{"a record twice", "odd-records", parts{payload: pax(record("size=1") + record("size=1"))}},
	{"a record that is too long", "odd-records", parts{payload: pax("999 path=x\n")}},
	{"a link in records", "odd-records", parts{payload: pax(record("linkpath=/etc"))}},
	{"a file twice", "duplicate-member", parts{payload: append(named("a"), named("a")...), manifest: func(s string) string { return s[:strings.LastIndex(s[:len(s)-1], "\n")+1] }}},
	{"no header of its own", "unknown-tar", parts{payload: []entry{{name: "a", change: func(b []byte) { clear(b[257:265]) }}}}},
	{"something behind a name", "hidden-bytes", parts{payload: []entry{{name: "a", change: func(b []byte) { b[50] = 'x' }}}}},
	{"an outer path upwards", "path-escapes", parts{outer: rename(3, "data/../0000.tar")}},
	{"an outer link", "no-plain-file", parts{outer: outerChange(2, func(b []byte) { b[156] = '2'; copy(b[157:], "/etc/passwd") })}},
	{"an outer size that overflows", "impossible-size", parts{outer: outerChange(3, func(b []byte) { copy(b[124:], base256(1<<62, 0x80)) })}},
	{"an outer size beyond the file", "damaged", parts{outer: outerChange(3, func(b []byte) { copy(b[124:], base256(1<<59, 0x80)) })}},
	{"a version of megabytes", "member-too-large", parts{version: strings.Repeat(" ", maxVersion) + `{"format":"mender","version":3}`}},
	{"version 1", "unknown-version", parts{version: `{"format":"mender","version":1}`}},
	{"version 4", "unknown-version", parts{version: `{"format":"mender","version":4}`}},
	{"another format", "no-artifact", parts{version: `{"format":"reader","version":3}`}},
	{"manifest last", "wrong-order", parts{outer: swap(1, 3)}},
	{"header behind data", "wrong-order", parts{outer: swap(2, 3)}},
	{"no manifest", "wrong-order", parts{outer: drop(1)}},
	{"no header", "wrong-order", parts{outer: drop(2)}},
	{"no payload", "wrong-order", parts{outer: drop(3)}},
	{"a header twice", "duplicate-member", parts{outer: twice(2)}},
	{"a payload twice", "duplicate-member", parts{outer: twice(3)}},
	{"the second payload first", "wrong-order", parts{outer: rename(3, "data/0001.tar")}},
	{"an unknown member", "wrong-order", parts{outer: func(e []entry) []entry { return append(e, entry{name: "readme"}) }}},
	{"an unknown compression", "wrong-order", parts{outer: rename(3, "data/0000.tar.bz2")}},
	{"a manifest without its last line feed", "bad-manifest", parts{manifest: func(s string) string { return strings.TrimSuffix(s, "\n") }}},
	{"a manifest in capitals", "bad-manifest", parts{manifest: strings.ToUpper}},
	{"a manifest for other systems", "forbidden-name", parts{manifest: func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }}},
	{"a line twice", "bad-manifest", parts{manifest: func(s string) string { return s + s[:strings.Index(s, "\n")+1] }}},
	{"a manifest that names a path", "path-escapes", parts{manifest: add(strings.Repeat("0", 64) + "  data/0000/../../x\n")}},
	{"a manifest that names more", "missing-file", parts{manifest: add(strings.Repeat("0", 64) + "  data/0000/more\n")}},
	{"a manifest that names another payload", "missing-file", parts{manifest: add(strings.Repeat("0", 64) + "  data/0001/more\n")}},
	{"a manifest that names a stranger", "missing-file", parts{manifest: add(strings.Repeat("0", 64) + "  readme\n")}},
	{"a file that is not listed", "unlisted-file", parts{manifest: func(s string) string { return s[:strings.LastIndex(s[:len(s)-1], "\n")+1] }}},
	{"a header that is another", "header-damaged", parts{manifest: func(s string) string {
		i := strings.Index(s, "\n")
		return s[:i+1] + strings.Repeat("0", 64) + s[i+65:]
	}}},
	{"a version that is another", "version-damaged", parts{manifest: func(s string) string { return strings.Repeat("0", 64) + s[64:] }}},
	{"a payload that is another", "payload-damaged", parts{manifest: func(s string) string {
		i := strings.LastIndex(s[:len(s)-1], "\n")
		return s[:i+1] + strings.Repeat("0", 64) + s[i+65:]
	}}},
	{"no header-info", "wrong-order", parts{header: goodHeader[1:]}},
	{"a header-info of other things", "bad-header", parts{header: []entry{{name: "header-info", content: []byte(`{"payloads":7}`)}}}},
	{"no name", "bad-header", parts{header: []entry{{name: "header-info", content: []byte(`{"payloads":[{"type":"x"}]}`)}}}},
	{"no payloads", "bad-header", parts{header: []entry{{name: "header-info", content: []byte(`{"artifact_provides":{"artifact_name":"x"}}`)}}}},
	{"no type-info", "bad-header", parts{header: goodHeader[:1]}},
	{"a type-info of another payload", "wrong-order", parts{header: append(slices.Clone(goodHeader), entry{name: "headers/0001/type-info"})}},
	{"an unknown member of the header", "wrong-order", parts{header: append(slices.Clone(goodHeader), entry{name: "headers/0000/readme"})}},
	{"scripts behind the headers", "wrong-order", parts{header: append(slices.Clone(goodHeader), entry{name: "scripts/late"})}},
	{"a script upwards", "path-escapes", parts{header: append(slices.Clone(goodHeader), entry{name: "scripts/../../x"})}},
	{"more than one header in a header", "duplicate-member", parts{header: append(slices.Clone(goodHeader), goodHeader[1])}},
	{"large metadata", "member-too-large", parts{header: append(slices.Clone(goodHeader), entry{name: "headers/0000/meta-data", content: make([]byte, maxMetadata)})}},
}

// Each is refused by its name: not signed, and where it is signed all the same, not accepted.
func TestTricks(t *testing.T) {
	signer := formatstest.LoadSigner(t, "p256")
	for _, row := range tricks {
		data := row.made.build()
		_, err := Format{}.Sign(t.Context(), patch.Bytes(data), formats.Request{Key: signer.Key})
		if !errors.Is(err, formats.ErrFormat) || issue.ID(err) != row.id {
			t.Errorf("%s: signing: %v", row.what, err)
		}
		if err := verify(t, data, "p256"); err == nil || !errors.Is(err, formats.ErrFormat) && !errors.Is(err, formats.ErrUnsigned) {
			t.Errorf("%s: verifying the unsigned: %v", row.what, err)
		}
		if a, err := open(patch.Bytes(data)); err == nil { // whoever has the key signs what he likes
			member, err := signatureMember(signer.Key, a.manifest)
			if err != nil {
				t.Fatal(err)
			}
			signed := slices.Concat(data[:a.behind], member, data[a.behind:])
			if err := verify(t, signed, "p256"); issue.ID(err) != row.id || !errors.Is(err, formats.ErrFormat) && !errors.Is(err, formats.ErrMismatch) {
				t.Errorf("%s: verifying the signed: %v", row.what, err)
			}
		}
	}
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// A header that unpacks to gigabytes is refused before it has, and so are zeros without end behind a payload.
func TestBombs(t *testing.T) {
	bomb := parts{ending: ".gz", pack: gzipped, header: append(slices.Clone(goodHeader[:1]), entry{name: "scripts/large", content: make([]byte, maxHeader)}, goodHeader[1])}
	if err := verify(t, bomb.build(), "p256"); issue.ID(err) != "header-too-large" {
		t.Errorf("a large header: %v", err)
	}
	zeros := parts{ending: ".gz", pack: func(data []byte) []byte { return gzipped(append(data, make([]byte, 2<<20)...)) }}
	if err := verify(t, zeros.build(), "p256"); issue.ID(err) != "long-end" {
		t.Errorf("zeros behind an archive: %v", err)
	}
	long := append(parts{}.build(), make([]byte, 2<<20)...)
	if err := verify(t, long, "p256"); issue.ID(err) != "long-end" {
		t.Errorf("zeros behind the artifact: %v", err)
	}
	if err := verify(t, sign(t, append(parts{}.build(), make([]byte, 9<<10)...), "p256"), "p256"); err != nil {
		t.Errorf("as many zeros as GNU tar writes: %v", err)
	}
}

// One stream and nothing else.
func TestOneStream(t *testing.T) {
	for what, pack := range map[string]func([]byte) []byte{
		"twice":         func(data []byte) []byte { return slices.Concat(gzipped(data), gzipped(nil)) },
		"a byte behind": func(data []byte) []byte { return append(gzipped(data), 'x') },
		"cut":           func(data []byte) []byte { return gzipped(data)[:60] },
	} {
		if err := verify(t, parts{ending: ".gz", pack: pack}.build(), "p256"); err == nil || errors.Is(err, formats.ErrMismatch) {
			t.Errorf("%s: %v", what, err)
		} else {
			t.Logf("%s: %v", what, err)
		}
	}
}

// What tools write for large files and long owners is taken: pax records and GNU tar's sizes.
func TestOddAndRight(t *testing.T) {
	for what, payload := range map[string][]entry{
		"records":     pax(record("size=1") + record("mtime=1.5") + record("uid=3000000") + record("path=file.txt")),
		"GNU size":    sized(base256(1, 0x80)),
		"GNU header":  {{name: "file.txt", content: []byte("x"), change: func(b []byte) { copy(b[257:], "ustar  \x00") }}},
		"an old kind": typed(0, ""),
	} {
		right := parts{payload: payload}
		if err := verify(t, sign(t, right.build(), "p256"), "p256"); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}
