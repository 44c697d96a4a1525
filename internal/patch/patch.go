// Package patch lays a short list of edits over a readable source, so that the result can be read, and checked, before a byte of it is written.
package patch

import (
	"fmt"
	"io"
)

// Source is a file that is read at offsets, with its size in bytes. Reads are safe from several goroutines at once.
type Source interface {
	io.ReaderAt
	Size() int64
}

// ReadFull fills p with what stands at off. A source that ends before it is filled is an io.ErrUnexpectedEOF.
func ReadFull(src io.ReaderAt, p []byte, off int64) error {
	n, err := src.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("can't read byte %d: %w", off+int64(n), err)
}

// Edit removes Remove bytes at Offset of the source and puts Insert in their place. Offsets count in the source, before any edit.
type Edit struct {
	Offset int64
	Remove int64
	Insert []byte
}

// Span is a run of the result: Data when it is new, else Length bytes of the source at Offset.
type Span struct {
	Offset int64
	Length int64
	Data   []byte
}
