package jarsig

import (
	"context"
	"crypto"
	"fmt"
	"hash"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// workers bounds the goroutines that unpack and hash, of all signatures at work at once. Each holds some 200 KiB: there are no more than cores, of
// which a container may grant fewer (GOMAXPROCS knows its quota, NumCPU does not), and cmd/sigtool has turns to spare for a while (then NumCPU is less).
var workers = sync.OnceValue(func() chan struct{} { return make(chan struct{}, min(runtime.NumCPU(), runtime.GOMAXPROCS(0))) })

// buffers are what entries are read through.
var buffers = sync.Pool{New: func() any { return new([128 << 10]byte) }}

// task is an entry whose content is to be hashed.
type task struct {
	entry  *zipdir.Entry
	hashes []crypto.Hash
	sums   map[crypto.Hash][]byte
	err    error
}

// hasher hashes the contents of entries on all cores, each entry unpacked once.
type hasher struct {
	src  patch.Source
	a    *zipdir.Archive
	memo *patch.Memo
}

// apart makes sure that the tasks' data may lie side by side in the file: entries made of each other's bytes would take for ever.
func (h hasher) apart(tasks []task) error {
	left := h.a.Size
	for _, t := range tasks {
		if left -= t.entry.Packed(); left < 0 {
			return fmt.Errorf("%w: its entries overlap", zipdir.ErrFormat)
		}
	}
	return nil
}

// run does the tasks. The error is the first in their order: zipdir.ErrFormat, the source's or the context's.
func (h hasher) run(ctx context.Context, tasks []task) error {
	if err := h.apart(tasks); err != nil {
		return err
	}
	var wg sync.WaitGroup
	var next atomic.Int64
	var stop atomic.Bool
	for range min(cap(workers()), len(tasks)) {
		wg.Go(func() {
			select {
			case workers() <- struct{}{}:
				defer func() { <-workers() }()
			case <-ctx.Done():
				return
			}
			for !stop.Load() && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(tasks) {
					return
				}
				if tasks[i].err = h.do(ctx, &tasks[i]); tasks[i].err != nil {
					stop.Store(true)
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, t := range tasks {
		if t.err != nil {
			return t.err
		}
	}
	return nil
}

// do hashes one entry. What the memo knows of the same packed bytes is not worked out again. The size that a record tells is part of the key, as it
// was compared with the content at that time, and so is its CRC-32, which was not where zipdir.Archive.Android is set.
func (h hasher) do(ctx context.Context, t *task) error {
	e := t.entry
	local, err := h.a.Local(h.src, e)
	if err != nil {
		return err
	}
	what := func(alg crypto.Hash) string { return fmt.Sprintf("jar %d %d %08x %v", e.Method, e.Size, e.CRC32, alg) }
	t.sums = make(map[crypto.Hash][]byte, len(t.hashes))
	states := map[crypto.Hash]hash.Hash{}
	for _, alg := range t.hashes {
		if t.sums[alg] = h.memo.Get(what(alg), h.src, local.Data, e.Packed()); t.sums[alg] == nil {
			states[alg] = alg.New()
		}
	}
	if len(states) == 0 {
		return nil
	}
	if err := h.read(ctx, e, states); err != nil {
		return err
	}
	for alg, state := range states {
		t.sums[alg] = state.Sum(nil)
		h.memo.Put(what(alg), h.src, local.Data, e.Packed(), t.sums[alg])
	}
	return nil
}

func (h hasher) read(ctx context.Context, e *zipdir.Entry, states map[crypto.Hash]hash.Hash) error {
	content, err := h.a.Open(h.src, e)
	if err != nil {
		return err
	}
	defer content.Close()
	buffer := buffers.Get().(*[128 << 10]byte)
	defer buffers.Put(buffer)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := content.Read(buffer[:])
		for _, state := range states {
			state.Write(buffer[:n])
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
