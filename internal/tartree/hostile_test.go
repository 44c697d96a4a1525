package tartree

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"sigtool/internal/issue"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// signed walks a tree and puts a word behind the content of what is wanted.
func signed(src []byte) ([]byte, error) {
	var out bytes.Buffer
	_, err := Walk(context.Background(), &out, bytes.NewReader(src), Options{Wanted: wantedKO, Jobs: 2, Work: sign})
	return out.Bytes(), err
}

func sign(_ string, data []byte) (patch.Source, func()) {
	return patch.Bytes(append(bytes.Clone(data), " signed"...)), nil
}

// patched changes a tree's first block at an offset, and mends its checksum.
func patched(tree []byte, at int, with string) []byte {
	tree = bytes.Clone(tree)
	copy(tree[at:], with)
	copy(tree[148:156], fmt.Sprintf("%06o\x00 ", checksum(tree[:blockSize])))
	return tree
}

func TestHostile(t *testing.T) {
	file := func(name string) *tar.Header { return &tar.Header{Name: name} }
	link := func(kind byte, name, to string) *tar.Header {
		return &tar.Header{Name: name, Typeflag: kind, Linkname: to}
	}
	plain := build(t, file("a.ko"))
	pax := func(records ...string) []byte {
		data := strings.Join(records, "")
		head := patched(patched(plain[:blockSize], 156, "x"), 124, fmt.Sprintf("%011o", len(data)))
		return append(append(append(head, data...), make([]byte, padding(int64(len(data))))...), plain...)
	}
	for name, c := range map[string]struct {
		tree []byte
		want string
	}{
		"up":                  {build(t, file("a/../../b")), "path-escapes"},
		"absolute":            {build(t, file("/etc/a.ko")), "path-escapes"},
		"hard link up":        {build(t, link(tar.TypeLink, "a", "../b")), "path-escapes"},
		"below a link":        {build(t, link(tar.TypeSymlink, "l", "/etc"), file("l/passwd")), "path-escapes"},
		"link below a link":   {build(t, link(tar.TypeSymlink, "l", "/etc"), link(tar.TypeLink, "p", "l/passwd")), "path-escapes"},
		"below a link's link": {build(t, link(tar.TypeSymlink, "l", "/etc"), link(tar.TypeLink, "m", "l"), file("m/passwd")), "path-escapes"},
		"twice":               {build(t, file("a.ko"), file("./a.ko")), "duplicate-member"},
		"a link's name":       {build(t, link(tar.TypeSymlink, "a.ko", "/etc/passwd"), file("a.ko")), "duplicate-member"},
		"folder and file":     {build(t, &tar.Header{Name: "a/", Typeflag: tar.TypeDir}, file("a")), "duplicate-member"},
		"a folder's name":     {build(t, file("a.ko/.")), "tar-header"},
		"a folder's, linked":  {build(t, file("b.ko"), link(tar.TypeLink, "a.ko/./.", "b.ko")), "tar-header"},
		"hard link elsewhere": {build(t, file("a"), link(tar.TypeLink, "a.ko", "a")), "link-elsewhere"},
		"hard link to come":   {build(t, link(tar.TypeLink, "b.ko", "a.ko"), file("a.ko")), "link-elsewhere"},
		"too large":           {patched(plain, 124, "00077777777\x00"), "tar-cut-off"},
		"far too large":       {patched(plain, 124, "07777777777\x00"), "member-too-large"},
		"negative":            {patched(plain, 124, strings.Repeat("\xff", 12)), "tar-header"},
		"base 256, overflow":  {patched(plain, 124, "\x80\x00\x00\x00"+strings.Repeat("\xff", 8)), "tar-header"},
		"no number":           {patched(plain, 124, "0000000009x\x00"), "tar-header"},
		"a link's content":    {patched(plain, 156, "2"), "tar-header"},
		"unknown type":        {patched(plain, 156, "Z"), "tar-header"},
		"sparse":              {patched(plain, 156, "S"), "sparse-member"},
		"another magic":       {patched(plain, 257, "USTAR"), "tar-header"},
		"checksum":            {bytes.Replace(plain, []byte("a.ko"), []byte("b.ko"), 1), "tar-checksum"},
		"no end":              {plain[:1024], "tar-cut-off"},
		"half a header":       {plain[:100], "tar-cut-off"},
		"half a content":      {plain[:600], "tar-cut-off"},
		"empty":               {nil, "tar-cut-off"},
		"behind the end":      {append(bytes.Clone(plain), plain...), "trailing-data"},
		"two sizes":           {pax("10 size=1\n"), "tar-header"},
		"two names":           {pax("10 path=a\n", "10 path=b\n"), "tar-header"},
		"name taken back":     {pax("9 path=\n"), "tar-header"},
		"zero in a name":      {pax("11 path=a\x00\n"), "tar-header"},
		"no record":           {pax("99 path=a\n"), "tar-header"},
		"sparse by records":   {pax("22 GNU.sparse.major=1\n"), "sparse-member"},
		"two of one kind":     {append(pax("10 path=b\n")[:1024], pax("10 path=b\n")...), "tar-header"},
		"of no member":        {append(pax("10 path=b\n")[:1024], make([]byte, 1024)...), "tar-header"},
		"global name":         {patched(pax("10 path=b\n"), 156, "g"), "tar-header"},
	} {
		if _, err := signed(c.tree); issue.ID(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// A size in an extended header changes with the content, and what else stands there stays.
func TestPaxSize(t *testing.T) {
	plain := build(t, &tar.Header{Name: "a.ko"})
	records := newRecord("size", "15") + newRecord("comment", "kept")
	head := patched(patched(plain[:blockSize], 156, "x"), 124, fmt.Sprintf("%011o", len(records)))
	tree := append(append(append(head, records...), make([]byte, padding(int64(len(records))))...), plain...)
	out, err := signed(tree)
	if err != nil {
		t.Fatal(err)
	}
	r := tar.NewReader(bytes.NewReader(out))
	h, err := r.Next()
	if err != nil || h.PAXRecords["size"] != "22" || h.PAXRecords["comment"] != "kept" {
		t.Fatalf("%+v, %v", h, err)
	}
	if data, err := io.ReadAll(r); string(data) != "content of a.ko signed" {
		t.Errorf("%q, %v", data, err)
	}
}

// What GNU tar and Python made comes out as they take it.
func TestOracles(t *testing.T) {
	gnu, python := oracle.Need(t, "tar"), oracle.Need(t, "python3")
	dir := t.TempDir()
	in := filepath.Join(dir, "in", strings.Repeat("a long name/", 12))
	if err := errors.Join(os.MkdirAll(in, 0o755), os.WriteFile(filepath.Join(in, "x.ko"), []byte("x"), 0o600), os.WriteFile(filepath.Join(in, "notes"), []byte("n"), 0o644),
		os.Symlink("x.ko", filepath.Join(in, strings.Repeat("l", 120)))); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"gnu", "pax", "ustar", "python"} {
		tree, out := filepath.Join(dir, format+".tar"), filepath.Join(dir, format)
		switch format {
		case "python":
			oracle.Run(t, python, "-c", "import sys,tarfile\nwith tarfile.open(sys.argv[1],'w') as t: t.add(sys.argv[2],'.')", tree, filepath.Join(dir, "in"))
		case "ustar": // which takes no name of more than 100 bytes without a folder
			oracle.Run(t, gnu, "--format=ustar", "--exclude=lll*", "-C", filepath.Join(dir, "in"), "-cf", tree, ".")
		default:
			oracle.Run(t, gnu, "--format="+format, "-C", filepath.Join(dir, "in"), "-cf", tree, ".")
		}
		data, err := os.ReadFile(tree)
		if err != nil {
			t.Fatal(err)
		}
		made, err := signed(data)
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		if err := errors.Join(os.WriteFile(tree, made, 0o644), os.Mkdir(out, 0o755)); err != nil {
			t.Fatal(err)
		}
		oracle.Run(t, gnu, "-C", out, "-xf", tree)
		oracle.Run(t, python, "-c", "import sys,tarfile\nfor m in tarfile.open(sys.argv[1]): pass", tree)
		got, err := os.ReadFile(filepath.Join(out, strings.Repeat("a long name/", 12), "x.ko"))
		if err != nil || string(got) != "x signed" {
			t.Errorf("%s: %q, %v", format, got, err)
		}
	}
}

// endless is a tree of files of 256 MiB each that nobody works on, and one that somebody does: it is made as it is read.
func endless(files int) io.Reader {
	header := func(name string, size int64) []byte {
		b := make([]byte, blockSize)
		copy(b, name)
		copy(b[257:], "ustar\x0000")
		b[156] = typeFile
		setSize(b, size)
		return b
	}
	var parts []io.Reader
	for i := range files {
		parts = append(parts, bytes.NewReader(header(fmt.Sprint("data", i), 1<<28)), io.LimitReader(zeros{}, 1<<28),
			bytes.NewReader(header(fmt.Sprint(i, ".ko"), 1<<20)), io.LimitReader(zeros{}, 1<<20))
	}
	return io.MultiReader(append(parts, io.LimitReader(zeros{}, 1024))...)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// peak notes how much memory is in use while a tree is written.
type peak struct{ most, bytes uint64 }

func (p *peak) Write(data []byte) (int, error) {
	if before := p.bytes; before>>26 != (before+uint64(len(data)))>>26 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		p.most = max(p.most, m.HeapAlloc)
	}
	p.bytes += uint64(len(data))
	return len(data), nil
}

func TestMemory(t *testing.T) {
	var p peak
	count, err := Walk(context.Background(), &p, endless(2), Options{Wanted: wantedKO, Jobs: 2, Work: sign})
	if err != nil || count.Wanted != 2 || p.bytes < 1<<29 {
		t.Fatalf("%+v, %d bytes, %v", count, p.bytes, err)
	}
	if p.most > 64<<20 {
		t.Errorf("%d MiB in use for a tree of 512 MiB", p.most>>20)
	}
}

// What ends early leaves nobody waiting: a target that takes no more, and a run that is called off.
func TestEndsEarly(t *testing.T) {
	full := errors.New("full")
	if _, err := Walk(context.Background(), failing{full}, endless(4), Options{Wanted: wantedKO, Jobs: 2, Work: sign}); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	off := func(string, []byte) (patch.Source, func()) { cancel(); return nil, nil }
	if _, err := Walk(ctx, io.Discard, endless(4), Options{Wanted: wantedKO, Jobs: 2, Work: off}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// An unpacker that finds junk behind its end says so with the error of a stream that is cut off, again and again.
func TestUnpackerFails(t *testing.T) {
	tree := build(t, &tar.Header{Name: "notes"})
	broken := io.MultiReader(bytes.NewReader(tree), iotest.ErrReader(io.ErrUnexpectedEOF))
	if _, err := Walk(t.Context(), nil, broken, Options{Wanted: wantedKO, Work: sign}); issue.ID(err) != "trailing-data" {
		t.Errorf("the unpacker's error is lost: %v", err)
	}
}
