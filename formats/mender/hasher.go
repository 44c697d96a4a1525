package mender

import (
	"crypto/sha256"
	"io"

	"sigtool/formats/mender/untar"
)

// pieceSize is how much is handed from reading to hashing at a time.
const pieceSize = 256 << 10

// hasher hashes what is read while more is being read and unpacked: on two cores that takes as long as the slower of the two. Files of a piece or less
// are not worth it.
type hasher struct {
	free chan []byte // nil until it is needed
}

// file hashes a member.
func (h *hasher) file(of *untar.Reader, size int64) (digest, error) {
	if size > pieceSize {
		return h.large(of)
	}
	data, err := of.Content(pieceSize)
	return sum(data), err
}

// large reads to the end.
func (h *hasher) large(r io.Reader) (sum digest, err error) {
	if h.free == nil {
		h.free = make(chan []byte, 3)
		for range cap(h.free) {
			h.free <- make([]byte, pieceSize)
		}
	}
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
