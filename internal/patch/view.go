package patch

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// View is a source with its edits applied. It copies nothing: reads go to the source or to the edits' own bytes,
// which must not be changed while the view is in use. Reads are safe from several goroutines at once.
type View struct {
	src   Source
	spans []Span
	ends  []int64 // ends[i] is where spans[i] ends in the result
}

// NewView lays edits, in any order, over src. Edits may touch but not overlap; edits at one offset insert in the
// order given, and at most one of them removes. The error tells which edit is outside the source or overlaps another.
func NewView(src Source, edits []Edit) (*View, error) {
	size := src.Size()
	if size < 0 {
		return nil, fmt.Errorf("source has the size %d", size)
	}
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b Edit) int { return cmp.Compare(a.Offset, b.Offset) })
	v := &View{src: src}
	done := int64(0) // the source is dealt with up to here
	last := int64(-1)
	for _, e := range sorted {
		if e.Offset < 0 || e.Remove < 0 || e.Offset > size || e.Remove > size-e.Offset {
			return nil, fmt.Errorf("edit at %d that removes %d bytes is outside the %d bytes of the source", e.Offset, e.Remove, size)
		}
		switch {
		case e.Offset >= done:
			v.add(Span{Offset: done, Length: e.Offset - done})
			done = e.Offset + e.Remove
		case e.Offset == last && e.Remove == 0: // an insert where another edit has just removed
		default:
			return nil, fmt.Errorf("edit at %d overlaps the one before it, which ends at %d", e.Offset, done)
		}
		v.add(Span{Length: int64(len(e.Insert)), Data: e.Insert})
		last = e.Offset
	}
	v.add(Span{Offset: done, Length: size - done})
	if v.Size() < 0 {
		return nil, errors.New("the edited file would be larger than any file can be")
	}
	return v, nil
}

// add appends a span to the result; an empty one is left out, and source bytes that follow on are joined.
func (v *View) add(s Span) {
	if s.Length == 0 {
		return
	}
	size := v.Size()
	if size < 0 || s.Length > math.MaxInt64-size {
		v.ends[len(v.ends)-1] = -1 // too large: NewView refuses it at the end
		return
	}
	if n := len(v.spans); n > 0 && s.Data == nil && v.spans[n-1].Data == nil && v.spans[n-1].Offset+v.spans[n-1].Length == s.Offset {
		v.spans[n-1].Length += s.Length
		v.ends[n-1] += s.Length
		return
	}
	v.spans = append(v.spans, s)
	v.ends = append(v.ends, size+s.Length)
}

// Size returns the size of the result in bytes.
func (v *View) Size() int64 {
	if len(v.ends) == 0 {
		return 0
	}
	return v.ends[len(v.ends)-1]
}

// Spans returns the runs of the result in order, without empty ones. The caller must not change them.
func (v *View) Spans() []Span { return v.spans }

// Source returns what the view is laid over; the spans without Data are its bytes.
func (v *View) Source() Source { return v.src }

// ReadAt reads the result at an offset, as io.ReaderAt says. A source that ends early gives io.ErrUnexpectedEOF.
func (v *View) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("read at a negative offset")
	}
	n := 0
	for i := v.find(off); n < len(p); i++ {
		if i >= len(v.spans) {
			return n, io.EOF
		}
		s := v.spans[i]
		skip := off + int64(n) - (v.ends[i] - s.Length)
		want := int(min(int64(len(p)-n), s.Length-skip))
		if s.Data != nil {
			n += copy(p[n:n+want], s.Data[skip:])
			continue
		}
		got, err := v.src.ReadAt(p[n:n+want], s.Offset+skip)
		n += got
		if got == want {
			continue
		}
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return n, err
	}
	return n, nil
}

// find returns the index of the span that holds the byte at off, or the number of spans when off is past the end.
func (v *View) find(off int64) int {
	low, high := 0, len(v.ends)
	for low < high {
		mid := int(uint(low+high) >> 1)
		if v.ends[mid] > off {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// Bytes is a Source over a byte slice, which must not change while it is in use.
type Bytes []byte

// Size returns the number of bytes.
func (b Bytes) Size() int64 { return int64(len(b)) }

// ReadAt reads at an offset, as io.ReaderAt says.
func (b Bytes) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("read at a negative offset")
	}
	if off >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
