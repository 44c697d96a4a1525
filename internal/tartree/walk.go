package tartree

import (
	"bytes"
	"context"
	"io"

	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

const (
	lookAhead = 16       // pieces between reading and writing
	chunk     = 64 << 10 // bytes of a piece that is passed on as it stands
)

// walk is one pass: a goroutine reads pieces into a queue, Jobs of them are worked on, and the caller's goroutine writes them in order.
type walk struct {
	Options
	reader *reader
	names  names
	keep   bool // somebody takes what is passed on
	queue  chan piece
	slots  chan struct{}
	budget *budget
	count  Count
	err    error // of reading, once queue is closed
}

// piece is bytes that are passed on, or a member that is worked on.
type piece struct {
	raw    []byte
	member *member
}

// member is a file that is worked on.
type member struct {
	*entry
	data  []byte // its content, and the padding behind it
	ready chan struct{}
	fresh patch.Source
	done  func()
}

func (p piece) wait() {
	if p.member != nil {
		<-p.member.ready
	}
}

// read cuts the stream into pieces.
func (w *walk) read(ctx context.Context) error {
	w.names = names{}
	for {
		e, err := w.reader.next()
		switch {
		case err == io.EOF:
			return w.end(ctx, e.raw)
		case err != nil:
			return err
		case e.global:
			err = w.send(ctx, piece{raw: e.raw})
		default:
			err = w.entry(ctx, e)
		}
		if err != nil {
			return err
		}
	}
}

// entry deals with one member.
func (w *walk) entry(ctx context.Context, e *entry) error {
	if e.kind == typeGNULabel {
		return w.send(ctx, piece{raw: e.raw})
	}
	wanted := w.Wanted(e.name)
	what, err := w.placeOf(e, wanted)
	if err == nil {
		err = w.names.add(e.name, what)
	}
	if err != nil {
		return err
	}
	switch {
	case !wanted || e.kind == typeFolder:
	case what == placeWorked && e.kind == typeFile:
		return w.begin(ctx, e)
	case e.kind == typeHardLink || e.kind == typeSymlink:
		w.count.Links++
	}
	if err := w.send(ctx, piece{raw: e.raw}); err != nil {
		return err
	}
	return w.pass(ctx, e.size+padding(e.size))
}

// placeOf says what a member's name will stand for. A hard link is one more name of what came before, so one that is wanted has to lead to a
// file that was worked on.
func (w *walk) placeOf(e *entry, wanted bool) (place, error) {
	switch e.kind {
	case typeFolder:
		return placeFolder, nil
	case typeSymlink:
		return placeLink, nil
	case typeHardLink:
		_, what, err := w.names.find(e.link)
		switch {
		case err != nil:
			return 0, err
		case wanted && what != placeWorked && what != placeLink:
			return 0, issue.New("link-elsewhere", nil, "%q is a hard link to %q, which is no such file before it in this tree", e.name, e.link)
		case what == 0 || what == placeFolder:
			what = placeOther
		}
		return what, nil
	case typeFile, typeGNUSparse:
		switch {
		case wanted && e.sparse:
			return 0, issue.New("sparse-member", nil, "%q is stored as a sparse file", e.name).Advise("make the tree anew without tar's --sparse")
		case wanted && e.size > MaxMember:
			return 0, issue.New("member-too-large", nil, "%q has %d bytes, more than the %d MiB that are worked on", e.name, e.size, MaxMember>>20)
		case wanted:
			return placeWorked, nil
		}
	}
	return placeOther, nil
}

// begin reads a member's content and has it worked on.
func (w *walk) begin(ctx context.Context, e *entry) error {
	if !w.budget.take(e.size) {
		return ctx.Err()
	}
	data, err := w.content(e.size + padding(e.size))
	if err != nil {
		return err
	}
	w.count.Wanted++
	m := &member{entry: e, data: data, ready: make(chan struct{})}
	select {
	case w.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	go func() {
		m.fresh, m.done = w.Work(e.name, data[:e.size:e.size])
		<-w.slots
		close(m.ready)
	}()
	return w.send(ctx, piece{member: m})
}

// content reads n bytes; what the header claims is believed as it comes in.
func (w *walk) content(n int64) ([]byte, error) {
	const step = 8 << 20
	data := make([]byte, min(n, step))
	for at := 0; ; {
		if err := readFull(w.reader.in, data[at:]); err != nil {
			return nil, err
		}
		at = len(data)
		if int64(at) == n {
			return data, nil
		}
		more := make([]byte, min(n, 2*int64(at)))
		copy(more, data)
		data = more
	}
}

// pass has n bytes passed on.
func (w *walk) pass(ctx context.Context, n int64) error {
	for n > 0 {
		part := make([]byte, min(n, chunk))
		if err := readFull(w.reader.in, part); err != nil {
			return err
		}
		if err := w.send(ctx, piece{raw: part}); err != nil {
			return err
		}
		n -= int64(len(part))
	}
	return nil
}

// end passes on the zeros that a tar file ends with, and refuses anything else behind the first block of them.
func (w *walk) end(ctx context.Context, zeros []byte) error {
	for {
		if !isZero(zeros) {
			return issue.New("trailing-data", nil, "there is something behind the end of the tree")
		}
		if err := w.send(ctx, piece{raw: zeros}); err != nil {
			return err
		}
		zeros = make([]byte, chunk)
		n, err := w.reader.in.Read(zeros) // not ReadFull: its ErrUnexpectedEOF is also that of an unpacker that found something behind its end
		zeros = zeros[:n]
		if n == 0 && err == io.EOF {
			return nil
		}
		if err == io.ErrUnexpectedEOF {
			return issue.New("trailing-data", nil, "behind the end of the tree stands something that is packed, and cut off")
		}
		if err != nil && err != io.EOF {
			return err
		}
	}
}

// send queues a piece.
func (w *walk) send(ctx context.Context, p piece) error {
	if p.member == nil && !w.keep {
		return ctx.Err()
	}
	select {
	case w.queue <- p:
		return nil
	case <-ctx.Done():
		p.wait()
		return ctx.Err()
	}
}

// write passes the pieces on in their order.
func (w *walk) write(ctx context.Context, dst io.Writer) error {
	for p := range w.queue {
		p.wait()
		if err := ctx.Err(); err != nil {
			return err
		}
		if p.member != nil {
			if err := p.member.write(dst); err != nil {
				return err
			}
			w.budget.give(p.member.size)
			if p.member.done != nil {
				p.member.done()
			}
		} else if _, err := dst.Write(p.raw); err != nil {
			return err
		}
	}
	return nil
}

// write passes a member on, with its new content if there is one.
func (m *member) write(dst io.Writer) error {
	if dst == nil {
		return nil
	}
	parts := []io.Reader{bytes.NewReader(m.raw), bytes.NewReader(m.data)}
	if m.fresh != nil {
		size := m.fresh.Size()
		parts = []io.Reader{bytes.NewReader(m.resized(size)), io.NewSectionReader(m.fresh, 0, size), bytes.NewReader(make([]byte, padding(size)))}
	}
	for _, part := range parts {
		if _, err := io.Copy(dst, part); err != nil {
			return err
		}
	}
	return nil
}

// resized returns the headers of an entry whose content has another size.
func (e *entry) resized(size int64) []byte {
	raw := e.raw
	if e.sized {
		body := e.pax + blockSize
		records := withSize(raw[body:][:e.paxLen], size)
		rest := raw[body+e.paxLen+int(padding(int64(e.paxLen))):]
		head := append([]byte(nil), raw[:body]...)
		setSize(head[e.pax:], int64(len(records)))
		head = append(append(head, records...), make([]byte, padding(int64(len(records))))...)
		raw = append(head, rest...)
	}
	own := raw[len(raw)-blockSize:]
	setSize(own, size)
	return raw
}
