package content

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"hash"
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
	name   string // in the memo
	length int64
	out    []byte
	how    how
}

type how int

const (
	chunk256 how = iota // a chunk's hash
	chunk512
	leaves // hashes of blocks
	saltedLeaves
)

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

// window is how much is read at a time: so little that the core still has it at hand when it is hashed for the second time.
const window = 128 << 10

// buffer is what one worker reads into and hashes by.
type buffer struct {
	room           []byte
	sha256, sha512 hash.Hash
}

// buffers are as many as there are cores, for the whole process: who has none waits. So many APKs side by side need no more of them than one; each
// has its own hashes, of 32 or 64 bytes for each MiB, and 1/128 of its size for a tree. As many as cores is the lesser of two numbers: a container
// may grant fewer (GOMAXPROCS knows its quota, NumCPU does not), and cmd/sigtool has turns to spare for a while (then NumCPU is less).
var buffers = sync.OnceValue(func() chan *buffer {
	pool := make(chan *buffer, min(runtime.NumCPU(), runtime.GOMAXPROCS(0)))
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

// work reads n bytes at off once, works out what is missing of them, and lets the memo have it.
func (b *buffer) work(memo *patch.Memo, src patch.Source, off int64, n int, missing []part) error {
	if b.room == nil {
		b.room, b.sha256, b.sha512 = make([]byte, window), sha256.New(), sha512.New()
	}
	for _, p := range missing {
		b.begin(p)
	}
	for at := 0; at < n; at += window {
		data := b.room[:min(window, n-at)]
		if err := patch.ReadFull(src, data, off+int64(at)); err != nil {
			return err
		}
		for _, p := range missing {
			b.add(p, at, data)
		}
	}
	for _, p := range missing {
		b.end(p)
		memo.Put(p.name, src, off, p.length, p.out)
	}
	return nil
}

func (b *buffer) begin(p part) {
	if h := b.chunked(p); h != nil {
		h.Reset()
		h.Write(head(chunkMark, int(p.length)))
	}
}

// add takes the bytes at an offset of the piece.
func (b *buffer) add(p part, at int, data []byte) {
	data = data[:max(0, min(len(data), int(p.length)-at))]
	if h := b.chunked(p); h != nil {
		h.Write(data)
		return
	}
	b.hashBlocks(data, p.out[min(len(p.out), at/block*sha256.Size):], p.how == saltedLeaves)
}

func (b *buffer) end(p part) {
	if h := b.chunked(p); h != nil {
		h.Sum(p.out[:0])
	}
}

// chunked is the hash that a chunk goes through; nil for what is no chunk's hash.
func (b *buffer) chunked(p part) hash.Hash {
	switch p.how {
	case chunk256:
		return b.sha256
	case chunk512:
		return b.sha512
	}
	return nil
}
