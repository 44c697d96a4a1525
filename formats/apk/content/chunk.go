package content

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"hash"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"sigtool/internal/patch"
)

// A chunk is hashed with its length before it, and the chunks' hashes with their number (APK v2 spec, "Integrity-protected contents"):
//
//	a5 | length u32 | at most 1 MiB of a section
//	5a | number u32 | hashes
const (
	chunk     = 1 << 20
	headSize  = 5
	chunkMark = 0xa5
	topMark   = 0x5a
)

func head(mark byte, n int) []byte {
	return binary.LittleEndian.AppendUint32(append(make([]byte, 0, headSize), mark), uint32(n))
}

// part is something that is worked out from the first length bytes of a piece, into out.
type part struct {
	name    string // in the memo
	length  int64
	out     []byte
	compute func(b *buffer, n int, out []byte)
}

// recall takes from the memo what it has and returns the rest.
func recall(memo *patch.Memo, src patch.Source, off int64, parts []part) []part {
	missing := parts[:0]
	for _, p := range parts {
		if len(p.out) == 0 {
			continue
		}
		if value := memo.Get(p.name, src, off, p.length); len(value) == len(p.out) {
			copy(p.out, value)
			continue
		}
		missing = append(missing, p)
	}
	return missing
}

// buffer is what one worker reads into: the chunk at a page's start, room for its head before it.
type buffer struct {
	room   []byte
	salter hash.Hash
}

// page keeps the bytes that are read at a multiple of it, which the kernel copies fastest.
const page = 4096

// buffers are as many as there are cores, for the whole process: who has none waits. So many APKs side by side need no more memory than one.
var buffers = sync.OnceValue(func() chan *buffer {
	pool := make(chan *buffer, runtime.NumCPU())
	for range cap(pool) {
		pool <- &buffer{}
	}
	return pool
})

// each calls work for all numbers below n but those that skip takes, on all cores, until one fails or the context ends.
func each(ctx context.Context, n int, skip func(i int) bool, work func(i int, b *buffer) error) error {
	pool := buffers()
	var next atomic.Int64
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	loop := func() {
		for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
			if skip(i) {
				continue
			}
			b := <-pool
			err := work(i, b)
			pool <- b
			if err != nil {
				stop(err)
			}
		}
	}
	var group sync.WaitGroup
	for range min(n, cap(pool)) - 1 {
		group.Go(loop)
	}
	loop()
	group.Wait()
	return context.Cause(ctx)
}

// data is where n bytes are read to.
func (b *buffer) data(n int) []byte { return b.room[page:][:n] }

// read fills the buffer.
func (b *buffer) read(src patch.Source, off int64, n int) error {
	if b.room == nil {
		b.room = make([]byte, page+chunk)
		b.salter = sha256.New()
	}
	got, err := src.ReadAt(b.data(n), off)
	if got == n {
		return nil
	}
	return short(err)
}

// short is the error of a source that has fewer bytes than it said.
func short(err error) error {
	if err == nil || err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// work works out what is missing and lets the memo have it.
func (b *buffer) work(memo *patch.Memo, src patch.Source, off int64, missing []part) {
	for _, p := range missing {
		p.compute(b, int(p.length), p.out)
		memo.Put(p.name, src, off, p.length, p.out)
	}
}

// headed is the first n bytes with their head.
func (b *buffer) headed(n int) []byte {
	all := b.room[page-headSize:][:headSize+n]
	all[0] = chunkMark
	binary.LittleEndian.PutUint32(all[1:], uint32(n))
	return all
}

func (b *buffer) sum256(n int, out []byte) {
	sum := sha256.Sum256(b.headed(n))
	copy(out, sum[:])
}

func (b *buffer) sum512(n int, out []byte) {
	sum := sha512.Sum512(b.headed(n))
	copy(out, sum[:])
}
