package fileio

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

const accessList = "system.posix_acl_access"

// dress gives a new file the owner, attributes and mode of f. Nobody but its owner can read the new file before that,
// and nobody who could not read f can read it afterwards: what can't be kept takes rights away, never gives them.
func (f *File) dress(t *os.File) error {
	fd := int(t.Fd())
	mode := f.stat.Mode & 0o7777
	groupKept := true
	if unix.Fchown(fd, int(f.stat.Uid), int(f.stat.Gid)) != nil {
		mode &^= unix.S_ISUID | unix.S_ISGID
		groupKept = unix.Fchown(fd, -1, int(f.stat.Gid)) == nil
	}
	listKept, err := f.dressAttributes(fd, groupKept)
	if err != nil {
		return err
	}
	if !listKept { // with a list, the group bits were its mask and not the group's rights
		mode &^= 0o070
	} else if !groupKept {
		mode &= ^uint32(0o070) | mode&0o007<<3
	}
	var now unix.Stat_t
	if err := unix.Fstat(fd, &now); err != nil {
		return err
	}
	if now.Mode&0o7777 == mode { // FAT, which has one mode for all files, refuses a change
		return nil
	}
	return unix.Fchmod(fd, mode)
}

// dressAttributes copies the extended attributes that belong to the file and not to its bytes. It tells whether the new
// file has the access list of the old one, which may be none.
func (f *File) dressAttributes(fd int, groupKept bool) (listKept bool, err error) {
	inherited, err := attributes(fd)
	if err != nil {
		return false, err
	}
	for _, name := range inherited { // from the folder's default list: it could let in whom f does not
		if name == accessList {
			if err := unix.Fremovexattr(fd, accessList); err != nil {
				return false, err
			}
		}
	}
	listKept = true
	own, err := attributes(int(f.file.Fd()))
	if err != nil {
		return false, err
	}
	for _, name := range own {
		list := name == accessList
		if !list && name != "security.selinux" && !strings.HasPrefix(name, "user.") {
			continue
		}
		if list && !groupKept {
			listKept = false
			continue
		}
		err := copyAttribute(fd, int(f.file.Fd()), name)
		if err == nil {
			continue
		}
		if list {
			listKept = false
		} else if err != unix.EPERM && err != unix.EACCES && err != unix.EOPNOTSUPP {
			return false, err
		}
	}
	return listKept, nil
}

// attributes lists the names of a file's extended attributes; none where the file system has none.
func attributes(fd int) ([]string, error) {
	n, err := unix.Flistxattr(fd, nil)
	if err == unix.EOPNOTSUPP || err == nil && n == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	buf := make([]byte, n)
	if n, err = unix.Flistxattr(fd, buf); err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(buf[:n]), "\x00"), "\x00"), nil
}

func copyAttribute(to, from int, name string) error {
	n, err := unix.Fgetxattr(from, name, nil)
	if err != nil {
		return err
	}
	buf := make([]byte, n)
	if n, err = unix.Fgetxattr(from, name, buf); err != nil {
		return err
	}
	return unix.Fsetxattr(to, name, buf[:n], 0)
}
