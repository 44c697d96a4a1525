package media

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// What a caller must tell apart.
var (
	ErrProtected = errors.New("the stick is write-protected")
	ErrBusy      = errors.New("something still uses the stick")
	ErrNotFAT    = errors.New("not a FAT file system that can be used")
)

// options of a mounted FAT: files are their owner's alone, and no program. What is wrong with the file system makes it read-only, so that
// nothing more is lost.
const options = "fmask=0177,dmask=0077,utf8,errors=remount-ro"

// MountFAT mounts a FAT file system. To be written, it has two options more, for a stick that may be pulled out at any moment and has no journal:
//
//   - dirsync: a name that was made, changed or removed is on the stick when the call returns. Files get there by their own fsync, which each
//     output and each line of a ceremony's journal has; the option sync would do that too, once for every block, and wear the flash for nothing.
//   - flush: what nobody waits for is written when a file is closed, not half a minute later.
func MountFAT(device, target string, write bool) error {
	flags, data := uintptr(unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC|unix.MS_NOATIME), options
	if write {
		flags, data = flags|unix.MS_DIRSYNC, data+",flush"
	} else {
		flags |= unix.MS_RDONLY
	}
	switch err := unix.Mount(device, target, "vfat", flags, data); err {
	case nil:
		return nil
	case unix.EROFS, unix.EACCES:
		return ErrProtected
	case unix.EBUSY:
		return ErrBusy
	case unix.EINVAL:
		return ErrNotFAT
	case unix.ENODEV:
		return errors.New("this kernel has no FAT file system")
	default:
		return fmt.Errorf("it can't be mounted: %w", err)
	}
}

// Blank puts an empty folder that nobody can write to where sticks are mounted: with no stick there, what is written must fail and not end up in
// memory, where it is lost with the machine's power.
func Blank(target string) error {
	if err := os.MkdirAll(target, 0o700); err != nil {
		return err
	}
	return unix.Mount("tmpfs", target, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC|unix.MS_RDONLY, "size=4k,mode=0500")
}

// Unmount writes what is not written yet, and takes the stick off. The device's part of the page cache is dropped, so that what is read after
// the next mount comes from the stick.
func Unmount(device, target string) error {
	flushed := flush(target)
	switch err := unix.Unmount(target, 0); err {
	case nil:
	case unix.EBUSY:
		return ErrBusy
	default:
		return err
	}
	if err := forget(device); err != nil && flushed == nil {
		return err
	}
	return flushed
}

// flush writes what a file system still has in memory; its error is that of a write that nobody waited for.
func flush(target string) error {
	folder, err := os.Open(target)
	if err != nil {
		return err
	}
	defer folder.Close()
	return unix.Syncfs(int(folder.Fd()))
}

// forget flushes a device and drops what is kept of it in memory (BLKFLSBUF).
func forget(device string) error {
	file, err := os.OpenFile(device, os.O_RDONLY|unix.O_CLOEXEC, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, file.Fd(), unix.BLKFLSBUF, 0); errno != 0 {
		return errno
	}
	return nil
}

// Abandon takes a stick off that is not there any more: at once for those who look, and for good when the last file is closed.
func Abandon(target string) error { return unix.Unmount(target, unix.MNT_DETACH) }

// Reopen makes a mounted FAT writable again that an error of the stick had made read-only: a plug that was loose for a moment.
func Reopen(target string) error {
	var st unix.Statfs_t
	if err := unix.Statfs(target, &st); err != nil || st.Flags&unix.ST_RDONLY == 0 {
		return err
	}
	flags := uintptr(unix.MS_REMOUNT | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC | unix.MS_NOATIME | unix.MS_DIRSYNC)
	return unix.Mount("", target, "", flags, options+",flush")
}

// Free is how many bytes can still be written to a mounted file system.
func Free(target string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(target, &st); err != nil {
		return 0, err
	}
	if st.Bsize <= 0 || st.Bavail > 1<<60/uint64(st.Bsize) {
		return 1 << 60, nil
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}

// Look tells what a device holds.
func Look(d Device) (Volume, error) {
	file, err := os.OpenFile(d.Path(), os.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return Volume{Kind: Unknown}, err
	}
	defer file.Close()
	return Recognize(io.NewSectionReader(file, 0, d.Size), d.Size)
}
