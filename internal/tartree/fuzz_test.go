package tartree

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"sigtool/internal/patch"
)

// FuzzWalk: what is taken comes out as it was, and archive/tar reads the same names and contents in it; with other contents for what is
// wanted, archive/tar reads those.
func FuzzWalk(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		data = mended(data)
		seen := map[string]string{}
		options := Options{Wanted: wantedKO, Jobs: 1, Work: func(name string, data []byte) (patch.Source, func()) {
			return nil, func() { seen[name] = string(data) }
		}}
		var same bytes.Buffer
		if _, err := Walk(context.Background(), &same, bytes.NewReader(data), options); err != nil {
			return
		}
		if !bytes.Equal(same.Bytes(), data) {
			t.Fatal("what was passed on is not what came")
		}
		var changed bytes.Buffer
		options.Work = func(name string, data []byte) (patch.Source, func()) {
			return patch.Bytes(append(data, " signed"...)), nil
		}
		if _, err := Walk(context.Background(), &changed, bytes.NewReader(data), options); err != nil {
			t.Fatal(err)
		}
		compare(t, changed.Bytes(), seen)
	})
}

// mended gives each block that has a magic its checksum: else next to nothing that a fuzzer makes would be read any further.
func mended(data []byte) []byte {
	data = bytes.Clone(data)
	for at := 0; at+blockSize <= len(data); at += blockSize {
		if b := data[at:][:blockSize]; string(b[257:262]) == "ustar" {
			copy(b[148:156], fmt.Sprintf("%06o\x00 ", checksum(b)))
		}
	}
	return data
}

// compare has archive/tar read what was changed. What it refuses is passed over, as it does with times that it can't take.
func compare(t *testing.T, changed []byte, seen map[string]string) {
	r := tar.NewReader(bytes.NewReader(changed))
	for found := 0; ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			if found != len(seen) {
				t.Fatalf("archive/tar finds %d of %d", found, len(seen))
			}
			return
		}
		if err != nil {
			return
		}
		if h.Typeflag != tar.TypeReg || !wantedKO(h.Name) {
			continue
		}
		content, err := io.ReadAll(r)
		if before, ok := seen[h.Name]; err != nil || !ok || string(content) != before+" signed" {
			t.Fatalf("%q: %q (%v), but %q before", h.Name, content, err, before)
		}
		found++
	}
}

func wantedKO(name string) bool { return strings.HasSuffix(name, ".ko") }
