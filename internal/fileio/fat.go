package fileio

import (
	"os"

	"golang.org/x/sys/unix"
)

// A FAT has no journal of its own. What says of a file how long it is, its entry in the folder, and what says where it is, its chain in the table, are
// written one after the other; fsync(2) has the entry first. A stick that loses its power in between has a file that is longer than its chain: Linux
// refuses to read the end of it, and from then on to write anything. The other way round nothing is lost, a chain that is too long.
//
//	fsync    data, entry, [power fails] table     the file ends where the table knows of nothing
//	syncfs   data, table, [power fails] entry     the file is as long as before

// reserved is what a file that grows on a FAT is given ahead, in bytes: a stick has its blocks in pieces of that.
const reserved = 4 << 10

// Flush returns when a file, all of it, is on the medium.
func Flush(file *os.File) error {
	if onFAT(file) { // syncfs writes a device's blocks by their numbers: the table stands before every folder, but for that of a FAT16 in its own place
		if err := unix.Syncfs(int(file.Fd())); err != nil {
			return err
		}
	}
	return file.Sync()
}

// Reserve makes room for a file to grow to a size and some more, before it does: where that matters, on a FAT, its table has the room on the medium when
// Reserve returns. The file is as long as before.
func Reserve(file *os.File, size int64) error { return reserve(file, size, reserved) }

func reserve(file *os.File, size, ahead int64) error {
	var st unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &st); err != nil || st.Blocks*512 >= size || !onFAT(file) {
		return err
	}
	if err := file.Truncate(st.Size); err != nil { // a chain that is too long already is cut; Linux would find fault with it
		return err
	}
	err := unix.Fallocate(int(file.Fd()), unix.FALLOC_FL_KEEP_SIZE, 0, size+ahead)
	if err == unix.ENOSPC && ahead > 0 { // what is there was taken, and may do
		err = unix.Fallocate(int(file.Fd()), unix.FALLOC_FL_KEEP_SIZE, 0, size)
	}
	if err != nil {
		_ = file.Truncate(st.Size)
		return err
	}
	return Flush(file)
}

func onFAT(file *os.File) bool {
	var st unix.Statfs_t
	return unix.Fstatfs(int(file.Fd()), &st) == nil && st.Type == unix.MSDOS_SUPER_MAGIC
}
