package fileio

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"sigtool/internal/oracle"
	"sigtool/internal/patch"
	"sigtool/internal/sandbox"
)

// A child mounts a small disk in a mount namespace of its own, which takes it away with it.
func TestFullAndReadOnlyDisk(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		cmd := child("disk", t.TempDir(), fmt.Sprint(unnamedFirst))
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS}
		if os.Geteuid() != 0 {
			cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
			cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
			cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
		}
		out, err := cmd.CombinedOutput()
		if errors.Is(err, unix.EPERM) || strings.Contains(string(out), "mount: ") {
			oracle.Missing(t, "the right to mount")
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	})
}

func roleDisk(args []string) error {
	dir := args[0]
	unnamedFirst = args[1] == "true"
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	path := filepath.Join(dir, "file")
	data := bytes.Repeat([]byte("0123456789"), 4000)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return err
	}
	if err := refuses(dir, data, unix.ENOSPC, replace(path, strings.Repeat("x", 40_000)), path+": no space left on device"); err != nil {
		return err
	}
	out := filepath.Join(dir, "new")
	if err := refuses(dir, data, unix.ENOSPC, WriteSecret(out, make([]byte, 40_000)), out+": no space left on device"); err != nil {
		return err
	}
	if err := fullInPieces(path, data); err != nil {
		return err
	}
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		return err
	}
	return refuses(dir, data, unix.EROFS, replace(path, "x"), path+": can't make a file in its folder: read-only file system")
}

// fullInPieces makes the file larger than the disk, of holes, so that copying it fails in several pieces.
func fullInPieces(path string, data []byte) error {
	const size = 3 * pieceSize
	if err := os.Truncate(path, size); err != nil {
		return err
	}
	if err := replace(path, "x"); !errors.Is(err, unix.ENOSPC) {
		return fmt.Errorf("in pieces: %v", err)
	}
	if st, err := os.Stat(path); err != nil || st.Size() != size {
		return fmt.Errorf("in pieces: the old file has become another: %v", err)
	}
	return os.Truncate(path, int64(len(data)))
}

// refuses checks the error, and that the folder still holds the old file alone.
func refuses(dir string, data []byte, errno unix.Errno, err error, message string) error {
	if !errors.Is(err, errno) || err.Error() != message {
		return fmt.Errorf("%q, want %q", err, message)
	}
	entries, _ := os.ReadDir(dir)
	now, err := os.ReadFile(filepath.Join(dir, "file"))
	if err != nil || !bytes.Equal(now, data) || len(entries) != 1 {
		return fmt.Errorf("%d files, %d bytes, %v; want the old one", len(entries), len(now), err)
	}
	return nil
}

func TestLimitOnFileSize(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "file"), "old", 0o600)
	if out, err := child("limit", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func roleLimit(args []string) error {
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 4096, Max: 4096}); err != nil {
		return err
	}
	path := filepath.Join(args[0], "file")
	return refuses(args[0], []byte("old"), unix.EFBIG, replace(path, strings.Repeat("x", 40_000)), path+": file too large")
}

func TestReadOnlyFolder(t *testing.T) {
	dir := openFolderFor(t, 0o755)
	path := filepath.Join(dir, "file")
	put(t, path, "old", 0o666)
	out, err := nobody(t, child("replace", path, "new")).CombinedOutput()
	if err == nil || string(out) != path+": can't make a file in its folder: permission denied\n" {
		t.Fatalf("%v, %s", err, out)
	}
	want(t, path, "old")
	wantNames(t, dir, "file")
}

// A folder that may be written in and not be read can't be flushed, and that is all.
func TestFolderThatMayNotBeRead(t *testing.T) {
	dir := openFolderFor(t, 0o733)
	path := filepath.Join(dir, "file")
	put(t, path, "old", 0o666)
	if out, err := nobody(t, child("replace", path, "new")).CombinedOutput(); err != nil {
		t.Fatalf("%v, %s", err, out)
	}
	want(t, path, "oldnew")
}

// Another user's file becomes one's own when it is replaced; nobody gets to read it who could not before.
func TestForeignOwner(t *testing.T) {
	for _, c := range []struct{ before, after uint32 }{
		{0o644, 0o644}, {0o664, 0o644}, {0o674, 0o644}, {0o604, 0o604}, {0o4755, 0o755}, {0o2775, 0o755}, {0o606, 0o606}, {0o626, 0o626}, {0o666, 0o666},
	} {
		dir := openFolderFor(t, 0o777)
		path := filepath.Join(dir, "file")
		put(t, path, "old", c.before)
		if out, err := nobody(t, child("replace", path, "new")).CombinedOutput(); err != nil {
			t.Fatalf("%o: %v, %s", c.before, err, out)
		}
		want(t, path, "oldnew")
		var st unix.Stat_t
		unix.Stat(path, &st)
		if st.Mode&0o7777 != c.after || st.Uid != 65534 {
			t.Errorf("%o became %o of %d, want %o", c.before, st.Mode&0o7777, st.Uid, c.after)
		}
	}
}

// After Harden, /proc/self belongs to root: names must be given all the same. And no system call here is denied.
func TestUnderTheSandbox(t *testing.T) {
	dir := openFolderFor(t, 0o777)
	put(t, filepath.Join(dir, "file"), "old", 0o644)
	if out, err := nobody(t, child("hardened", dir)).CombinedOutput(); err != nil {
		t.Fatalf("%v, %s", err, out)
	}
	wantNames(t, dir, "copy", "file", "secret")
	want(t, filepath.Join(dir, "file"), "oldnew")
	want(t, filepath.Join(dir, "copy"), "oldnew")
}

func roleHardened(args []string) error {
	if err := sandbox.Harden(); err != nil {
		return err
	}
	if err := sandbox.DenyNetwork(); err != nil {
		return err
	}
	path := filepath.Join(args[0], "file")
	if err := replace(path, "new"); err != nil {
		return err
	}
	f, err := Open(path)
	if err != nil {
		return err
	}
	v, err := patch.NewView(f, nil)
	if err != nil {
		return err
	}
	if err := create(filepath.Join(args[0], "copy"), f, v, false); err != nil {
		return err
	}
	return WriteSecret(filepath.Join(args[0], "secret"), []byte("x"))
}
