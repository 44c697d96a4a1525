package fileio

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// folder is an open folder and a name in it. What is done through it stays in this folder even if it is renamed meanwhile.
type folder struct {
	dir  *os.File
	base string
	sync bool // false: it may be written in, but not read, and so not flushed
}

// openFolder opens the folder of a path.
func openFolder(path string) (*folder, error) {
	parent, base := filepath.Split(path)
	if base == "" || base == "." || base == ".." {
		return nil, fmt.Errorf("%w but a folder", ErrNotRegular)
	}
	if parent == "" {
		parent = "."
	}
	d := &folder{base: base, sync: true}
	fd, err := unix.Open(parent, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err == unix.EACCES {
		d.sync = false
		fd, err = unix.Open(parent, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	}
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", filepath.Clean(parent), err)
	}
	d.dir = os.NewFile(uintptr(fd), parent)
	return d, nil
}

func (d *folder) fd() int { return int(d.dir.Fd()) }

// lstat looks at the folder's name without following a symbolic link.
func (d *folder) lstat() (st unix.Stat_t, err error) {
	err = unix.Fstatat(d.fd(), d.base, &st, unix.AT_SYMLINK_NOFOLLOW)
	return st, err
}

// flush makes the folder's names last. Some file systems can't, and keep them in their own way.
func (d *folder) flush() error {
	if !d.sync {
		return nil
	}
	err := d.dir.Sync()
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EOPNOTSUPP) {
		return nil
	}
	return err
}

// inode names a folder whatever its path.
type inode struct{ device, number uint64 }

// flushOnce flushes the folder unless it is among those flushed, and returns what came of it.
func (d *folder) flushOnce(flushed map[inode]error) error {
	var st unix.Stat_t
	if err := unix.Fstat(d.fd(), &st); err != nil {
		return err
	}
	key := inode{st.Dev, st.Ino}
	if _, done := flushed[key]; !done {
		flushed[key] = d.flush()
	}
	if err := flushed[key]; err != nil {
		return fmt.Errorf("written, but its folder could not be flushed to the disk: %w", err)
	}
	return nil
}

// temp is a file on its way to a name in its folder.
type temp struct {
	*os.File
	folder *folder
	name   string // empty while it has none
}

// errNoLink says that a file without a name can't be given one here (no /proc): begin again with a name.
var errNoLink = errors.New("can't link")

// create makes a file that has no name, or, where that can't be or is not wanted, one with a random name.
func (d *folder) create(perm uint32, unnamed bool) (*temp, error) {
	if unnamed {
		fd, err := unix.Openat(d.fd(), ".", unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, perm)
		switch err {
		case nil:
			return &temp{os.NewFile(uintptr(fd), "temporary file"), d, ""}, nil
		case unix.EOPNOTSUPP, unix.EISDIR, unix.EINVAL:
		default:
			return nil, fmt.Errorf("can't make a file in its folder: %w", err)
		}
	}
	name := ".sigtool-" + strings.ToLower(rand.Text()[:16])
	fd, err := unix.Openat(d.fd(), name, unix.O_CREAT|unix.O_EXCL|unix.O_RDWR|unix.O_CLOEXEC|unix.O_NOFOLLOW, perm)
	if err != nil {
		return nil, fmt.Errorf("can't make a file in its folder: %w", err)
	}
	return &temp{os.NewFile(uintptr(fd), "temporary file"), d, name}, nil
}

// link gives a file without a name a name that is free.
func (t *temp) link(name string) error {
	fd := int(t.Fd())
	err := unix.Linkat(fd, "", t.folder.fd(), name, unix.AT_EMPTY_PATH)
	if err != nil && err != unix.EEXIST { // before Linux 6.10 that was for root alone
		err = unix.Linkat(unix.AT_FDCWD, fmt.Sprintf("/proc/self/fd/%d", fd), t.folder.fd(), name, unix.AT_SYMLINK_FOLLOW)
	}
	switch err {
	case unix.ENOENT, unix.EPERM, unix.EACCES, unix.EXDEV, unix.EOPNOTSUPP, unix.EINVAL:
		return errNoLink
	}
	return err
}

// put gives the file its name in the folder if that name is free, and returns ErrExists if it is not.
func (t *temp) put() error {
	fd, base := t.folder.fd(), t.folder.base
	var err error
	if t.name == "" {
		err = t.link(base)
	} else if err = unix.Renameat2(fd, t.name, fd, base, unix.RENAME_NOREPLACE); err == nil {
		t.name = ""
	} else if err != unix.EEXIST { // a file system that has no such rename has hard links
		err = unix.Linkat(fd, t.name, fd, base, 0)
	}
	if err == unix.EEXIST {
		return ErrExists
	}
	return err
}

// replace gives the file its name in the folder, whatever had it before.
//
// A file without a name first gets the one name that belongs to its target, so that what a killed run leaves there is
// cleared by the next. Two runs on one target can then take that name from each other and move each other's file: each
// of these is complete, and the look afterwards tells whose it was.
func (t *temp) replace() error {
	fd, base := t.folder.fd(), t.folder.base
	if t.name != "" {
		err := unix.Renameat(fd, t.name, fd, base)
		if err == nil {
			t.name = ""
		}
		return err
	}
	name := "." + base + ".sigtool-tmp"
	err := t.link(name)
	for range 10 {
		if err != unix.EEXIST || unix.Unlinkat(fd, name, 0) != nil {
			break
		}
		err = t.link(name)
	}
	if err == unix.EEXIST || err == unix.ENAMETOOLONG {
		return errNoLink
	}
	if err != nil {
		return err
	}
	err = unix.Renameat(fd, name, fd, base)
	if err != nil && err != unix.ENOENT {
		unix.Unlinkat(fd, name, 0)
		return err
	}
	var mine unix.Stat_t
	if err := unix.Fstat(int(t.Fd()), &mine); err != nil {
		return err
	}
	if there, err := t.folder.lstat(); err != nil || !same(&there, &mine) {
		return ErrChanged
	}
	return nil
}

// discard closes the file; what still has only a temporary name is removed.
func (t *temp) discard() {
	if t.name != "" {
		unix.Unlinkat(t.folder.fd(), t.name, 0)
	}
	t.Close()
}
