package formatstest

import (
	"io"

	"sigtool/formats"
)

// counting is a source that knows how much of it was read.
type counting struct {
	formats.Source
	read int64
}

func (c *counting) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.Source.ReadAt(p, at)
	c.read += int64(n)
	return n, err
}

// sparse is a head with zeros behind it up to a size.
type sparse struct {
	head []byte
	size int64
}

func (s sparse) Size() int64 { return s.size }

func (s sparse) ReadAt(p []byte, at int64) (int, error) {
	if at >= s.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), s.size-at))
	copied := 0
	if at < int64(len(s.head)) {
		copied = copy(p[:n], s.head[at:])
	}
	clear(p[copied:n])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
