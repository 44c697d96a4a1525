package fileio

import (
	"io"
	"os"

	"golang.org/x/sys/unix"

	"sigtool/internal/patch"
)

// fill writes a view to an empty file. What the view takes from a file is copied inside the kernel where it can.
func fill(dst *os.File, v *patch.View) error {
	src, _ := v.Source().(*File)
	at := int64(0)
	for _, s := range v.Spans() {
		if s.Data != nil {
			if _, err := dst.WriteAt(s.Data, at); err != nil {
				return err
			}
			at += s.Length
			continue
		}
		done := int64(0)
		if src != nil && src.file != nil {
			done = copyRange(dst, at, src.file, s.Offset, s.Length)
		}
		if err := copyPlain(dst, at+done, v, s.Length-done); err != nil {
			return err
		}
		at += s.Length
	}
	return nil
}

// copyRange copies inside the kernel (on some file systems without copying at all) and returns how far it came. Why it
// stopped does not matter: the plain copy goes on from there and meets the error itself, if there is one.
func copyRange(dst *os.File, to int64, src *os.File, from, length int64) int64 {
	done := int64(0)
	for done < length {
		n, err := unix.CopyFileRange(int(src.Fd()), &from, int(dst.Fd()), &to, int(min(length-done, 1<<30)), 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			break
		}
		done += int64(n)
	}
	return done
}

// copyPlain copies length bytes of the view, which start at the same offset there as in the file.
func copyPlain(dst *os.File, at int64, v *patch.View, length int64) error {
	if length == 0 {
		return nil
	}
	buf := make([]byte, min(length, 256<<10))
	for length > 0 {
		part := buf[:min(length, int64(len(buf)))]
		if n, err := v.ReadAt(part, at); n < len(part) {
			if err == io.ErrUnexpectedEOF {
				err = ErrChanged
			}
			return err
		}
		if _, err := dst.WriteAt(part, at); err != nil {
			return err
		}
		at += int64(len(part))
		length -= int64(len(part))
	}
	return nil
}
