package scan

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"

	"sigtool/internal/secret"
)

var errPicture = errors.New("the PDF holds a picture that is damaged")

// inflate undoes FlateDecode and its predictor. It gives what it can of a damaged stream.
func inflate(data []byte, d map[string]string) ([]byte, error) {
	s, err := shapeOf(d)
	if err != nil {
		return nil, err
	}
	limit := s.h * (s.row(4) + 1)
	if limit > maxMemory {
		return nil, errTooLarge
	}
	parms := d["DecodeParms"]
	predictor, samples := entry(parms, "/Predictor"), max(entry(parms, "/Colors"), 1)
	switch {
	case predictor > 1 && predictor < 10:
		return nil, unsupported("TIFF's predictor")
	case samples > 4:
		return nil, unsupported("more than four colours")
	}
	raw, err := unzip(data, limit)
	if err != nil {
		return nil, errPicture
	}
	if predictor >= 10 {
		raw = unpredict(raw, s, samples)
	}
	return raw, nil
}

// unzip gives what it can of a damaged stream: the codes prove themselves. It goes through it twice, so that the buffer never has to grow and
// leave a copy behind.
func unzip(data []byte, limit int) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	size, _ := io.Copy(io.Discard, io.LimitReader(r, int64(limit)))
	if err := r.(zlib.Resetter).Reset(bytes.NewReader(data), nil); err != nil {
		return nil, err
	}
	raw := make([]byte, size)
	_, _ = io.ReadFull(r, raw)
	return raw, nil
}

// entry is the number behind a name in a dictionary as it is written, or -1.
func entry(dictionary, name string) int {
	list := tokens(dictionary)
	for i, w := range list[:max(len(list)-1, 0)] {
		if w == name {
			return number(list[i+1])
		}
	}
	return -1
}

// unpredict undoes PNG's filters in place (PNG §9): each row has a byte before it that says what it is a difference to.
func unpredict(raw []byte, s shape, samples int) []byte {
	size, back := s.row(samples), max(samples*s.bits/8, 1)
	before := make([]byte, size)
	all, out := raw, raw[:0]
	for len(raw) > size {
		kind, row := raw[0], raw[1:size+1]
		for i := range row {
			var left, corner byte
			if i >= back {
				left, corner = row[i-back], before[i-back]
			}
			switch kind {
			case 1:
				row[i] += left
			case 2:
				row[i] += before[i]
			case 3:
				row[i] += byte((int(left) + int(before[i])) / 2)
			case 4:
				row[i] += paeth(left, before[i], corner)
			}
		}
		copy(before, row)
		out = append(out, row...) // behind what is still to be read, by a byte a row
		raw = raw[size+1:]
	}
	secret.Wipe(before)
	secret.Wipe(all[len(out):])
	return out
}

// paeth is the neighbour that is nearest to left + above - corner.
func paeth(left, above, corner byte) byte {
	p := int(left) + int(above) - int(corner)
	l, a, c := distance(p, int(left)), distance(p, int(above)), distance(p, int(corner))
	switch {
	case l <= a && l <= c:
		return left
	case a <= c:
		return above
	}
	return corner
}
