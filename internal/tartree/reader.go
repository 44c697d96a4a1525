package tartree

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"sigtool/internal/issue"
)

// entry is a member's headers: those that extend it, and its own.
type entry struct {
	header
	raw    []byte // all of them, as they stand
	own    int    // where in raw the member's own block is
	pax    int    // where in raw the block of its pax header is, or -1
	paxLen int    // bytes of its records
	sized  bool   // they have a record of its size
	sparse bool
	global bool // no member, but a header for all that follow
}

// reader cuts a stream into entries. Contents are for the caller to read, from in, before the next entry.
type reader struct {
	in *bufio.Reader
}

func newReader(src io.Reader) *reader { return &reader{bufio.NewReaderSize(src, 64<<10)} }

var errCut = issue.New("tar-cut-off", nil, "the tree ends before its end").Advise("was it cut off? fetch or make it again")

// next returns the entry that follows, or io.EOF where the first of the blocks of zeros is that end a tar file; then raw is that block.
func (r *reader) next() (*entry, error) {
	e := &entry{pax: -1}
	var gnuName, gnuLink string
	var p pax
	for {
		at := len(e.raw)
		if err := r.grow(e, blockSize); err != nil {
			return nil, err
		}
		block := e.raw[at:]
		if isZero(block) {
			if at > 0 {
				return nil, issue.New("tar-header", nil, "an extended header without a member")
			}
			return e, io.EOF
		}
		h, err := parseHeader(block)
		if err != nil {
			return nil, err
		}
		switch h.kind {
		case typePax, typePaxGlobal, typeGNUName, typeGNULink:
		default:
			e.header, e.own = h, at
			return e, e.settle(p, gnuName, gnuLink, r)
		}
		data, err := r.extension(e, h)
		if err != nil {
			return nil, err
		}
		switch {
		case h.kind == typePaxGlobal && at == 0:
			_, err = parsePax(data, true)
			e.global, e.header, e.size = true, h, 0
			return e, err
		case h.kind == typePax && e.pax < 0:
			p, err = parsePax(data, false)
			e.pax, e.paxLen, e.sized = at, len(data), p.size != ""
		case h.kind == typeGNUName && gnuName == "":
			gnuName, err = longText(data)
		case h.kind == typeGNULink && gnuLink == "":
			gnuLink, err = longText(data)
		default:
			err = issue.New("tar-header", nil, "a member has two extended headers of one kind")
		}
		if err != nil {
			return nil, err
		}
	}
}

// settle puts together what a member's headers say of it.
func (e *entry) settle(p pax, gnuName, gnuLink string, r *reader) error {
	if gnuName != "" && p.path != "" || gnuLink != "" && p.link != "" {
		return issue.New("tar-header", nil, "%s: two extended headers give its name", e.name)
	}
	for _, name := range []string{p.path, p.sparseName, gnuName} {
		if name != "" {
			e.name = name
		}
	}
	for _, link := range []string{p.link, gnuLink} {
		if link != "" {
			e.link = link
		}
	}
	folder := strings.HasSuffix(e.name, "/") || strings.HasSuffix("/"+e.name, "/.") // some unpack "a.ko/." as a.ko, which its last element does not show
	if folder && e.kind != typeFolder && e.kind != typeGNULabel {
		return issue.New("tar-header", nil, "%q: it is no folder, and has the name of one", e.name)
	}
	e.sparse = p.sparse || e.kind == typeGNUSparse
	if p.size != "" {
		n, err := strconv.ParseUint(p.size, 10, 63)
		fits := n < 1<<33 // in eleven octal digits
		if err != nil || fits && int64(n) != e.size {
			return issue.New("tar-header", nil, "%s: its headers give two sizes", e.name)
		}
		e.size = int64(n)
		if err := e.check(); err != nil {
			return err
		}
	}
	for more := e.extended; more; {
		if len(e.raw) > maxExtension {
			return issue.New("tar-header", nil, "%s: the map of a sparse file is larger than %d bytes", e.name, maxExtension)
		}
		if err := r.grow(e, blockSize); err != nil {
			return err
		}
		more = e.raw[len(e.raw)-blockSize+504] != 0
	}
	return nil
}

// extension reads the content of an extended header.
func (r *reader) extension(e *entry, h header) ([]byte, error) {
	if h.size > maxExtension {
		return nil, issue.New("tar-header", nil, "an extended header of %d bytes", h.size)
	}
	at := len(e.raw)
	err := r.grow(e, int(h.size+padding(h.size)))
	return e.raw[at:][:h.size], err
}

// grow reads n more bytes of an entry's headers.
func (r *reader) grow(e *entry, n int) error {
	at := len(e.raw)
	e.raw = append(e.raw, make([]byte, n)...)
	return readFull(r.in, e.raw[at:])
}

// readFull fills p; a stream that ends before is cut off.
func readFull(r io.Reader, p []byte) error {
	_, err := io.ReadFull(r, p)
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCut
	}
	return err
}

// longText is a name that is a content: what stands before the zero bytes at its end.
func longText(data []byte) (string, error) {
	name := string(bytes.TrimRight(data, "\x00"))
	if name == "" || strings.Contains(name, "\x00") {
		return "", issue.New("tar-header", nil, "an extended header has no name, or one with a zero byte")
	}
	return name, nil
}

func isZero(p []byte) bool {
	for _, c := range p {
		if c != 0 {
			return false
		}
	}
	return true
}
