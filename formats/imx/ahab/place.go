package ahab

import (
	"bytes"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// room tells whether a container may grow to that many bytes: nothing else may stand there. Errors: formats.ErrFormat.
func room(src formats.Source, found []*container, c *container, length int) error {
	if length > 1<<16-1 {
		return noRoom(c, length, "no container has more than 65535")
	}
	end := c.at + int64(length)
	for _, other := range found {
		if other.at > c.at && other.at < end {
			return noRoom(c, length, "the next one begins at 0x%x", other.at)
		}
		for i, m := range other.images {
			if at := other.at + m.offset; m.size > 0 && at < end && at+m.size > c.at {
				return noRoom(c, length, "image %d of %s begins at 0x%x", i+1, other, at)
			}
		}
	}
	old := c.at + int64(c.length)
	if end > src.Size() {
		return noRoom(c, length, "the file ends at 0x%x", src.Size())
	}
	if old >= end {
		return nil
	}
	gap := make([]byte, end-old)
	if err := patch.ReadFull(src, gap, old); err != nil {
		return err
	}
	if n := len(gap) - len(bytes.TrimLeft(gap, "\x00")); n < len(gap) {
		return noRoom(c, length, "something that is not zero stands at 0x%x", old+int64(n))
	}
	return nil
}

func noRoom(c *container, length int, format string, args ...any) error {
	args = append([]any{length}, args...)
	return issue.New("no-room", formats.ErrFormat, "signed, it would have 0x%x bytes, and "+format, args...).
		Advise("a signature of an elliptic curve needs less room; or make the image with more before its first part")
}
