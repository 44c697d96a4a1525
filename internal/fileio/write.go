package fileio

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"

	"sigtool/internal/patch"
)

// job is one file to be written.
type job struct {
	name string // as the caller knows it: every message starts with it
	path string // where it goes
	perm uint32 // mode of the new file, before the umask
	over bool   // take the name even if it is taken
	fill func(*os.File) error
	// check is the last word before the file takes the name. It may be nil.
	check func(*folder) error
}

// Replace puts the view, which lies over f, in the place of f: same mode, owner, access list and "user." attributes.
// The name f was opened by may be a symbolic link: it stays, and the file it leads to is replaced. The owner is kept
// where the system allows it; where not, the group gets no more than everybody has, and setuid and setgid are dropped.
// ErrChanged when f or its name is not what was opened; then, and after every other error, the old file is untouched.
func Replace(f *File, v *patch.View) error {
	if f.temp {
		return named(f.name, errors.New("can't be replaced"))
	}
	path, err := filepath.EvalSymlinks(f.name)
	if err != nil {
		return named(f.name, ErrChanged)
	}
	return job{
		name: f.name, path: path, perm: 0o600, over: true,
		fill: func(file *os.File) error {
			if err := fill(file, v); err != nil {
				return err
			}
			return f.dress(file)
		},
		check: func(d *folder) error {
			if there, err := d.lstat(); err != nil || !same(&there, &f.stat) {
				return ErrChanged
			}
			return f.Unchanged()
		},
	}.run()
}

// Create writes the view, which lies over f, to a new file with the permissions of f (less the umask).
// A name that is taken is ErrExists; with force the file there is replaced (through a symbolic link: the one it leads
// to), but ErrIsInput when that is f itself. ErrChanged when f changed meanwhile; then nothing is written.
func Create(path string, f *File, v *patch.View, force bool) error {
	j := job{name: path, path: path, perm: f.stat.Mode & 0o777, over: force}
	j.fill = func(file *os.File) error { return fill(file, v) }
	j.check = func(d *folder) error {
		if there, err := d.lstat(); err == nil && !f.temp && same(&there, &f.stat) {
			return ErrIsInput
		}
		return f.Unchanged()
	}
	return j.run()
}

// WriteNew writes a small public file. A name that is taken is ErrExists; with force the file there is replaced.
func WriteNew(path string, data []byte, perm os.FileMode, force bool) error {
	return job{name: path, path: path, perm: uint32(perm.Perm()), over: force, fill: write(data)}.run()
}

// WriteSecret writes a file that its owner alone can read. It never replaces: a name that is taken is ErrExists.
func WriteSecret(path string, data []byte) error {
	return job{name: path, path: path, perm: 0o600, fill: write(data)}.run()
}

func write(data []byte) func(*os.File) error {
	return func(file *os.File) error {
		_, err := file.WriteAt(data, 0)
		return err
	}
}

// ignoreLimit makes a limit on the size of files (ulimit -f) an error of the write instead of the end of the process.
var ignoreLimit = sync.OnceFunc(func() { signal.Ignore(unix.SIGXFSZ) })

// run writes the file under no name, or a temporary one, flushes it and gives it its name.
func (j job) run() error {
	ignoreLimit()
	if j.over {
		path, err := filepath.EvalSymlinks(j.path)
		if err == nil {
			j.path = path
		}
	}
	d, err := openFolder(j.path)
	if err != nil {
		return named(j.name, err)
	}
	defer d.dir.Close()
	if there, err := d.lstat(); err == nil { // know it before the work is done
		link := there.Mode&unix.S_IFMT == unix.S_IFLNK
		if err := regular(j.name, &there); err != nil && (j.over || !link) {
			return err
		}
		if !j.over {
			return named(j.name, ErrExists)
		}
	}
	err = j.try(d, true)
	if err == errNoLink {
		err = j.try(d, false)
	}
	if err != nil {
		return named(j.name, err)
	}
	if err := d.flush(); err != nil {
		return named(j.name, fmt.Errorf("written, but its folder could not be flushed to the disk: %w", err))
	}
	return nil
}

func (j job) try(d *folder, unnamed bool) error {
	t, err := d.create(j.perm, unnamed)
	if err != nil {
		return err
	}
	defer t.discard()
	if err := j.fill(t.File); err != nil {
		return err
	}
	if err := t.Sync(); err != nil {
		return err
	}
	if j.check != nil {
		if err := j.check(d); err != nil {
			return err
		}
	}
	if j.over {
		return t.replace()
	}
	return t.put()
}
