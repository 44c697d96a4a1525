package tartree

import "sync"

// budget bounds how many bytes of contents are held at once.
type budget struct {
	mu     sync.Mutex
	freed  sync.Cond
	most   int64
	used   int64
	closed bool
}

func newBudget(most int64) *budget {
	b := &budget{most: most}
	b.freed.L = &b.mu
	return b
}

// take waits until n bytes are free, or nothing is held at all; false when the budget was closed.
func (b *budget) take(n int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.closed && b.used > 0 && b.used+n > b.most {
		b.freed.Wait()
	}
	b.used += n
	return !b.closed
}

func (b *budget) give(n int64) {
	b.mu.Lock()
	b.used -= n
	b.mu.Unlock()
	b.freed.Signal()
}

// close has nobody wait any longer.
func (b *budget) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.freed.Broadcast()
}
