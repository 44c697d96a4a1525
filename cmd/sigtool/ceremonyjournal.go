package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sigtool/internal/fileio"
)

// journal is the file that a ceremony's transcript grows in. It is opened anew for each line, so that a stick may be pulled out in
// between and put back.
type journal struct {
	path string
	size int64 // of what was written; more or less than that in the file is somebody else's doing
}

// add adds a line, and returns when it is on the medium. What was written in part is cut off again.
func (j *journal) add(line []byte) error {
	flags := os.O_WRONLY
	if j.size == 0 {
		flags |= os.O_CREATE | os.O_EXCL
	}
	file, err := os.OpenFile(j.path, flags, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return err
	case info.Size() < j.size:
		return fmt.Errorf("%s: it is shorter than what was written to it", j.path)
	}
	if err = fileio.Reserve(file, j.size+int64(len(line))); err == nil {
		_, err = file.WriteAt(line, j.size)
	}
	if err == nil {
		err = fileio.Flush(file)
	}
	if err == nil && j.size == 0 {
		err = syncFolder(filepath.Dir(j.path))
	}
	if err != nil {
		_ = file.Truncate(j.size)
		if j.size == 0 {
			_ = os.Remove(j.path)
		}
		return err
	}
	j.size += int64(len(line))
	return nil
}

// remove takes the journal away, when the transcript stands in its place.
func (j *journal) remove() error {
	if err := os.Remove(j.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return syncFolder(filepath.Dir(j.path))
}

func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// takeUp reads a journal that another run left, and cuts off what that run was killed in the middle of.
func (j *journal) takeUp(size int) error {
	if err := os.Truncate(j.path, int64(size)); err != nil {
		return err
	}
	j.size = int64(size)
	return nil
}

// dropHalf removes the files that have nothing in them from the folder of a ceremony that was stopped. It makes none, but on a FAT whatever
// is renamed has its new name for a moment before it is behind it.
func dropHalf(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || !info.Mode().IsRegular() || info.Size() > 0 {
			continue
		}
		if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
			return err
		}
	}
	return syncFolder(folder)
}
