package fileio

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"

	"sigtool/internal/patch"
)

// job is one file to be written.
type job struct {
	name    string // as the caller knows it: every message starts with it
	path    string // where it goes
	perm    uint32 // mode of the new file, before the umask
	over    bool   // take the name even if it is taken
	from    *File  // what the bytes are made from; nil if from nothing
	inPlace bool   // the new file stands in for from
	fill    func(*os.File) error
}

// Replace puts the view, which lies over f, in the place of f: same mode, owner, access list and "user." attributes.
// The name f was opened by may be a symbolic link: it stays, and the file it leads to is replaced. The owner is kept
// where the system allows it; where not, the group gets no more than everybody has, and setuid and setgid are dropped.
// ErrChanged when f or its name is not what was opened; then, and after every other error, the old file is untouched.
func Replace(f *File, v *patch.View) error { return alone(StageReplace(f, v)) }

// StageReplace is the first half of Replace: see Commit. f stays open until then.
func StageReplace(f *File, v *patch.View) (*Staged, error) { return stageReplace(f, overlaid(v)) }

func stageReplace(f *File, fill func(*os.File) error) (*Staged, error) {
	if f.temp {
		return nil, named(f.name, errors.New("can't be replaced"))
	}
	j := job{name: f.name, path: f.name, perm: 0o600, over: true, from: f, inPlace: true}
	j.fill = func(file *os.File) error {
		if err := fill(file); err != nil {
			return err
		}
		return f.dress(file)
	}
	return j.stage()
}

// StageCreate begins to write the view, which lies over f, to a new file with the permissions of f (less the umask): see Commit. f stays
// open until then. A name that is taken is ErrExists; with force the file there is replaced (through a symbolic link: the one it leads
// to), but ErrIsInput when that is f itself. ErrChanged when f changed meanwhile; then nothing is written.
func StageCreate(path string, f *File, v *patch.View, force bool) (*Staged, error) {
	return stageCreate(path, f, overlaid(v), force)
}

func stageCreate(path string, f *File, fill func(*os.File) error, force bool) (*Staged, error) {
	return job{name: path, path: path, perm: f.stat.Mode & 0o777, over: force, from: f, fill: fill}.stage()
}

// WriteNew writes a small public file. A name that is taken is ErrExists; with force the file there is replaced.
func WriteNew(path string, data []byte, perm os.FileMode, force bool) error {
	return alone(job{name: path, path: path, perm: uint32(perm.Perm()), over: force, fill: write(data)}.stage())
}

// WriteSecret writes a file that its owner alone can read. It never replaces: a name that is taken is ErrExists.
func WriteSecret(path string, data []byte) error {
	return alone(job{name: path, path: path, perm: 0o600, fill: write(data)}.stage())
}

func write(data []byte) func(*os.File) error {
	return func(file *os.File) error {
		if err := reserve(file, int64(len(data)), 0); err != nil {
			return err
		}
		_, err := file.WriteAt(data, 0)
		return err
	}
}

// ignoreLimit makes a limit on the size of files (ulimit -f) an error of the write instead of the end of the process.
var ignoreLimit = sync.OnceFunc(func() { signal.Ignore(unix.SIGXFSZ) })

// follow finds the file that a name leads to through symbolic links; the name may also be free.
func follow(path string) (string, error) {
	var st unix.Stat_t
	err := unix.Stat(path, &st) // the kernel refuses links that strangers left in /tmp
	if err == unix.ENOENT && unix.Lstat(path, &st) == nil {
		return "", errors.New("a symbolic link that leads nowhere")
	}
	if err == unix.ENOENT {
		return path, nil
	}
	for range 40 {
		link, notLink := os.Readlink(path)
		if err != nil || notLink != nil {
			break
		}
		if !filepath.IsAbs(link) {
			parent, _ := filepath.Split(path)
			link = parent + link // not cleaned: "..", after a link to a folder, is that folder's parent
		}
		path = link
	}
	return path, err
}

// allowed tells whether the name may be taken.
func (j job) allowed(d *folder) error {
	there, err := d.lstat()
	if err != nil {
		return nil // free, or what is wrong shows soon
	}
	link := there.Mode&unix.S_IFMT == unix.S_IFLNK
	if err := regular(j.name, &there); err != nil && (j.over || !link) {
		return err
	}
	if !j.over {
		return ErrExists
	}
	if !j.inPlace && d.holdsSecret(&there) {
		return ErrSecret
	}
	if j.from != nil && !j.from.temp && same(&there, &j.from.stat) != j.inPlace {
		if j.inPlace {
			return ErrChanged
		}
		return ErrIsInput
	}
	return nil
}
