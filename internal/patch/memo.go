package patch

import "sync"

// Memo remembers what was worked out from runs of one source's bytes, so that what is laid over the source can be checked without working
// it out again where nothing was changed. The source must stay as it is while the memo is in use. Safe for several goroutines; a nil memo
// remembers nothing.
type Memo struct {
	mu    sync.Mutex
	known map[memoKey][]byte
}

type memoKey struct {
	what           string
	offset, length int64
}

// Get returns what was remembered of length bytes of src at off, and nil when there is nothing. src is the memo's source or a View over it: a
// run that holds an edit is never remembered.
func (m *Memo) Get(what string, src Source, off, length int64) []byte {
	at, ok := origin(src, off, length)
	if m == nil || !ok {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.known[memoKey{what, at, length}]
}

// Put remembers what was worked out of length bytes of src at off. The caller must not change value afterwards.
func (m *Memo) Put(what string, src Source, off, length int64, value []byte) {
	at, ok := origin(src, off, length)
	if m == nil || !ok {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[memoKey][]byte{}
	}
	m.known[memoKey{what, at, length}] = value
}

// origin finds where a run lies in the source below all views; false when an edit has part in it.
func origin(src Source, off, length int64) (int64, bool) {
	view, laid := src.(*View)
	if !laid {
		return off, true
	}
	i := view.find(off)
	if off < 0 || length < 0 || i >= len(view.spans) {
		return 0, false
	}
	span := view.spans[i]
	start := view.ends[i] - span.Length
	if span.Data != nil || length > view.ends[i]-off {
		return 0, false
	}
	return origin(view.src, span.Offset+off-start, length)
}
