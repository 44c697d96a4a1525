package deflate

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"io"
	"path/filepath"
	"regexp"
	"testing"

	"sigtool/formats/apk/apktest"
)

// Short inputs get a block in the fixed code. No match begins at the first byte, so the third of these has two literals.
func TestLevel9(t *testing.T) {
	for _, row := range []struct{ in, want string }{
		{"", "\x03\x00"},
		{"a", "\x4b\x04\x00"},
		{"aaaaaaaaaa", "\x4b\x4c\x84\x01\x00"},
	} {
		if got := Level9([]byte(row.in)); string(got) != row.want {
			t.Errorf("%q: %x, want %x", row.in, got, row.want)
		}
	}
}

// The code's limit of 15 bits holds where byte n is about 1.6 times as frequent as byte n+1, and 7 bits in the header.
func TestCodeLengths(t *testing.T) {
	fibonacci := []int{1, 1}
	for i := 2; i < 20; i++ {
		fibonacci = append(fibonacci, fibonacci[i-1]+fibonacci[i-2])
	}
	for _, limit := range []int{7, 15} {
		room := 1 << limit
		for symbol, n := range codeLengths(fibonacci, limit) {
			if n < 1 || n > limit {
				t.Errorf("limit %d: symbol %d has %d bits", limit, symbol, n)
			}
			room -= 1 << (limit - n)
		}
		if room != 0 {
			t.Errorf("limit %d: the code is not complete: %d is left", limit, room)
		}
	}
}

// The files that Google's apksigner adds to an APK come out as they stand there.
func TestLevel9SameAsApksigner(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(apktest.Corpus(t), "apksig", "golden-*-out.apk"))
	if err != nil {
		t.Fatal(err)
	}
	added := regexp.MustCompile(`^META-INF/(MANIFEST\.MF|[^/]+\.(SF|RSA|DSA|EC))$`)
	seen := 0
	for _, path := range paths {
		archive, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.File {
			if added.MatchString(file.Name) {
				seen++
				compareEntry(t, filepath.Base(path), file)
			}
		}
		if err := archive.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if seen < 20 {
		t.Errorf("only %d entries to compare", seen)
	}
}

func compareEntry(t *testing.T, apk string, file *zip.File) {
	t.Helper()
	raw, err := file.OpenRaw()
	if err != nil {
		t.Fatal(err)
	}
	want, err := io.ReadAll(raw)
	if err != nil {
		t.Fatal(err)
	}
	if got := Level9(unpack(t, want)); !bytes.Equal(got, want) {
		t.Errorf("%s: %s: %d bytes, apksigner has %d", apk, file.Name, len(got), len(want))
	}
}

func unpack(t *testing.T, packed []byte) []byte {
	t.Helper()
	data, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// FuzzLevel9: whatever the input is, Go's flate unpacks it again. The input is stretched, as a fuzzer's own are too short to move the window.
func FuzzLevel9(f *testing.F) {
	f.Add([]byte(""), uint16(1))
	f.Add([]byte("Name: classes.dex\r\nSHA-256-Digest: "), uint16(3))
	f.Add([]byte("\x00\x01\x03\x07"), uint16(20000))
	f.Fuzz(func(t *testing.T, data []byte, times uint16) {
		data = bytes.Repeat(data, min(int(times), 1+200000/(len(data)+1)))
		if !bytes.Equal(unpack(t, Level9(data)), data) {
			t.Error("it does not unpack to what was packed")
		}
	})
}
