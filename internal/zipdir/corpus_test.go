package zipdir

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"sigtool/formats/apk/apktest"
	"sigtool/internal/patch"
)

// corpus returns the APKs of Google's own test suite, by name.
func corpus(t *testing.T) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(apktest.Corpus(t), "apksig", "*.apk"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		if files[filepath.Base(path)], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// The standard library, which reads ZIP files by itself, sees the same entries with the same content in each APK.
func TestCorpusAsArchiveZip(t *testing.T) {
	for name, file := range corpus(t) {
		a, err := Read(patch.Bytes(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		theirs, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Logf("%s: archive/zip can't read it: %v", name, err)
			continue
		}
		if len(theirs.File) != len(a.Entries) {
			t.Errorf("%s: %d entries, archive/zip has %d", name, len(a.Entries), len(theirs.File))
			continue
		}
		for i, f := range theirs.File {
			compareEntry(t, name, file, a, &a.Entries[i], f)
		}
	}
}

func compareEntry(t *testing.T, file string, src []byte, a *Archive, e *Entry, f *zip.File) {
	t.Helper()
	at, err := f.DataOffset()
	l, ours := a.Local(patch.Bytes(src), e)
	if err != nil || ours != nil {
		t.Errorf("%s: %q: %v; archive/zip: %v", file, e.Name, ours, err)
		return
	}
	if e.Name != f.Name || e.Size != int64(f.UncompressedSize64) || e.CRC32 != f.CRC32 || l.Data != at || e.Flags != f.Flags {
		t.Errorf("%s: %q at %d: %+v, archive/zip has %q at %d: %+v", file, e.Name, l.Data, e, f.Name, at, f.FileHeader)
	}
	r, err := f.Open()
	if err != nil {
		t.Errorf("%s: %q: %v", file, e.Name, err)
		return
	}
	want, theirs := io.ReadAll(r)
	got, err := a.ReadAll(patch.Bytes(src), e, 1<<30)
	if !bytes.Equal(got, want) || (err == nil) != (theirs == nil) || err != nil && !errors.Is(err, ErrFormat) {
		t.Errorf("%s: %q: %d bytes and %v, archive/zip has %d and %v", file, e.Name, len(got), err, len(want), theirs)
	}
}
