package fileio

import "golang.org/x/sys/unix"

// clone lets the new file share the whole blocks of a span with the source (FICLONERANGE: Btrfs, XFS, bcachefs), which moves no byte and takes no
// room. It returns how many bytes before those blocks are still to be copied, and how many bytes are shared: none where the file system can't, or
// where the span's bytes lie otherwise in their blocks than they did.
func (c *copying) clone(from, to, length int64) (head, shared int64) {
	var st unix.Stat_t
	if c.src == nil || unix.Fstat(int(c.dst.Fd()), &st) != nil {
		return 0, 0
	}
	block := int64(st.Blksize)
	if block <= 0 || (from-to)%block != 0 {
		return 0, 0
	}
	head = (block - from%block) % block
	shared = (length - head) / block * block
	if shared <= 0 {
		return 0, 0
	}
	what := unix.FileCloneRange{Src_fd: int64(c.src.Fd()), Src_offset: uint64(from + head), Src_length: uint64(shared), Dest_offset: uint64(to + head)}
	if unix.IoctlFileCloneRange(int(c.dst.Fd()), &what) != nil { // another file system, or one that has no such thing
		return 0, 0
	}
	return head, shared
}
