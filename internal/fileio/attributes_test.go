package fileio

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// acl builds the bytes of a POSIX access list: version 2, then tag, rights and id of each entry, little-endian.
func acl(entries ...[3]uint32) []byte {
	out := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range entries {
		out = binary.LittleEndian.AppendUint16(out, uint16(e[0]))
		out = binary.LittleEndian.AppendUint16(out, uint16(e[1]))
		out = binary.LittleEndian.AppendUint32(out, e[2])
	}
	return out
}

func TestAttributes(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		const none = 0xffffffff
		dir := t.TempDir()
		path := filepath.Join(dir, "file")
		put(t, path, "old", 0o640)
		if err := unix.Setxattr(path, "user.note", []byte("kept"), 0); err != nil {
			t.Skip("no extended attributes here: ", err)
		}
		// The folder lets user 7 into new files, the file does not.
		inherit := acl([3]uint32{1, 7, none}, [3]uint32{2, 7, 7}, [3]uint32{4, 5, none}, [3]uint32{16, 7, none}, [3]uint32{32, 0, none})
		if err := unix.Setxattr(dir, "system.posix_acl_default", inherit, 0); err != nil {
			t.Skip("no access lists here: ", err)
		}
		if err := replace(path, "1"); err != nil {
			t.Fatal(err)
		}
		if n, err := unix.Getxattr(path, accessList, make([]byte, 100)); err != unix.ENODATA {
			t.Fatalf("an access list of %d bytes came from the folder (%v)", n, err)
		}
		own := acl([3]uint32{1, 6, none}, [3]uint32{2, 4, 9}, [3]uint32{4, 0, none}, [3]uint32{16, 4, none}, [3]uint32{32, 0, none})
		if err := unix.Setxattr(path, accessList, own, 0); err != nil {
			t.Fatal(err)
		}
		if err := replace(path, "2"); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 200)
		n, err := unix.Getxattr(path, accessList, got)
		if err != nil || !bytes.Equal(got[:n], own) {
			t.Fatalf("access list %x (%v), want %x", got[:max(n, 0)], err, own)
		}
		if n, err = unix.Getxattr(path, "user.note", got); err != nil || string(got[:n]) != "kept" {
			t.Fatalf("attribute lost: %v", err)
		}
		if st, _ := os.Stat(path); st.Mode() != 0o640 {
			t.Fatalf("mode %o", st.Mode())
		}
		want(t, path, "old12")
	})
}
