package kmod

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	pack "github.com/klauspost/compress/gzip"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// maxModule is the largest module, in bytes, that is unpacked; a compressed file may not be larger either.
const maxModule = 256 << 20

// codec is a compression that kernels and kmod know. A kernel checks the signature of the unpacked module.
type codec struct {
	name   string
	magic  string
	unpack func(packed []byte) ([]byte, error)         // exactly one stream, whole, with nothing behind it, at most maxModule
	pack   func(module []byte) ([]byte, error)         // as a kernel's own unpacker takes it; the same bytes for the same module
	head   func(packed []byte) (head []byte, cut bool) // what the first bytes of a stream unpack to; cut: that takes more of them
}

var codecs = []codec{
	{"gzip", "\x1f\x8b\x08", gunzip, gzipPack, gzipHead},
	{"xz", "\xfd7zXZ\x00", unxz, xzPack, xzHead},
	{"zstd", "\x28\xb5\x2f\xfd", unzstd, zstdPack, zstdHead},
}

// findCodec returns the compression of the file's first bytes, or nil when it has none that is known.
func findCodec(src io.ReaderAt, size int64) *codec {
	var magic [6]byte
	head := magic[:min(size, int64(len(magic)))]
	if !readFull(src, head, 0) {
		return nil
	}
	for i := range codecs {
		if bytes.HasPrefix(head, []byte(codecs[i].magic)) {
			return &codecs[i]
		}
	}
	return nil
}

// open unpacks the first size bytes of src.
func (c *codec) open(src io.ReaderAt, size int64) ([]byte, error) {
	if size > maxModule {
		return nil, fmt.Errorf("%w: a compressed module of more than %d MiB", formats.ErrFormat, maxModule>>20)
	}
	packed := make([]byte, size)
	if err := patch.ReadFull(src, packed, 0); err != nil {
		return nil, err
	}
	module, err := c.unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", formats.ErrFormat, c.name, err)
	}
	return module, nil
}

var (
	errTooLarge = fmt.Errorf("it unpacks to more than %d MiB", maxModule>>20)
	errTrailing = errors.New("there is something behind the compressed data")
)

// readModule reads an unpacker to its end.
func readModule(r io.Reader, hint int) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(min(hint, maxModule) + bytes.MinRead)
	n, err := b.ReadFrom(io.LimitReader(r, maxModule+1))
	if err == nil && n > maxModule {
		err = errTooLarge
	}
	return b.Bytes(), err
}

// gunzip reads one member (RFC 1952); checksum and length are checked at its end.
func gunzip(packed []byte) ([]byte, error) {
	in := bytes.NewReader(packed) // a ByteReader: nothing behind the member is read
	r, err := gzip.NewReader(in)  // the standard library's: the other one takes streams that gzip refuses
	if err != nil {
		return nil, err
	}
	r.Multistream(false)
	module, err := readModule(r, 4*len(packed))
	if err != nil {
		return nil, err
	}
	if in.Len() > 0 {
		return nil, errTrailing
	}
	return module, nil
}

// gzipLevel packs modules as small as `gzip -9` does; this packer's level 9 takes eight times as long and gains nothing.
const gzipLevel = 8

// gzipPack is `gzip -9 -n`: no name and no time, so that the bytes depend on the module alone.
func gzipPack(module []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := pack.NewWriterLevel(&b, gzipLevel)
	if err != nil {
		return nil, err
	}
	w.OS = 3 // Unix, as gzip says
	if _, err := w.Write(module); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func gzipHead(packed []byte) (head []byte, cut bool) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, false
	}
	return readHead(r), false
}

// readHead reads an ELF header's worth.
func readHead(r io.Reader) []byte {
	head := make([]byte, headerSize)
	n, _ := io.ReadFull(r, head)
	return head[:n]
}
