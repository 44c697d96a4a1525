package tartree

import (
	"archive/tar"
	"bytes"
	"context"
	"strings"
	"testing"

	"sigtool/internal/patch"
)

// build makes a tar file by archive/tar.
func build(t testing.TB, members ...*tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range members {
		content := ""
		if h.Typeflag == 0 || h.Typeflag == tar.TypeReg {
			content = "content of " + h.Name
			h.Size = int64(len(content))
		}
		if h.Mode == 0 && h.Typeflag != tar.TypeXGlobalHeader {
			h.Mode = 0o644
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var long = "./" + strings.Repeat("lib/modules/", 20) + "long.ko"

func seeds(t testing.TB) [][]byte {
	return [][]byte{
		build(t, &tar.Header{Name: "./", Typeflag: tar.TypeDir}, &tar.Header{Name: "./lib/a.ko"}, &tar.Header{Name: "./lib/notes"}),
		build(t, &tar.Header{Name: long, Format: tar.FormatGNU}, &tar.Header{Name: "l", Typeflag: tar.TypeSymlink, Linkname: long, Format: tar.FormatGNU}),
		build(t, &tar.Header{Name: long, Format: tar.FormatPAX, PAXRecords: map[string]string{"SCHILY.xattr.user.x": "y"}}),
		build(t, &tar.Header{Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"comment": "c"}}, &tar.Header{Name: "a.ko"},
			&tar.Header{Name: "b.ko", Typeflag: tar.TypeLink, Linkname: "a.ko"}),
	}
}

// What nobody works on passes byte for byte, and with other contents all else stays.
func TestSeeds(t *testing.T) {
	for i, seed := range seeds(t) {
		var out bytes.Buffer
		count, err := Walk(context.Background(), &out, bytes.NewReader(seed), Options{Wanted: wantedKO, Jobs: 2, Work: func(string, []byte) (patch.Source, func()) { return nil, nil }})
		if err != nil || count.Wanted != 1 || !bytes.Equal(out.Bytes(), seed) {
			t.Errorf("%d: %+v, %v", i, count, err)
		}
	}
}
