package deflate

// bitWriter packs bits into bytes, the least significant first (RFC 1951 §3.1.1).
type bitWriter struct {
	out   []byte
	bits  uint64 // what is not in out yet
	count uint   // how many bits those are, below 8 between calls
}

// write appends the lowest count bits of value, which has no others; count is at most 32.
func (w *bitWriter) write(value uint32, count uint) {
	w.bits |= uint64(value) << w.count
	w.count += count
	for w.count >= 8 {
		w.out = append(w.out, byte(w.bits))
		w.bits >>= 8
		w.count -= 8
	}
}

// align fills the last byte with zeros.
func (w *bitWriter) align() {
	if w.count > 0 {
		w.write(0, 8-w.count)
	}
}

func (w *bitWriter) bytes() []byte {
	w.align()
	return w.out
}
