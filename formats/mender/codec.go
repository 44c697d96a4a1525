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
	make         func() (decoder, error) // nil: nothing is compressed
}

// decoder reads what is compressed to its end, where its own sums are checked.
type decoder interface {
	io.Reader
	Reset(io.Reader) error
}

// maxDictionary is how far back a stream may reach, in bytes: 64 MiB is what mender-artifact and `xz -9` write. Reading one takes as much memory.
const maxDictionary = 64 << 20

// maxWindow is the same for zstd, whose own tools refuse more.
const maxWindow = 128 << 20

var codecs = []codec{
	{name: "none"},
	{"gzip", ".gz", func() (decoder, error) { return new(oneStream), nil }},
	{"xz", ".xz", func() (decoder, error) { return xz.NewReader(nil, maxDictionary) }},
	{"zstd", ".zst", func() (decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	}},
}

// oneStream reads gzip, and refuses what follows. Its reader takes streams that compress/gzip refuses, and 0.6 of its time. That is good enough here: what
// comes out is held to sums that the signature covers, and mender-artifact reads by the same library.
type oneStream struct{ gzip.Reader }

func (r *oneStream) Reset(in io.Reader) error {
	if err := r.Reader.Reset(in); err != nil {
		return err
	}
	r.Multistream(false)
	return nil
}

// unpacker reads what a part unpacks to, to its end.
type unpacker struct {
	out    io.Reader
	packed *bufio.Reader
	from   *input
}

// unpack opens a part, of which one at a time may be open: all share one decoder, since each would take as much memory as a hostile part asks for. What
// goes wrong with its content is a damage; see explain.
func (a *artifact) unpack(ctx context.Context, p part) (*unpacker, error) {
	from := &input{ctx: ctx, in: io.NewSectionReader(a.src, p.offset, p.size)}
	if p.packed.make == nil {
		return &unpacker{out: from, from: from}, nil
	}
	if a.decoder == nil || a.decodes != p.packed {
		made, err := p.packed.make()
		if err != nil {
			return nil, err
		}
		a.decoder, a.decodes = made, p.packed
	}
	u := &unpacker{out: a.decoder, packed: bufio.NewReaderSize(from, 64<<10), from: from}
	if err := a.decoder.Reset(u.packed); err != nil {
		return nil, u.explain(p, err)
	}
	return u, nil
}

// Read reads; at the end, nothing may stand behind what is compressed.
func (u *unpacker) Read(b []byte) (int, error) {
	if err := u.from.ctx.Err(); err != nil { // asked here too: a little that is packed can be a lot
		u.from.err = err
		return 0, err
	}
	n, err := u.out.Read(b)
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
