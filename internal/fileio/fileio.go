// Package fileio opens files without surprises and writes them whole or not at all: whatever happens, a name holds the old bytes or the new ones.
//
// What stays the same is shared with the old file where the file system can (Btrfs, XFS), else copied inside the kernel.
// New bytes go to a file without a name (O_TMPFILE) in the folder of the target, are flushed to the disk, and only then
// take the name, in one rename; then the folder is flushed. A run that is killed leaves nothing behind, but for the some
// ten microseconds of the two system calls that give the file its name: then a complete ".NAME.sigtool-tmp" is left
// beside NAME, which the next run on NAME clears away. Where there is no O_TMPFILE (FAT, NFS, most of FUSE) the new
// bytes are gathered under ".sigtool-XXXXXXXXXXXXXXXX" in the same folder, and a kill leaves that file behind.
//
// What is not promised:
//   - Replace makes a new file: other hard links of the old one keep the old bytes.
//   - Between the last look at the target and the rename lies a moment in which another program can still change the
//     target; its change is then lost.
//   - Extended attributes other than POSIX access lists, SELinux labels and "user." ones are dropped, and so are file
//     capabilities and IMA signatures, which vouch for the old bytes.
//   - A power cut is survived as far as the file system and the disk keep the word they give to fsync. Network file
//     systems and FUSE often do not, and FAT has no journal: there the folder itself can be damaged.
//   - FAT knows no owners and modes: who can read a file there is up to the mount.
package fileio

import (
	"errors"
	"os"
)

// What a caller must tell apart. Every message that wraps them starts with the name of the file.
var (
	ErrExists     = errors.New("a file of this name is already there")
	ErrChanged    = errors.New("the file changed while it was in use")
	ErrNotRegular = errors.New("not a regular file")
	ErrIsInput    = errors.New("the output is the input itself")
	ErrSecret     = errors.New("there is a file that looks like a secret, which is never overwritten")
)

// fileError is an error with the name of its file before it.
type fileError struct {
	name string
	err  error
}

func (e *fileError) Error() string { return e.name + ": " + e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

// named puts the file's name before an error that has none yet, in place of the system call and the paths that package os adds.
func named(name string, err error) error {
	var done *fileError
	var path *os.PathError
	var call *os.SyscallError
	switch {
	case errors.As(err, &done):
		return err
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &call):
		err = call.Err
	}
	if name == "" {
		name = `""`
	}
	return &fileError{name, err}
}
