package fileio

import (
	"sync"

	"golang.org/x/sys/unix"
)

// Staged is a file that is written, but not flushed and not in its place yet. It holds two open files, and the one it was made from
// stays open with it. Commit or Discard ends it.
type Staged struct {
	job
	folder *folder
	temp   *temp
}

// flushers is how many files are flushed at a time: the disk takes them together.
const flushers = 16

// unnamedFirst is turned off by tests, which have no file system without O_TMPFILE at hand.
var unnamedFirst = true

// stage writes the file under no name, or a temporary one, and has the disk begin with it.
func (j job) stage() (*Staged, error) {
	ignoreLimit()
	if j.over {
		path, err := follow(j.path)
		if err != nil {
			return nil, named(j.name, err)
		}
		j.path = path
	}
	d, err := openFolder(j.path)
	if err != nil {
		return nil, named(j.name, err)
	}
	s := &Staged{job: j, folder: d}
	err = j.allowed(d) // known before the work is done
	if err == nil {
		err = s.write(unnamedFirst)
	}
	if err != nil {
		s.Discard()
		return nil, named(j.name, err)
	}
	return s, nil
}

func (s *Staged) write(unnamed bool) error {
	t, err := s.folder.create(s.perm, unnamed)
	if err != nil {
		return err
	}
	s.temp = t
	if err := s.fill(t.File); err != nil {
		return err
	}
	_ = unix.SyncFileRange(int(t.Fd()), 0, 0, unix.SYNC_FILE_RANGE_WRITE) // a head start; the flush is what counts
	return nil
}

// Discard forgets a staged file; what has its name already keeps it. It may be called again.
func (s *Staged) Discard() {
	if s.temp != nil {
		s.temp.discard()
		s.temp = nil
	}
	s.folder.dir.Close()
}

// Commit puts staged files in their places: it flushes them all, then gives each its name, then flushes each folder once. Many files
// together cost the disk much less than one at a time. There is an error, or nil, for each; one file's does not touch the others.
func Commit(staged []*Staged) []error {
	errs := make([]error, len(staged))
	flushAll(staged, errs)
	for i, s := range staged {
		if errs[i] == nil {
			errs[i] = s.place()
		}
	}
	flushed := map[inode]error{}
	for i, s := range staged {
		if errs[i] == nil {
			errs[i] = s.folder.flushOnce(flushed)
		}
		if errs[i] != nil {
			errs[i] = named(s.name, errs[i])
		}
		s.Discard()
	}
	return errs
}

// flushAll flushes the staged files, some at a time.
func flushAll(staged []*Staged, errs []error) {
	var group sync.WaitGroup
	slots := make(chan struct{}, flushers)
	for i, s := range staged {
		slots <- struct{}{}
		group.Go(func() {
			errs[i] = Flush(s.temp.File)
			<-slots
		})
	}
	group.Wait()
}

// place gives the flushed file its name, unless what it was made from, or what stands there, changed meanwhile.
func (s *Staged) place() error {
	err := s.rename()
	if err != errNoLink {
		return err
	}
	unnamed := s.temp
	err = s.write(false)
	unnamed.discard() // not before: it may be what the other one is filled from
	if err != nil {
		return err
	}
	if err := Flush(s.temp.File); err != nil {
		return err
	}
	return s.rename()
}

func (s *Staged) rename() error {
	if s.from != nil {
		if err := s.from.Unchanged(); err != nil {
			return err
		}
	}
	if !s.over {
		return s.temp.put()
	}
	if there, err := s.folder.lstat(); s.inPlace && (err != nil || !same(&there, &s.from.stat)) {
		return ErrChanged
	}
	return s.temp.replace()
}

// alone commits the one file that was staged.
func alone(s *Staged, err error) error {
	if err != nil {
		return err
	}
	return Commit([]*Staged{s})[0]
}
