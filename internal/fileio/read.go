package fileio

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"sigtool/internal/patch"
)

// spoolMemory is how many bytes of a stream are kept in memory before they go to a file without a name: as many as the photo of a
// paper backup may have, since no disk must get hold of that.
const spoolMemory = 64 << 20

// Spool reads a stream to its end so that it can be read at any offset: in memory while it is short, else in a
// temporary file that has no name and vanishes with the process. More than limit bytes are an error.
// The file is named "standard input".
func Spool(r io.Reader, limit int64) (*File, error) {
	f := &File{name: "standard input", temp: true}
	f.stat.Mode = unix.S_IFREG | 0o666
	head := make([]byte, min(spoolMemory, limit)+1) // one piece, of which only what is filled costs memory: growing leaves copies behind
	full, err := io.ReadFull(r, head)
	head = head[:full]
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		clear(head)
		return nil, named(f.name, err)
	}
	if int64(len(head)) > limit {
		return nil, tooLarge(f.name, limit)
	}
	if len(head) <= spoolMemory {
		f.mem = head
		return f, nil
	}
	if f.file, err = nameless(); err != nil {
		return nil, named(f.name, err)
	}
	n, err := f.file.Write(head)
	clear(head)
	if err == nil {
		var more int64
		more, err = io.Copy(f.file, io.LimitReader(r, limit-int64(n)+1))
		f.stat.Size = int64(n) + more
	}
	if err == nil && f.stat.Size > limit {
		f.file.Close()
		return nil, tooLarge(f.name, limit)
	}
	if err != nil {
		f.file.Close()
		return nil, named(f.name, err)
	}
	return f, nil
}

// nameless opens a file without a name in the folder for temporary files.
func nameless() (*os.File, error) {
	fd, err := unix.Open(os.TempDir(), unix.O_TMPFILE|unix.O_EXCL|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err == nil {
		return os.NewFile(uintptr(fd), "temporary file"), nil
	}
	file, err := os.CreateTemp("", "sigtool-*")
	if err != nil {
		return nil, err
	}
	return file, os.Remove(file.Name())
}

// ReadLimited reads a small file whole: a key, a certificate, a passphrase. It must be a regular file of at most limit bytes.
// The bytes are read into one piece of memory, so that a caller who wipes the result wipes the only copy made here.
func ReadLimited(path string, limit int64) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if f.Size() > limit {
		return nil, tooLarge(path, limit)
	}
	data := make([]byte, f.Size())
	if n, err := f.ReadAt(data, 0); n < len(data) {
		clear(data)
		if err == io.EOF {
			err = named(path, ErrChanged)
		}
		return nil, err
	}
	return data, nil
}

func tooLarge(name string, limit int64) error {
	return named(name, fmt.Errorf("larger than the %d bytes that are allowed here", limit))
}

var _ patch.Source = (*File)(nil)
