// Package untar reads tar archives of plain files and nothing else: where its members stand is told to the byte, and what two readers could take for
// different files is refused.
package untar

import (
	"errors"
	"fmt"
	"io"

	"sigtool/formats"
	"sigtool/internal/issue"
)

const (
	block    = 512
	maxBlank = 1 << 20 // zeros behind the archive, in bytes
)

// ErrDamaged is an archive whose bytes are not as they were written. What nobody writes by chance is a formats.ErrFormat, with a name.
var ErrDamaged = errors.New("the archive is damaged")

// Member is a file in an archive. Offsets count from where the reader began.
type Member struct {
	Name       string // without a "..", a leading or a double slash, and without control characters
	Size       int64
	Start, End int64 // from its header to the next one's
}

// Reader reads one archive from its beginning to the end of what it is given, members in their order. A member's bytes are read from it, or passed over: by
// seeking, where the source is an io.Seeker.
type Reader struct {
	in   io.Reader
	at   int64 // where in stands
	left int64 // bytes of the member that were not read
	pad  int64 // zeros behind it
}

// NewReader returns a reader of the archive.
func NewReader(in io.Reader) *Reader { return &Reader{in: in} }

// Next goes to the next member. At the end, where nothing but zeros may follow, it returns io.EOF.
// Errors: ErrDamaged, formats.ErrFormat, and what reading gives.
func (r *Reader) Next() (Member, error) {
	if err := r.pass(); err != nil {
		return Member{}, err
	}
	m := Member{Start: r.at}
	h, err := r.header()
	if err != nil {
		return m, err
	}
	if h == nil {
		return m, r.finish()
	}
	if h.kind == kindPAX {
		if h, err = r.extended(h); err != nil {
			return m, err
		}
	}
	if err := CheckName(h.name); err != nil {
		return m, err
	}
	m.Name, m.Size, r.left = h.name, h.size, h.size
	r.pad = (block - h.size%block) % block
	m.End = r.at + r.left + r.pad
	return m, nil
}

// Read reads bytes of the member.
func (r *Reader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n, err := r.in.Read(p[:min(int64(len(p)), r.left)])
	r.at += int64(n)
	r.left -= int64(n)
	if err == io.EOF {
		err = nil
		if r.left > 0 {
			err = errShort
		}
	}
	return n, err
}

var errShort = fmt.Errorf("%w: it ends early", ErrDamaged)

// Content reads the whole member, which may have limit bytes.
func (r *Reader) Content(limit int64) ([]byte, error) {
	if r.left > limit {
		return nil, issue.New("member-too-large", formats.ErrFormat, "a member of %d bytes, which may have %d", r.left, limit)
	}
	data := make([]byte, r.left)
	_, err := io.ReadFull(r, data)
	return data, err
}

// pass goes to the end of the member. Behind it stand zeros up to a whole block.
func (r *Reader) pass() error {
	if seeker, ok := r.in.(io.Seeker); ok {
		if _, err := seeker.Seek(r.left, io.SeekCurrent); err != nil {
			return err
		}
		r.at, r.left = r.at+r.left, 0
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	var padding [block]byte
	rest := padding[:r.pad]
	if err := r.fill(rest); err != nil {
		return err
	}
	r.pad = 0
	if !blank(rest) {
		return fmt.Errorf("%w: the padding is not zero", ErrDamaged)
	}
	return nil
}

// fill reads exactly len(p) bytes.
func (r *Reader) fill(p []byte) error {
	n, err := io.ReadFull(r.in, p)
	r.at += int64(n)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = errShort
	}
	return err
}

// finish makes sure that behind the first of the blocks of zeros at the end there is a second, and then only zeros.
func (r *Reader) finish() error {
	var second [block]byte
	if err := r.fill(second[:]); err != nil {
		return err
	}
	if !blank(second[:]) {
		return fmt.Errorf("%w: something stands behind its end", ErrDamaged)
	}
	buffer := make([]byte, 16*block)
	for total := 0; ; {
		n, err := r.in.Read(buffer)
		r.at += int64(n)
		if total += n; total > maxBlank {
			return issue.New("long-end", formats.ErrFormat, "more than %d MiB stand behind the archive's end", maxBlank>>20)
		}
		if !blank(buffer[:n]) {
			return fmt.Errorf("%w: something stands behind its end", ErrDamaged)
		}
		if err != nil {
			return err // io.EOF too
		}
	}
}

func blank(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
