package mender

import (
	"crypto/sha256"
	"io"
)

// pieceSize is how much is handed from reading to hashing at a time.
const pieceSize = 256 << 10

// hasher hashes what is read while more is being read and unpacked: on two cores that takes as long as the slower of the two.
type hasher struct {
	free chan []byte
}

func newHasher() *hasher {
	h := &hasher{free: make(chan []byte, 3)}
	for range cap(h.free) {
		h.free <- make([]byte, pieceSize)
	}
	return h
}

// sum reads to the end.
func (h *hasher) sum(r io.Reader) (sum digest, err error) {
	state := sha256.New()
	full, done := make(chan []byte, cap(h.free)), make(chan struct{})
	go func() {
		for piece := range full {
			state.Write(piece)
			h.free <- piece[:pieceSize]
		}
		close(done)
	}()
	for err == nil {
		piece := <-h.free
		n := 0
		for n < len(piece) && err == nil {
			var more int
			more, err = r.Read(piece[n:])
			n += more
		}
		full <- piece[:n]
	}
	close(full)
	<-done
	if err == io.EOF {
		err = nil
	}
	return digest(state.Sum(nil)), err
}
