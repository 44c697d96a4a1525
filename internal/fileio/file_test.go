package fileio

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/sys/unix"

	"sigtool/internal/patch"
)

func TestOpenRefusesWhatIsNotAFile(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := unix.Mkfifo(at("fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", at("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	os.Symlink("fifo", at("link"))
	os.Symlink("nowhere", at("dangling"))
	os.Symlink("loop", at("loop"))
	for _, c := range []struct {
		path, message string
		is            error
	}{
		{at("fifo"), "not a regular file but a FIFO", ErrNotRegular},
		{at("link"), "not a regular file but a FIFO", ErrNotRegular},
		{at("socket"), "not a regular file but a socket", ErrNotRegular},
		{dir, "not a regular file but a folder", ErrNotRegular},
		{"/dev/zero", "not a regular file but a device", ErrNotRegular},
		{at("missing"), "no such file or directory", fs.ErrNotExist},
		{at("dangling"), "no such file or directory", fs.ErrNotExist},
		{at("loop"), "too many levels of symbolic links", unix.ELOOP},
		{"", "no such file or directory", fs.ErrNotExist},
	} {
		f, err := Open(c.path)
		if f != nil || !errors.Is(err, c.is) || err.Error() != cmp.Or(c.path, `""`)+": "+c.message {
			t.Errorf("%q: %v, want %q", c.path, err, c.message)
		}
		if _, err := ReadLimited(c.path, 100); !errors.Is(err, c.is) {
			t.Errorf("%q: %v", c.path, err)
		}
	}
}

func TestFileReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	data := strings.Repeat("some bytes ", 1000)
	put(t, path, data, 0o400)
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if err := iotest.TestReader(io.NewSectionReader(f, 0, f.Size()), []byte(data)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if f.Name() != path {
		t.Errorf("named %q", f.Name())
	}
	// A file keeps the size it was opened with.
	os.WriteFile(path, []byte(data+"more"), 0)
	os.Chmod(path, 0o600)
	os.WriteFile(path, []byte(data+"more"), 0)
	if n, err := f.ReadAt(make([]byte, 100), f.Size()-2); n != 2 || err != io.EOF {
		t.Errorf("%d, %v at the end", n, err)
	}
	if n, err := f.ReadAt(make([]byte, 1), f.Size()+100); n != 0 || err != io.EOF {
		t.Errorf("%d, %v past the end", n, err)
	}
	if _, err := f.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("read before the start")
	}
}

func TestUnchanged(t *testing.T) {
	for name, c := range map[string]struct {
		change func(path string) error
		want   error
	}{
		"nothing":    {func(path string) error { return nil }, nil},
		"read":       {func(path string) error { _, err := os.ReadFile(path); return err }, nil},
		"hard link":  {func(path string) error { return os.Link(path, path+".link") }, nil},
		"written to": {func(path string) error { return os.WriteFile(path, []byte("new"), 0) }, ErrChanged},
		"written to, time set back": {func(path string) error {
			st, _ := os.Stat(path)
			os.WriteFile(path, []byte("new"), 0)
			return os.Chtimes(path, st.ModTime(), st.ModTime())
		}, ErrChanged},
		"grown":   {func(path string) error { return os.Truncate(path, 100) }, ErrChanged},
		"chmod":   {func(path string) error { return os.Chmod(path, 0o777) }, ErrChanged},
		"removed": {os.Remove, ErrChanged},
		"replaced": {func(path string) error {
			os.WriteFile(path+".new", []byte("old"), 0o600)
			return os.Rename(path+".new", path)
		}, ErrChanged},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "file")
			put(t, path, "old", 0o600)
			f, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			time.Sleep(5 * time.Millisecond) // old kernels stamp files at clock ticks
			if err := c.change(path); err != nil {
				t.Fatal(err)
			}
			if err := f.Unchanged(); !errors.Is(err, c.want) || err != nil && !strings.HasPrefix(err.Error(), path+": ") {
				t.Fatalf("%v, want %v", err, c.want)
			}
			before := list(t, dir)
			v, _ := patch.NewView(f, []patch.Edit{{Insert: []byte("x")}})
			if err := Replace(f, v); !errors.Is(err, c.want) || err != nil && !strings.HasPrefix(err.Error(), path+": ") {
				t.Fatalf("Replace: %v, want %v", err, c.want)
			}
			wantNames(t, dir, before...)
		})
	}
}

func TestSpool(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	for _, size := range []int{0, 1, spoolMemory, spoolMemory + 4096} {
		data := bytes.Repeat([]byte("abcdefg"), size/7+1)[:size]
		f, err := Spool(iotest.HalfReader(bytes.NewReader(data)), int64(size))
		if err != nil {
			t.Fatal(err)
		}
		wantNames(t, tmp)
		got, err := io.ReadAll(io.NewSectionReader(f, 0, f.Size()))
		if err != nil || !bytes.Equal(got, data) || f.Unchanged() != nil {
			t.Fatalf("%d bytes became %d, %v", size, len(got), err)
		}
		dir := t.TempDir()
		out := filepath.Join(dir, "out")
		v, _ := patch.NewView(f, []patch.Edit{{Offset: f.Size(), Insert: []byte("!")}})
		if err := create(out, f, v, false); err != nil {
			t.Fatal(err)
		}
		want(t, out, string(data)+"!")
		if err := Replace(f, v); err == nil {
			t.Fatal("standard input was replaced")
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if size > 0 {
			_, err = Spool(bytes.NewReader(data), int64(size)-1)
			if err == nil || !strings.HasPrefix(err.Error(), "standard input: larger than the ") {
				t.Fatalf("%d bytes: %v", size, err)
			}
		}
		if _, err := Spool(iotest.TimeoutReader(bytes.NewReader(data)), 1<<30); size > 0 && !errors.Is(err, iotest.ErrTimeout) {
			t.Fatalf("%d bytes: %v", size, err)
		}
	}
}

func TestReadLimited(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	put(t, path, "0123456789", 0o400)
	if data, err := ReadLimited(path, 10); err != nil || string(data) != "0123456789" {
		t.Fatalf("%q, %v", data, err)
	}
	if _, err := ReadLimited(path, 9); err == nil || err.Error() != path+": larger than the 9 bytes that are allowed here" {
		t.Fatal(err)
	}
}
