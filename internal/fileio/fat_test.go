package fileio

import (
	"os"
	"path/filepath"
	"testing"
)

// TestReserve: what was reserved is not seen, on whatever file system; that of a stick is tried by hack/test-live.sh.
func TestReserve(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for size := int64(0); size < 3*reserved; size += 1000 {
		if err := Reserve(file, size+1000); err != nil {
			t.Fatal(err)
		}
		if info, err := file.Stat(); err != nil || info.Size() != size {
			t.Fatalf("%v, %v", info, err)
		}
		if _, err := file.WriteAt(make([]byte, 1000), size); err != nil {
			t.Fatal(err)
		}
		if err := Flush(file); err != nil {
			t.Fatal(err)
		}
	}
}
