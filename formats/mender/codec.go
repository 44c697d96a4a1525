package mender

import (
	"bufio"
	"context"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/mikelolasagasti/xz"

	"sigtool/formats"
)

// codec is a compression, which the ending of a member's name tells.
type codec struct {
	name, ending string
	open         func(*bufio.Reader) (io.ReadCloser, error) // to be read to its end, where its own sums are checked
}

// maxDictionary is how far back a stream may reach, in bytes: 64 MiB is what mender-artifact and `xz -9` write. Reading one takes as much memory.
const maxDictionary = 64 << 20

// maxWindow is the same for zstd, whose own tools refuse more.
const maxWindow = 128 << 20

var codecs = []codec{
	{"none", "", func(in *bufio.Reader) (io.ReadCloser, error) { return io.NopCloser(in), nil }},
	{"gzip", ".gz", func(in *bufio.Reader) (io.ReadCloser, error) {
		// It takes streams that compress/gzip refuses, and 0.6 of its time. That is good enough here: what comes out is held to sums that the
		// signature covers, and mender-artifact reads by the same library.
		r, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		r.Multistream(false) // what follows is refused
		return r, nil
	}},
	{"xz", ".xz", func(in *bufio.Reader) (io.ReadCloser, error) {
		r, err := xz.NewReader(in, maxDictionary)
		if err != nil {
			return nil, err
		}
		return io.NopCloser(r), nil
	}},
	{"zstd", ".zst", func(in *bufio.Reader) (io.ReadCloser, error) {
		r, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		return r.IOReadCloser(), nil
	}},
}

// unpacker reads what a part unpacks to, to its end.
type unpacker struct {
	io.ReadCloser
	packed *bufio.Reader
	from   *input
}

// unpack opens a part. What goes wrong with its content is a damage; see explain.
func (a *artifact) unpack(ctx context.Context, p part) (*unpacker, error) {
	u := &unpacker{from: &input{ctx: ctx, in: io.NewSectionReader(a.src, p.offset, p.size)}}
	if p.packed.ending == "" {
		u.ReadCloser = io.NopCloser(u.from)
		return u, nil
	}
	u.packed = bufio.NewReaderSize(u.from, 64<<10)
	var err error
	if u.ReadCloser, err = p.packed.open(u.packed); err != nil {
		return nil, u.explain(p, err)
	}
	return u, nil
}

// Read reads; at the end, nothing may stand behind what is compressed.
func (u *unpacker) Read(b []byte) (int, error) {
	n, err := u.ReadCloser.Read(b)
	if err == io.EOF && u.packed != nil {
		if _, more := u.packed.Peek(1); more == nil {
			return n, errors.New("something stands behind the compressed data")
		}
	}
	return n, err
}

// explain sorts out an error of reading a part: what the file or the context is to blame for stays as it is, and so does what has a name; all else is
// a damage.
func (u *unpacker) explain(p part, err error) error {
	switch {
	case u.from.err != nil:
		return u.from.err
	case errors.Is(err, formats.ErrFormat):
		return within(p.name, err)
	}
	id, named := "damaged", (*damage)(nil)
	if errors.As(err, &named) {
		id = named.id
	}
	return &damage{id, p.name + ": " + err.Error()}
}

// input is a part's bytes. It ends when the context does, and remembers what went wrong.
type input struct {
	ctx context.Context
	in  *io.SectionReader
	err error
}

func (i *input) Read(b []byte) (n int, err error) {
	if err = i.ctx.Err(); err == nil {
		n, err = i.in.Read(b)
	}
	if err != nil && err != io.EOF {
		i.err = err
	}
	return n, err
}
