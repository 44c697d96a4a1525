// Package newc writes and reads the archive that a kernel unpacks into its first file system.
package newc

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"path"
	"regexp"
	"strings"
	"sync"
)

// An archive is members, one behind the other, each on a multiple of 4 bytes (Linux: Documentation/driver-api/early-userspace/buffer-format.rst;
// GNU cpio: "newc"). All numbers are 8 hexadecimal digits; here, capital ones.
//
//	+-----------------------------+ 0
//	| "070701"                    |
//	| inode                       | 6    1 for the first, and so on: two members with one inode would be one file under two names
//	| mode                        | 14   040000 folder, 0100000 file (octal), and the permissions
//	| user, group                 | 22, 30   0
//	| links                       | 38   folder 2, file 1
//	| time                        | 46   0
//	| size of the data            | 54
//	| device, 4 numbers           | 62   0
//	| size of the name            | 94   with the NUL
//	| sum                         | 102  0: this kind has none
//	+-----------------------------+ 110
//	| name, NUL, zeros to 4       |
//	| data, zeros to 4            |
//	+-----------------------------+
//
// The last one is called "TRAILER!!!"; its mode and inode are 0. Nothing follows it.
const (
	magic      = "070701"
	headerSize = 110
	trailer    = "TRAILER!!!"

	folderMode = 0o040000
	fileMode   = 0o100000

	maxFiles = 1024
	maxPath  = 255 // bytes; the kernel takes 4,095
)

var (
	errArchive = errors.New("it is no archive as sigtool writes it")
	errPath    = fmt.Errorf("a path has 1 to %d bytes, letters, digits and ._+,-, and goes down only", maxPath)
	plain      = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9._+,/-]+$`) })
)

// File is a file or folder of the archive.
type File struct {
	Path string // without a leading slash
	Mode uint32 // permissions; a folder has 0o40000 besides
	Data []byte
}

func (f File) folder() bool { return f.Mode&folderMode != 0 }

// check refuses what Write does not write; folders are those before it.
func (f File) check(seen map[string]bool) error {
	isFolder, there := seen[path.Dir(f.Path)]
	_, twice := seen[f.Path]
	switch {
	case !plain().MatchString(f.Path) || len(f.Path) > maxPath || path.Clean(f.Path) != f.Path || path.IsAbs(f.Path) || f.Path == "." || f.Path == ".." || strings.HasPrefix(f.Path, "../"):
		return errPath
	case twice:
		return errors.New("it is there twice")
	case strings.Contains(f.Path, "/") && (!there || !isFolder):
		return errors.New("its folder is not there before it")
	case f.Mode&^(folderMode|0o777) != 0:
		return fmt.Errorf("its mode is %o: permissions and folders only", f.Mode)
	case f.folder() && len(f.Data) > 0:
		return errors.New("a folder has data")
	case int64(len(f.Data)) > math.MaxInt32:
		return errors.New("it has more than 2 GiB")
	}
	return nil
}

// Write makes an archive: root owns all, no time stands in it, files are in the order given, a folder before what is in it.
func Write(files []File) ([]byte, error) {
	if len(files) > maxFiles {
		return nil, fmt.Errorf("an archive has at most %d files", maxFiles)
	}
	size := headerSize + len(trailer) + 4
	seen := map[string]bool{}
	for _, f := range files {
		if err := f.check(seen); err != nil {
			return nil, fmt.Errorf("%.300q: %w", f.Path, err)
		}
		seen[f.Path] = f.folder()
		size += headerSize + len(f.Path) + len(f.Data) + 8
	}
	b := make([]byte, 0, size)
	for i, f := range files {
		mode, links := f.Mode|fileMode, 1
		if f.folder() {
			mode, links = f.Mode, 2
		}
		b = appendMember(b, f.Path, uint32(i+1), mode, links, f.Data)
	}
	return appendMember(b, trailer, 0, 0, 1, nil), nil
}

func appendMember(b []byte, name string, inode, mode uint32, links int, data []byte) []byte {
	b = fmt.Appendf(b, "%s%08X%08X%08X%08X%08X%08X%08X%032X%08X%08X", magic, inode, mode, 0, 0, links, 0, len(data), 0, len(name)+1, 0)
	b = fill(append(append(b, name...), 0))
	return fill(append(b, data...))
}

// fill puts zeros behind b up to a multiple of 4.
func fill(b []byte) []byte { return append(b, make([]byte, -len(b)&3)...) }

// Read reads what Write made, and refuses all else. Data are parts of the archive, not copies.
func Read(archive []byte) ([]File, error) {
	var files []File
	for rest := archive; ; {
		f, end, err := readMember(rest)
		if err != nil {
			return nil, err
		}
		rest = rest[end:]
		if f.Path == trailer {
			break
		}
		if len(files) == maxFiles {
			return nil, errArchive
		}
		files = append(files, f)
	}
	again, err := Write(files) // what was not looked at above: the rest of the headers, what fills up, what follows
	if err != nil || !bytes.Equal(again, archive) {
		return nil, errArchive
	}
	return files, nil
}

// readMember reads the first member of b; end is where the next one begins.
func readMember(b []byte) (f File, end int, err error) {
	if len(b) < headerSize || !bytes.HasPrefix(b, []byte(magic)) {
		return f, 0, errArchive
	}
	mode, ok1 := number(b[14:])
	size, ok2 := number(b[54:])
	length, ok3 := number(b[94:])
	if !ok1 || !ok2 || !ok3 || length < 2 || length > maxPath+1 || int(length) > len(b)-headerSize {
		return f, 0, errArchive
	}
	at := (headerSize + int(length) + 3) &^ 3
	if at > len(b) || uint64(size) > uint64(len(b)-at) {
		return f, 0, errArchive
	}
	f = File{Path: string(b[headerSize : headerSize+length-1]), Mode: mode &^ fileMode}
	if size > 0 {
		f.Data = b[at : at+int(size) : at+int(size)]
	}
	if end = (at + int(size) + 3) &^ 3; end > len(b) {
		return f, 0, errArchive
	}
	return f, end, nil
}

// number reads 8 digits.
func number(b []byte) (n uint32, ok bool) {
	var raw [4]byte
	if _, err := hex.Decode(raw[:], b[:8]); err != nil {
		return 0, false
	}
	return uint32(raw[0])<<24 | uint32(raw[1])<<16 | uint32(raw[2])<<8 | uint32(raw[3]), true
}
