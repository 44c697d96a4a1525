package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"sigtool/ceremony/live/disk"
	"sigtool/internal/fileio"
)

// mediumRead is an image in a file, or on a stick.
type mediumRead interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// openMedium opens an image: a file, standard input for "-", or a stick's device.
func openMedium(name string) (medium mediumRead, device bool, err error) {
	var st unix.Stat_t
	if name != "-" && unix.Stat(name, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFBLK {
		medium, err := openStick(name)
		return medium, true, err
	}
	if name == "-" {
		medium, err := fileio.Spool(os.Stdin, disk.MaxSize)
		return medium, false, err
	}
	medium, err = fileio.Open(name)
	return medium, false, err
}

// stickRead is a stick's device.
type stickRead struct {
	*os.File
	size int64
}

func (s stickRead) Size() int64 { return s.size }

// openStick opens a block device to be read, as it is: what the system kept in memory of it is let go of first, which else would be compared
// instead of what is on the stick.
func openStick(name string) (mediumRead, error) {
	file, err := os.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if errors.Is(err, fs.ErrPermission) {
		return nil, withHint(fmt.Errorf("%s: %w", name, fs.ErrPermission), "who may read disks is up to the system: sudo sigtool live verify …, or the group disk")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, errors.Unwrap(err))
	}
	var st unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFBLK {
		file.Close()
		return nil, fmt.Errorf("%s: %w: another file took its name", name, fileio.ErrChanged)
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: its size can't be told: %w", name, errors.Unwrap(err))
	}
	_ = unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED)
	return stickRead{file, size}, nil
}
