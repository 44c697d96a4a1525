package fileio

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"sigtool/internal/patch"
)

// File is a file that was opened to be read: a patch.Source whose size is the one it had when it was opened.
type File struct {
	name string
	file *os.File    // nil when the bytes are in memory
	mem  patch.Bytes // what was spooled, when it is short
	stat unix.Stat_t // as it was when it was opened
	temp bool        // spooled: no name leads to it
}

// Open opens a regular file to be read; symbolic links are followed. Anything else (folder, FIFO, device, socket) is
// refused with ErrNotRegular, without being opened: a FIFO does not block and a device notices nothing.
func Open(path string) (*File, error) {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return nil, named(path, err)
	}
	if err := regular(path, &st); err != nil {
		return nil, err
	}
	// Something else may have taken the name since: hence O_NONBLOCK, and a second look.
	file, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, named(path, err)
	}
	f := &File{name: path, file: file}
	if err := unix.Fstat(int(file.Fd()), &f.stat); err != nil {
		file.Close()
		return nil, named(path, err)
	}
	if err := regular(path, &f.stat); err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

// regular refuses what is not a regular file, and says what it is.
func regular(name string, st *unix.Stat_t) error {
	what := "special file"
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		return nil
	case unix.S_IFDIR:
		what = "folder"
	case unix.S_IFIFO:
		what = "FIFO"
	case unix.S_IFSOCK:
		what = "socket"
	case unix.S_IFCHR, unix.S_IFBLK:
		what = "device"
	case unix.S_IFLNK:
		what = "symbolic link"
	}
	return named(name, fmt.Errorf("%w but a %s", ErrNotRegular, what))
}

// Name returns the name the file was opened by.
func (f *File) Name() string { return f.name }

// Size returns the size in bytes when the file was opened.
func (f *File) Size() int64 {
	if f.file == nil {
		return f.mem.Size()
	}
	return f.stat.Size
}

// ReadAt reads at an offset, as io.ReaderAt says. What was added since the file was opened is not read.
func (f *File) ReadAt(p []byte, off int64) (int, error) {
	if f.file == nil {
		return f.mem.ReadAt(p, off)
	}
	if off < 0 {
		return 0, named(f.name, errors.New("read at a negative offset"))
	}
	left := max(0, f.stat.Size-off)
	short := int64(len(p)) > left
	if short {
		p = p[:left]
	}
	n, err := f.file.ReadAt(p, off)
	if err != nil && err != io.EOF {
		return n, named(f.name, err)
	}
	if err == nil && short {
		err = io.EOF
	}
	return n, err
}

// Close closes the file. What was spooled is gone afterwards, and wiped where it was in memory.
func (f *File) Close() error {
	if f.file == nil {
		clear(f.mem)
		f.mem = nil
		return nil
	}
	return f.file.Close()
}

// Unchanged returns ErrChanged when the file was written to, or its name leads to another file, since it was opened.
// Spooled input can't change.
func (f *File) Unchanged() error {
	if f.temp {
		return nil
	}
	var now, there unix.Stat_t
	if err := unix.Fstat(int(f.file.Fd()), &now); err != nil {
		return named(f.name, err)
	}
	if unix.Stat(f.name, &there) != nil || !same(&there, &f.stat) || !untouched(&now, &f.stat) {
		return named(f.name, ErrChanged)
	}
	return nil
}

// same tells whether two looks saw one file.
func same(a, b *unix.Stat_t) bool { return a.Dev == b.Dev && a.Ino == b.Ino }

// untouched tells whether a file still is as it was. The time of its last change (ctime) also shows a write whose
// modification time was set back; but making or removing a hard link moves it too, as when two names of one file are
// replaced in one run, so it counts only while the number of links is the same.
func untouched(now, then *unix.Stat_t) bool {
	return now.Size == then.Size && now.Mtim == then.Mtim && now.Mode == then.Mode && now.Uid == then.Uid && now.Gid == then.Gid &&
		(now.Ctim == then.Ctim || now.Nlink != then.Nlink)
}
