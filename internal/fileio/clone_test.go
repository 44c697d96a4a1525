package fileio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// A disk that has no room for two copies of a file takes the new one beside the old, if blocks are shared. It is a file
// that a child mounts in a mount namespace of its own.
func TestClone(t *testing.T) {
	tool := oracle.Need(t, "mkfs.btrfs")
	if os.Geteuid() != 0 {
		oracle.Missing(t, "the right to mount a file (root)")
	}
	dir := t.TempDir()
	image, mount := filepath.Join(dir, "image"), filepath.Join(dir, "mount")
	put(t, image, "", 0o600)
	if err := errors.Join(os.Truncate(image, 96<<20), os.Mkdir(mount, 0o700)); err != nil {
		t.Fatal(err)
	}
	oracle.Run(t, tool, "-q", "--mixed", image) // which so small a disk needs
	cmd := child("clone", image, mount)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, unix.EPERM) {
		oracle.Missing(t, "the right to mount (CAP_SYS_ADMIN)")
	}
	if bytes.Contains(out, []byte("mount: ")) { // no failure in CI either: loop devices and Btrfs are the kernel's, and nothing in a container brings them
		t.Skipf("skipped: this kernel has no loop device or no Btrfs for us: %s", out)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func roleClone(args []string) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	if out, err := exec.Command("mount", "-o", "loop", args[0], args[1]).CombinedOutput(); err != nil {
		return fmt.Errorf("mount: %v %s", err, out)
	}
	path := filepath.Join(args[1], "file")
	data := bytes.Repeat([]byte("0123456789abcdef"), 60<<20/16)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return err
	}
	unix.Sync()
	f, err := Open(path)
	if err != nil {
		return err
	}
	// The first run begins within a block, the second keeps its place in the blocks, the third does not and is short.
	v, err := patch.NewView(f, []patch.Edit{{Offset: 0, Remove: 10, Insert: make([]byte, 10)}, {Offset: 20 << 20, Insert: make([]byte, 8192)},
		{Offset: f.Size() - 5000, Insert: []byte("x")}})
	if err != nil {
		return err
	}
	if err := create(filepath.Join(args[1], "copy"), f, v, false); err != nil {
		return err
	}
	if err := holds(filepath.Join(args[1], "copy"), v); err != nil {
		return err
	}
	return Replace(f, v)
}

// holds compares a file with a view.
func holds(path string, v *patch.View) error {
	got, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	want := make([]byte, v.Size())
	if _, err := v.ReadAt(want, 0); err != nil && err != io.EOF {
		return err
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("%s: %d bytes, and not the %d that are wanted", path, len(got), len(want))
	}
	return nil
}

// sparse makes a file of several pieces that is mostly holes.
func sparse(t *testing.T) (path string, size int64) {
	t.Helper()
	path, size = filepath.Join(t.TempDir(), "large"), 3*pieceSize+12345
	put(t, path, "begin", 0o600)
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for at := int64(999); at < size; at += 1 << 20 {
		if _, err := file.WriteAt(fmt.Append(nil, at), at); err != nil {
			t.Fatal(err)
		}
	}
	return path, size
}

// Several pieces at a time make the same file, inside the kernel and outside.
func TestPieces(t *testing.T) {
	path, size := sparse(t)
	f, _ := laid(t, path)
	edits := []patch.Edit{{Offset: 7, Insert: []byte("in")}, {Offset: size - 100, Remove: 50}}
	for name, src := range map[string]patch.Source{"kernel": f, "plain": struct{ patch.Source }{f}} {
		v, err := patch.NewView(src, edits)
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(t.TempDir(), "out")
		if err := create(out, f, v, false); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := holds(out, v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A source that is cut off while several pieces of it are copied has changed.
func TestPiecesOfWhatChanged(t *testing.T) {
	path, size := sparse(t)
	_, v := laid(t, path)
	if err := os.Truncate(path, size-pieceSize); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := fill(file, v); !errors.Is(err, ErrChanged) {
		t.Errorf("%v, want ErrChanged", err)
	}
}
