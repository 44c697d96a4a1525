package secret

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// mapPages returns at least n zero bytes of their own pages, outside the Go heap, and whether they are locked into memory.
func mapPages(n int) ([]byte, bool) {
	pages, err := unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		panic(fmt.Sprintf("secret: no memory for %d bytes: %v", n, err))
	}
	// Advice the kernel doesn't know (WIPEONFORK is of 4.14) is no reason to stop: the program also forbids core dumps and never forks
	// without exec.
	_ = unix.Madvise(pages, unix.MADV_DONTDUMP)
	_ = unix.Madvise(pages, unix.MADV_WIPEONFORK)
	return pages, unix.Mlock(pages) == nil
}

// unmapPages also unlocks.
func unmapPages(pages []byte) {
	if err := unix.Munmap(pages); err != nil {
		panic(fmt.Sprintf("secret: memory that was mapped here can't be unmapped: %v", err))
	}
}
