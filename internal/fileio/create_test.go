package fileio

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"sigtool/internal/patch"
)

// laid opens a file and lays nothing over it.
func laid(t *testing.T, path string) (*File, *patch.View) {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	v, err := patch.NewView(f, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f, v
}

// create stages one file and commits it.
func create(path string, f *File, v *patch.View, force bool) error {
	return alone(StageCreate(path, f, v, force))
}

func TestCreate(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		dir := t.TempDir()
		in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
		put(t, in, "data", 0o4750)
		f, v := laid(t, in)
		if err := create(out, f, v, false); err != nil {
			t.Fatal(err)
		}
		want(t, out, "data")
		if st, _ := os.Stat(out); st.Mode() != 0o750 {
			t.Errorf("mode %v", st.Mode())
		}
		if err := create(out, f, v, false); !errors.Is(err, ErrExists) || !strings.HasPrefix(err.Error(), out+": ") {
			t.Errorf("%v, want ErrExists", err)
		}
		put(t, out, "other", 0o644)
		if err := create(out, f, v, true); err != nil {
			t.Fatal(err)
		}
		want(t, out, "data")
		if err := create(in, f, v, true); !errors.Is(err, ErrIsInput) {
			t.Errorf("%v, want ErrIsInput", err)
		}
		wantNames(t, dir, "in", "out")
		put(t, in, "changed", 0o600)
		err := create(filepath.Join(dir, "late"), f, v, false)
		if !errors.Is(err, ErrChanged) || !strings.HasPrefix(err.Error(), in+": ") {
			t.Errorf("%v, want ErrChanged of the input", err)
		}
		wantNames(t, dir, "in", "out")
	})
}

func TestWriteNewAndSecret(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		defer unix.Umask(unix.Umask(0o022))
		dir := t.TempDir()
		path := filepath.Join(dir, "public")
		for _, force := range []bool{false, true} {
			if err := WriteNew(path, []byte("one"), 0o666, force); err != nil {
				t.Fatal(err)
			}
		}
		if st, _ := os.Stat(path); st.Mode() != 0o644 {
			t.Errorf("mode %v", st.Mode())
		}
		if err := WriteNew(path, []byte("two"), 0o666, false); !errors.Is(err, ErrExists) {
			t.Errorf("%v, want ErrExists", err)
		}
		secret := filepath.Join(dir, "secret")
		unix.Umask(0)
		if err := WriteSecret(secret, []byte("key")); err != nil {
			t.Fatal(err)
		}
		if st, _ := os.Stat(secret); st.Mode() != 0o600 {
			t.Errorf("mode %v", st.Mode())
		}
		if err := WriteSecret(secret, []byte("two")); !errors.Is(err, ErrExists) {
			t.Errorf("%v, want ErrExists", err)
		}
		want(t, path, "one")
		want(t, secret, "key")
		wantNames(t, dir, "public", "secret")
	})
}

// Names that may not be taken, even with force, by what is not a file.
func TestNamesThatCanNotBeTaken(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		dir := t.TempDir()
		at := func(name string) string { return filepath.Join(dir, name) }
		put(t, at("in"), "data", 0o600)
		os.Mkdir(at("folder"), 0o700)
		unix.Mkfifo(at("fifo"), 0o600)
		os.Symlink("nowhere", at("dangling"))
		os.Symlink("/dev/null", at("null"))
		before := list(t, dir)
		f, v := laid(t, at("in"))
		for _, c := range []struct {
			path        string
			free, force string
		}{
			{at("folder"), "not a regular file but a folder", "not a regular file but a folder"},
			{at("folder") + "/", "not a regular file but a folder", "not a regular file but a folder"},
			{at("."), "not a regular file but a folder", "not a regular file but a folder"},
			{at("fifo"), "not a regular file but a FIFO", "not a regular file but a FIFO"},
			{at("null"), "a file of this name is already there", "not a regular file but a device"},
			{"/dev/null", "not a regular file but a device", "not a regular file but a device"},
			{at("dangling"), "a file of this name is already there", "a symbolic link that leads nowhere"},
			{at("missing/out"), "folder " + at("missing") + ": no such file or directory", "folder " + at("missing") + ": no such file or directory"},
			{at("in/out"), "folder " + at("in") + ": not a directory", "not a directory"},
			{"", "not a regular file but a folder", "not a regular file but a folder"},
		} {
			for i, err := range []error{
				create(c.path, f, v, false), WriteNew(c.path, nil, 0o644, false), WriteSecret(c.path, nil),
				create(c.path, f, v, true), WriteNew(c.path, nil, 0o644, true),
			} {
				message := c.free
				if i >= 3 {
					message = c.force
				}
				if err == nil || err.Error() != cmp.Or(c.path, `""`)+": "+message {
					t.Errorf("%d: %v, want %q for %q", i, err, message, c.path)
				}
			}
		}
		wantNames(t, dir, before...)
	})
}

// With force a link is followed, as without it nothing would be written at all.
func TestForceThroughLink(t *testing.T) {
	dir := t.TempDir()
	os.Mkdir(filepath.Join(dir, "sub"), 0o700)
	put(t, filepath.Join(dir, "sub/file"), "old", 0o644)
	link := filepath.Join(dir, "link")
	os.Symlink("sub/file", link)
	if err := WriteNew(link, []byte("new"), 0o644, true); err != nil {
		t.Fatal(err)
	}
	want(t, filepath.Join(dir, "sub/file"), "new")
	if _, err := os.Readlink(link); err != nil {
		t.Error("the link is gone")
	}
}

func TestOnlyOneSecretWins(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "key")
		var won atomic.Int32
		var group sync.WaitGroup
		for range 16 {
			group.Go(func() {
				switch err := WriteSecret(path, []byte("key")); {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, ErrExists):
					t.Error(err)
				}
			})
		}
		group.Wait()
		if won.Load() != 1 {
			t.Errorf("%d won", won.Load())
		}
		wantNames(t, dir, "key")
	})
}
