// Package tartree passes a tar stream on byte for byte, but for the content of the members that it was asked to work on.
//
// Of a member that gets other content, its size and the checksum of its header change, and nothing else: names, order, modes, owners,
// times, links and extended headers stay as they came. Nothing is unpacked, and memory is bounded whatever the stream holds. What readers of
// tar files are known to read in two ways is refused, so that what was worked on is what whoever unpacks the result gets.
package tartree

import (
	"context"
	"io"

	"sigtool/internal/patch"
)

// Limits, in bytes but for the last.
const (
	MaxMember    = 256 << 20 // the content of a member to be worked on
	maxExtension = 1 << 20   // the content of an extended header
	maxAhead     = 4 << 20   // contents that are held at once, unless a single one is larger
	maxMembers   = 1 << 20   // members of a tree, whose names are remembered
)

// Options say what to do with a tree.
type Options struct {
	// Wanted tells by its name, as it stands in the tree, whether a member is to be worked on. A name is asked for once.
	Wanted func(name string) bool
	// Work makes new content of a member's, or returns nil to leave it. It is called for several members at a time. What it returns as done
	// is called afterwards, for one member after the other and in their order, when the member has been passed on; it may be nil.
	// The new content, which may lie over the data, is read when its turn comes. Neither may be kept when done returns.
	Work func(name string, data []byte) (replacement patch.Source, done func())
	// Jobs is how many members are worked on at a time.
	Jobs int
}

// Count says what a tree held.
type Count struct {
	Wanted int // members that were worked on
	Links  int // symbolic and hard links whose names are wanted: they were passed on as they stand
}

// Walk reads a tar stream to its end, works on the members that are wanted, and writes the tree to dst; a nil dst takes nothing.
// An error that is not from reading, writing or ctx has an id (package issue) and says which member is at fault. After an error what was
// written is not whole.
func Walk(ctx context.Context, dst io.Writer, src io.Reader, o Options) (Count, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w := &walk{Options: o, reader: newReader(src), keep: dst != nil, queue: make(chan piece, lookAhead), slots: make(chan struct{}, max(1, o.Jobs)), budget: newBudget(maxAhead)}
	stop := context.AfterFunc(ctx, w.budget.close)
	defer stop()
	go func() {
		w.err = w.read(ctx)
		close(w.queue)
	}()
	err := w.write(ctx, dst)
	cancel()
	for p := range w.queue { // what was on its way when writing failed
		p.wait()
	}
	if err == nil {
		err = w.err
	}
	return w.count, err
}

// Looks tells whether a file that begins with head, of which it takes 512 bytes, is a tar file.
func Looks(head []byte) bool {
	if len(head) < blockSize {
		return false
	}
	_, err := parseHeader(head[:blockSize])
	return err == nil
}
