package zipdir

import (
	"bufio"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"
	"sync"

	"sigtool/internal/patch"
)

// Open reads the entry's content, unpacked. Its Read fails with ErrFormat where size or CRC-32 are not what the record says, and never gives
// more bytes than the record says. It holds 80 KiB or less until it is closed.
func (a *Archive) Open(src patch.Source, e *Entry) (io.ReadCloser, error) {
	if e.Method != Stored && e.Method != Deflated && !a.Android {
		return nil, damaged("%.300q: compressed by the unknown method %d", e.Name, e.Method)
	}
	l, err := a.Local(src, e)
	if err != nil {
		return nil, err
	}
	data := io.NewSectionReader(src, l.Data, e.Packed())
	r := &reader{entry: e, left: e.Size, in: data, noCRC: a.Android}
	if e.Method != Stored {
		r.unpacker = unpackers.Get().(*unpacker)
		r.unpacker.reset(data)
		r.in = r.unpacker.flate
	}
	return r, nil
}

// ReadAll returns the entry's content, unpacked, of at most limit bytes. Errors: ErrFormat.
func (a *Archive) ReadAll(src patch.Source, e *Entry, limit int64) ([]byte, error) {
	if e.Size > limit {
		return nil, damaged("%.300q: it has %d bytes, and more than %d are too many", e.Name, e.Size, limit)
	}
	r, err := a.Open(src, e)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var content []byte
	buf := make([]byte, min(e.Size+1, 32<<10)) // grown by what really comes: the size is only a claim
	for {
		n, err := r.Read(buf)
		content = append(content, buf[:n]...)
		if err == io.EOF {
			return content, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// unpacker is the large part of a reader, used again.
type unpacker struct {
	buf   *bufio.Reader
	flate io.ReadCloser
}

var unpackers = sync.Pool{New: func() any {
	buf := bufio.NewReaderSize(nil, 16<<10)
	return &unpacker{buf, flate.NewReader(buf)}
}}

func (u *unpacker) reset(in io.Reader) {
	u.buf.Reset(in)
	u.flate.(flate.Resetter).Reset(u.buf, nil)
}

// reader gives an entry's content and checks it on the way.
type reader struct {
	entry    *Entry
	in       io.Reader
	unpacker *unpacker
	left     int64 // bytes still to come
	crc      uint32
	noCRC    bool
	err      error // what every further Read says
}

func (r *reader) Read(p []byte) (int, error) {
	if r.err != nil || len(p) == 0 {
		return 0, r.err
	}
	if r.left == 0 {
		r.err = r.atEnd()
		return 0, r.err
	}
	n, err := r.in.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	r.crc = crc32.Update(r.crc, crc32.IEEETable, p[:n])
	switch {
	case err == io.EOF && r.left > 0:
		r.err = damaged("%.300q: its data ends %d bytes early", r.entry.Name, r.left)
	case err != nil && err != io.EOF:
		r.err = r.failed(err)
	}
	return n, r.err
}

// atEnd is called when all bytes have come: there may not be another one.
func (r *reader) atEnd() error {
	var more [1]byte
	n, err := io.ReadFull(r.in, more[:])
	switch {
	case n > 0:
		return damaged("%.300q: it has more than %d bytes", r.entry.Name, r.entry.Size)
	case err != io.EOF:
		return r.failed(err)
	case !r.noCRC && r.crc != r.entry.CRC32:
		return damaged("%.300q: its CRC-32 is %08x, not %08x", r.entry.Name, r.crc, r.entry.CRC32)
	}
	return io.EOF
}

// failed tells bad data from a file that can't be read.
func (r *reader) failed(err error) error {
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) || errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged("%.300q: its data can't be unpacked: %v", r.entry.Name, err)
	}
	return err
}

// Close gives back what the reader held. Reads fail afterwards.
func (r *reader) Close() error {
	if r.unpacker != nil {
		r.unpacker.buf.Reset(nil) // so that it does not hold the file
		unpackers.Put(r.unpacker)
		r.unpacker = nil
	}
	if r.err == nil {
		r.err = errors.New("read from an entry that was closed")
	}
	r.in = nil
	return nil
}
