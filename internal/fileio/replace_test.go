package fileio

import (
	"bytes"
	"errors"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"sigtool/internal/patch"
)

func TestReplaceKeepsModeAndOwner(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		for _, mode := range []uint32{0o640, 0o600, 0o444, 0o755, 0o4755, 0o2755, 0o6711, 0o1644, 0o666, 0o007} {
			path := filepath.Join(t.TempDir(), "file")
			put(t, path, "old", mode)
			uid, gid := os.Getuid(), os.Getgid()
			if uid == 0 {
				uid, gid = 1234, 4321
				os.Chown(path, uid, gid)
				unix.Chmod(path, mode)
			} else if mode&0o400 == 0 {
				continue
			}
			if err := replace(path, "new"); err != nil {
				t.Fatal(err)
			}
			want(t, path, "oldnew")
			var st unix.Stat_t
			unix.Stat(path, &st)
			if st.Mode&0o7777 != mode || st.Uid != uint32(uid) || st.Gid != uint32(gid) {
				t.Errorf("mode %o became %o, owner %d:%d, want %d:%d", mode, st.Mode&0o7777, st.Uid, st.Gid, uid, gid)
			}
		}
	})
}

func TestReplaceThroughLinks(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		dir := t.TempDir()
		at := func(name string) string { return filepath.Join(dir, name) }
		os.MkdirAll(at("a/b"), 0o700)
		os.MkdirAll(at("c"), 0o700)
		put(t, at("a/file"), "old", 0o600)
		os.Symlink("../a/b", at("c/folder"))                    // c/folder/.. is a, not c
		os.Symlink("folder/../file", at("c/second"))            // relative
		os.Symlink(filepath.Join(dir, "c/second"), at("first")) // absolute
		os.Link(at("a/file"), at("hard"))
		if err := replace(at("first"), "new"); err != nil {
			t.Fatal(err)
		}
		want(t, at("a/file"), "oldnew")
		want(t, at("first"), "oldnew")
		want(t, at("hard"), "old") // as the package says
		for _, link := range []string{"first", "c/second", "c/folder"} {
			if st, err := os.Lstat(at(link)); err != nil || st.Mode()&os.ModeSymlink == 0 {
				t.Errorf("%s is no link any more: %v", link, err)
			}
		}
		wantNames(t, at("a"), "b", "file")
		wantNames(t, at("c"), "folder", "second")
		wantNames(t, dir, "a", "c", "first", "hard")
	})
}

func TestOddNames(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		for _, name := range []string{"a b", "new\nline", "\xff\xfe", "-rf", "…", ".hidden", "%s", strings.Repeat("x", 255), strings.Repeat("y", 245)} {
			dir := filepath.Join(t.TempDir(), name)
			os.Mkdir(dir, 0o700)
			path := filepath.Join(dir, name)
			put(t, path, "old", 0o600)
			if err := replace(path, "new"); err != nil {
				t.Fatal(err)
			}
			want(t, path, "oldnew")
			wantNames(t, dir, name)
		}
	})
}

func TestRelativeName(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "file", "old", 0o600)
	if err := replace("file", "new"); err != nil {
		t.Fatal(err)
	}
	want(t, "file", "oldnew")
	wantNames(t, ".", "file")
}

// What the view is laid over need not be the file: a packed module is unpacked in memory.
func TestReplaceBySomethingElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	put(t, path, "old", 0o600)
	f, _ := Open(path)
	v, _ := patch.NewView(patch.Bytes("unpacked"), []patch.Edit{{Offset: 8, Insert: []byte(" and packed")}})
	if err := Replace(f, v); err != nil {
		t.Fatal(err)
	}
	want(t, path, "unpacked and packed")
}

func TestReplaceMakesWhatTheViewShows(t *testing.T) {
	r := rand.New(rand.NewSource(4))
	dir := t.TempDir()
	for range 30 {
		data := make([]byte, r.Intn(1<<20))
		r.Read(data)
		path := filepath.Join(dir, "file")
		put(t, path, string(data), 0o600)
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		var edits []patch.Edit
		for at := int64(0); at < f.Size(); at += 1 + r.Int63n(1<<18) {
			edits = append(edits, patch.Edit{Offset: at, Remove: r.Int63n(2), Insert: make([]byte, r.Intn(9000))})
		}
		v, err := patch.NewView(f, edits)
		if err != nil {
			t.Fatal(err)
		}
		shown, _ := io.ReadAll(io.NewSectionReader(v, 0, v.Size()))
		if err := Replace(f, v); err != nil {
			t.Fatal(err)
		}
		f.Close()
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, shown) {
			t.Fatalf("%d bytes written, %d shown, %v", len(got), len(shown), err)
		}
	}
}

// Of those who replace one file at once, some may lose; who is told so has not, and the file is the last winner's.
func TestManyOnOneFile(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "file")
		put(t, path, "start", 0o600)
		var group sync.WaitGroup
		var lock sync.Mutex
		won := map[string]bool{}
		for i := range 8 {
			group.Go(func() {
				for j := range 40 {
					mine := strings.Repeat(string(rune('a'+i))+string(rune('0'+j)), 5000)
					f, err := Open(path)
					if err != nil {
						t.Error(err)
						return
					}
					v, _ := patch.NewView(patch.Bytes(mine), nil)
					err = Replace(f, v)
					f.Close()
					if err != nil && !errors.Is(err, ErrChanged) {
						t.Error(err)
					}
					lock.Lock()
					won[mine] = err == nil
					lock.Unlock()
				}
			})
		}
		group.Wait()
		data, err := os.ReadFile(path)
		if err != nil || !won[string(data)] {
			t.Errorf("the file is nobody's who won (%.9q, %v)", data, err)
		}
		wantNames(t, dir, "file")
	})
}

func TestLeftoverIsCleared(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	put(t, path, "old", 0o600)
	put(t, filepath.Join(dir, ".file.sigtool-tmp"), "left by a kill", 0o600)
	if err := replace(path, "1"); err != nil {
		t.Fatal(err)
	}
	want(t, path, "old1")
	wantNames(t, dir, "file")
	// What can't be cleared is gone round.
	os.Mkdir(filepath.Join(dir, ".file.sigtool-tmp"), 0o700)
	if err := replace(path, "2"); err != nil {
		t.Fatal(err)
	}
	want(t, path, "old12")
	wantNames(t, dir, ".file.sigtool-tmp", "file")
}
